import { type Batch, rowsOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { csvHeader, csvLines } from './csv-text.ts'
import { jsonText } from './json-text.ts'
import type { ResponseOptions } from './types.ts'

type Format = NonNullable<ResponseOptions['format']>
const types: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

/**
 * Streams a query as the body of an HTTP response. Nothing runs before the client reads, and the query is cancelled when it leaves.
 *
 * @param run starts the query
 */
export function respond(run: (signal: AbortSignal) => AsyncIterable<Batch>, names: readonly string[], options: ResponseOptions): Response {
  const format = options.format ?? 'json'
  if (!Object.hasOwn(types, format))
    throw new TidemillError('plan.argument', `no such format: ${String(format)} (have ${Object.keys(types).join(', ')})`)
  const leave = new AbortController()
  const signal = options.signal === undefined ? leave.signal : AbortSignal.any([leave.signal, options.signal])
  const encoder = new TextEncoder()
  let texts: AsyncIterator<string> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        texts ??= writers[format](run(signal), names)[Symbol.asyncIterator]()
        const next = await texts.next()
        if (next.done === true) controller.close()
        else controller.enqueue(encoder.encode(next.value))
      },
      async cancel(reason) {
        leave.abort(reason)
        // The query rejects because it was cancelled; nobody is left to be told.
        await texts?.return?.().catch(() => undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { 'content-type': types[format] } })
}

const writers: Readonly<Record<Format, (batches: AsyncIterable<Batch>, names: readonly string[]) => AsyncGenerator<string>>> = {
  async *json(batches) {
    let before = '['
    for await (const batch of batches) {
      if (batch.rows === 0) continue
      yield `${before}${rowsOf(batch).map(jsonText).join(',\n')}`
      before = ',\n'
    }
    yield before === '[' ? '[]' : ']'
  },
  async *ndjson(batches) {
    for await (const batch of batches) if (batch.rows > 0) yield `${rowsOf(batch).map(jsonText).join('\n')}\n`
  },
  async *csv(batches, names) {
    let headed = false
    for await (const batch of batches) {
      if (!headed) yield csvHeader(batch.fields.map(field => field.name))
      headed = true
      if (batch.rows > 0) yield csvLines(batch)
    }
    if (!headed) yield csvHeader(names)
  },
}
