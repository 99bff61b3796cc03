import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Batch, arrowStream, rowsOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { csvHeader, csvLines } from './csv-text.ts'
import { jsonText } from './json-text.ts'
import type { ResponseOptions } from './types.ts'

type Format = NonNullable<ResponseOptions['format']>
const types: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
}

/** What a response is made of. */
export interface Answering {
  /** The columns as far as they are known before the query runs. */
  readonly fields: Schema
  /** Starts the query. */
  run(signal: AbortSignal): AsyncIterable<Batch>
  /** Writes the result as one Parquet file. */
  writeParquet(path: string, signal: AbortSignal): Promise<unknown>
}

/**
 * Streams a query as the body of an HTTP response. Nothing runs before the client reads (so the answer to a HEAD request costs nothing), no batch is made before the
 * last one was taken, and the query is cancelled when the client leaves. An error in the middle breaks the stream off: a body that ends cleanly is whole.
 */
export function respond(answering: Answering, options: ResponseOptions): Response {
  const { format = 'json', filename, status = 200 } = options
  if (!Object.hasOwn(types, format))
    throw new TidemillError('plan.argument', `no such format: ${String(format)} (have ${Object.keys(types).join(', ')})`)
  const headers = new Headers({ 'content-type': types[format] })
  if (filename !== undefined) headers.set('content-disposition', disposition(filename))
  const leave = new AbortController()
  const signal = options.signal === undefined ? leave.signal : AbortSignal.any([leave.signal, options.signal])
  let pieces: AsyncIterator<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= writers[format](answering, signal)
        const next = await pieces.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel(reason) {
        leave.abort(reason)
        // The query rejects because it was cancelled; nobody is left to be told.
        await pieces?.return?.().catch(() => undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status, headers })
}

/** RFC 6266: a plain name for old clients, the true one encoded. */
function disposition(filename: unknown): string {
  if (typeof filename !== 'string' || filename === '' || /[\\/\u0000-\u001f\u007f]/.test(filename))
    throw new TidemillError('plan.argument', `filename must be a plain file name, not ${JSON.stringify(filename)}`, {
      hint: "such as 'sales.csv'",
    })
  const plain = filename.replaceAll(/[^\x20-\x7e]|["%]/g, '_')
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

const encoder = new TextEncoder()

type Write = (answering: Answering, signal: AbortSignal) => AsyncGenerator<Uint8Array>
const writers: Readonly<Record<Format, Write>> = {
  async *json({ run }, signal) {
    let before = '['
    for await (const batch of run(signal)) {
      if (batch.rows === 0) continue
      yield encoder.encode(`${before}${rowsOf(batch).map(jsonText).join(',\n')}`)
      before = ',\n'
    }
    yield encoder.encode(before === '[' ? '[]' : ']')
  },
  async *ndjson({ run }, signal) {
    for await (const batch of run(signal)) if (batch.rows > 0) yield encoder.encode(`${rowsOf(batch).map(jsonText).join('\n')}\n`)
  },
  async *csv({ run, fields }, signal) {
    let headed = false
    for await (const batch of run(signal)) {
      if (!headed) yield encoder.encode(csvHeader(batch.fields.map(field => field.name)))
      headed = true
      if (batch.rows > 0) yield encoder.encode(csvLines(batch))
    }
    if (!headed) yield encoder.encode(csvHeader(fields.map(field => field.name)))
  },
  async *arrow({ run, fields }, signal) {
    yield* arrowPieces(run(signal), fields)
  },
  // Its directory stands at the end of the file: it is written to the disk first, then sent.
  async *parquet({ writeParquet }, signal) {
    const folder = await mkdtemp(join(tmpdir(), 'tidemill-response-'))
    try {
      const path = join(folder, 'rows.parquet')
      await writeParquet(path, signal)
      const file = await open(path)
      try {
        for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024, signal })) yield piece as Uint8Array
      } finally {
        await file.close()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Batches as an Arrow stream. The first batch tells the columns: a plan with a function of the user knows them only when it has run. */
export async function* arrowPieces(batches: AsyncIterable<Batch>, fields: Schema, compression?: 'zstd'): AsyncGenerator<Uint8Array> {
  const reading = batches[Symbol.asyncIterator]()
  try {
    const first = await reading.next()
    const schema = first.done === true ? fields : first.value.fields
    const rest = async function* (): AsyncGenerator<Batch> {
      for (let next = first; next.done !== true; next = await reading.next()) yield next.value
    }
    yield* arrowStream(rest(), schema, { compression })
  } finally {
    await reading.return?.()
  }
}
