import type { Batch } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { type Scheduler, systemScheduler } from '../../../../time/index.ts'
import type { Io, SinkStep, StreamSink } from '../seams.ts'
import { ByteText } from './byte-text.ts'
import { jsonObject } from './json-form.ts'
import { outboxSink } from './outbox-sink.ts'
import type { Send, SinkPlace } from './place.ts'

export interface WebhookOptions {
  readonly url: string
  readonly name?: string | undefined
  readonly timeoutMs: number
}

/**
 * POSTs rows as JSON `{ job, step, name?, rows: [...] }`, at most 100 at a time, with the header `Idempotency-Key: <token id>/<n>`: the same rows have the same key, also
 * when they are sent again after a crash. An answer of 2xx takes them; any other answer, or none in time, is stream.sink-unavailable, and the batch is sent again later.
 * At least once; exactly once where the receiver drops keys that it has seen.
 */
export function webhookSink(step: SinkStep, at: SinkPlace): StreamSink {
  const { url, name, timeoutMs } = step.options as WebhookOptions
  const send = at.send ?? sendByFetch(at.scheduler ?? systemScheduler)
  const names = step.fields.map(field => field.name)
  const head = JSON.stringify({ job: at.name ?? at.job, step: step.id, ...(name === undefined ? {} : { name }) }).slice(0, -1)
  return outboxSink(
    step,
    at,
    batch => jsonLines(names, batch),
    function* ({ key, lines }) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key }
      let status: number
      try {
        ;({ status } = yield* send({ url, headers, body: `${head},"rows":[${lines.join(',')}]}`, timeoutMs }))
      } catch (error) {
        throw unavailable(url, `gives no answer: ${reasonOf(error)}`, key, error)
      }
      if (status < 200 || status > 299) throw unavailable(url, `answers ${status}`, key)
    },
  )
}

/** Rows as JSON objects, a text each. */
export function jsonLines(names: readonly string[], batch: Batch): readonly string[] {
  if (batch.rows === 0) return []
  const out = new ByteText()
  const write = jsonObject(names, batch.columns.slice(0, names.length))
  for (let i = 0; i < batch.rows; i++) {
    if (i > 0) out.byte(0x0a)
    write(out, i)
  }
  return new TextDecoder().decode(out.take()).split('\n')
}

/** The path and the query of an address may hold secrets, so messages show where it leads only. */
export function shownUrl(url: string): string {
  return new URL(url).origin
}

function unavailable(url: string, problem: string, key: string, cause?: unknown): TidemillError {
  return new TidemillError('stream.sink-unavailable', `webhook ${shownUrl(url)} ${problem}`, {
    details: { host: shownUrl(url), key },
    hint: 'rows are kept and sent again; see that the receiver runs and takes POST',
    retryable: true,
    cause,
  })
}

/** What the system says of a failed request, as `ECONNREFUSED`; its texts may show the address. */
function reasonOf(error: unknown): string {
  const { cause, code, name } = error as { readonly cause?: { readonly code?: unknown }; readonly code?: unknown; readonly name?: unknown }
  const found = [cause?.code, code, name].find(value => typeof value === 'string')
  return typeof found === 'string' ? found : 'unknown reason'
}

/** Redirects are not followed: rows go where the user said and nowhere else. */
function sendByFetch(scheduler: Scheduler): Send {
  return function* ({ url, headers, body, timeoutMs }) {
    const { status } = (yield post()) as Response
    return { status }
    async function post(): Promise<Response> {
      const controller = new AbortController()
      const cancel = scheduler.after(timeoutMs, () => controller.abort(new DOMException(`no answer in ${timeoutMs} ms`, 'TimeoutError')))
      try {
        const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: controller.signal })
        // What it says does not matter, but the connection is free for the next request only when it was read or given up.
        await response.body?.cancel()
        return response
      } finally {
        cancel()
      }
    }
  } satisfies (request: Parameters<Send>[0]) => Io<{ readonly status: number }>
}
