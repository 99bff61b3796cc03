import { TidemillError } from '../errors/index.ts'

/** How a file is fetched over HTTP. */
export interface HttpOptions {
  /** Sent with each request; those that carry rights are not sent on to another host when a server redirects. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes of one file, as it is stored. Default: no limit but the disk. */
  readonly maxBytes?: number
  /** Milliseconds without a byte before an attempt counts as failed. Default 30,000. */
  readonly timeoutMs?: number
  /** Attempts after the first that failed for a reason that may pass (5xx, 408, 429, a connection that broke). Default 4. */
  readonly retries?: number
  /** Redirects that are followed. Default 5. */
  readonly redirects?: number
}

export interface HttpSettings extends Required<Omit<HttpOptions, 'maxBytes'>> {
  readonly maxBytes: number
}

const numbers = ['maxBytes', 'timeoutMs', 'retries', 'redirects']

/** Options with their defaults. @throws connectors.option */
export function httpSettings(options: HttpOptions = {}): HttpSettings {
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'headers' && !numbers.includes(name))
      throw new TidemillError('connectors.option', `unknown option: ${name} of http (have headers, ${numbers.join(', ')})`)
    if (numbers.includes(name) && !(typeof value === 'number' && value >= 0))
      throw new TidemillError('connectors.option', `${name} must be a number from 0, not ${String(value)}`)
  }
  const { headers = {}, maxBytes = Number.POSITIVE_INFINITY, timeoutMs = 30_000, retries = 4, redirects = 5 } = options
  return { headers, maxBytes, timeoutMs, retries, redirects }
}

/** Whether a path is an address. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path)
}
