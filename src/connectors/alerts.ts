import { knownOptions, showingText, TidemillError } from '../errors/index.ts'
import type { Sink } from '../plan/index.ts'

/** Takes rows of any columns, also rows that correct earlier ones. */
export type AlertSink = Sink<unknown, 'append' | 'update'>

export interface WebhookAlertOptions {
  /** Sent along as `name`, and shown. */
  readonly name?: string
  /** How long an answer may take. Default: 10,000. */
  readonly timeoutMs?: number
}
export interface ConsoleAlertOptions {
  /** What lines begin with: `alert overheat: ...`. */
  readonly name?: string
}

/**
 * Where the rows of a stream go as alerts.
 *
 * @example
 * await hot.to(alerts.webhook('https://example.com/hook'), alerts.console({ name: 'overheat' })).start({ name: 'overheat' })
 */
export const alerts: {
  /**
   * POSTs rows to an address as JSON `{ job, step, name?, rows: [...] }`, at most 100 at a time, with a header `Idempotency-Key` that is the same for the same rows. An
   * answer of 2xx takes them; otherwise they are sent again later. At least once, so the receiver should drop keys that it has seen.
   *
   * @throws connectors.option for what is no http or https address
   */
  webhook(url: string, options?: WebhookAlertOptions): AlertSink
  /** Prints a line for each row: `alert overheat: machine=m1 mean=91.5`. At least once. */
  console(options?: ConsoleAlertOptions): AlertSink
} = Object.freeze({
  webhook(url: string, options: WebhookAlertOptions = {}) {
    knownOptions('alerts.webhook', options, ['name', 'timeoutMs'], 'connectors.option')
    const address = checkUrl(url)
    const { timeoutMs = 10_000 } = options
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= 600_000))
      throw new TidemillError('connectors.option', `timeoutMs must be 1 to 600000, not ${String(timeoutMs)}`, {
        details: { option: 'timeoutMs' },
      })
    // The path and the query may hold secrets.
    const shown = `webhook ${address.origin}`
    return spec('webhook', { url: address.href, ...nameOf('alerts.webhook', options.name), timeoutMs }, shown)
  },
  console(options: ConsoleAlertOptions = {}) {
    knownOptions('alerts.console', options, ['name'], 'connectors.option')
    const name = nameOf('alerts.console', options.name)
    return spec('console', name, ['console', ...Object.values(name)].join(' '))
  },
})

function spec(kind: string, options: object, shown: string): AlertSink {
  return Object.freeze({ kind, options: Object.freeze(options), updates: true, ...showingText(() => shown) })
}

function nameOf(call: string, name: unknown): { readonly name?: string } {
  if (name === undefined) return {}
  if (typeof name === 'string' && name.trim() !== '') return { name }
  throw new TidemillError(
    'connectors.option',
    `name of ${call} must be a text, not ${typeof name === 'string' ? 'an empty one' : typeof name}`,
    {
      details: { option: 'name' },
    },
  )
}

function checkUrl(url: unknown): URL {
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !/^https?:$/.test(address.protocol))
    throw new TidemillError('connectors.option', 'alerts.webhook wants an http or https address', {
      hint: `such as alerts.webhook('https://example.com/hook')`,
      details: address === undefined ? {} : { protocol: address.protocol },
    })
  if (address.username !== '' || address.password !== '')
    throw new TidemillError('connectors.option', `the address of a webhook cannot hold a user and a password: ${address.host}`, {
      hint: 'put a token into the path or the query, as most receivers do; it is not shown in messages',
    })
  return address
}
