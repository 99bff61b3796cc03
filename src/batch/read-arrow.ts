import type { Schema } from '../schema/index.ts'
import { TidemillError } from '../errors/index.ts'
import { flechette } from './arrow-types.ts'
import { type ArrowFrame, arrowFrames, footerIn, schemaInFooter } from './arrow-frames.ts'
import type { Batch } from './batch.ts'
import { batchesOfMessages, schemaOfMessages } from './arrow-messages.ts'

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** What of Arrow bytes is wanted, and what is known of them. */
export interface ArrowReading {
  /** Names of the wanted columns, in this order. Default: all. */
  readonly columns?: readonly string[] | undefined
  /** The last bytes of a file, where they can be read before the first. */
  readonly tail?: Uint8Array | undefined
}

/**
 * The batches of an Arrow IPC stream or file as its bytes come, one a record batch: memory holds one batch and the dictionaries. Batches lie in the memory the
 * messages were read into; nothing is copied that Arrow keeps as we do. Compressed buffers (LZ4, zstd) are read.
 *
 * A file whose schema stands in its footer only (apache-arrow writes such) is held whole until the footer comes, unless `tail` tells it before.
 *
 * @throws batch.corrupt when the bytes are no Arrow or end too early; schema.unknown-type for a type that columns do not have
 */
export async function* readArrow(source: Bytes, reading: ArrowReading = {}): AsyncGenerator<Batch> {
  const arrow = await flechette()
  let schema = reading.tail === undefined ? undefined : schemaInFooter(footerIn(reading.tail))
  let dictionaries: ArrowFrame[] = []
  const waiting: ArrowFrame[] = []
  const take = (frame: ArrowFrame, head: ArrowFrame): Batch[] => {
    if (frame.kind !== 'dictionary') {
      const messages = [head, ...dictionaries, frame].map(message => message.bytes)
      return batchesOfMessages(arrow, messages, { own: false, columns: reading.columns })
    }
    // One that is no addition takes the place of what was under its number.
    dictionaries = [...(frame.isDelta === true ? dictionaries : dictionaries.filter(old => old.id !== frame.id)), frame]
    return []
  }
  for await (const frame of arrowFrames(source)) {
    if (frame.kind === 'footer') schema ??= schemaInFooter(frame.bytes)
    else if (frame.kind === 'schema') schema = frame
    else if (schema === undefined) waiting.push(frame)
    else yield* take(frame, schema)
    // Tells at once whether the types can be read.
    if (frame.kind === 'schema') schemaOfMessages(arrow, frame.bytes)
  }
  if (schema === undefined) throw withoutSchema()
  for (const frame of waiting) yield* take(frame, schema)
}

/**
 * The columns of an Arrow IPC stream or file; reads its first message only, where that is the schema.
 *
 * @param tail the last bytes of a file, where they can be read before the first
 * @throws batch.corrupt; schema.unknown-type
 */
export async function arrowSchema(source: Bytes, tail?: Uint8Array): Promise<Schema> {
  const arrow = await flechette()
  if (tail !== undefined) return schemaOfMessages(arrow, schemaInFooter(footerIn(tail)).bytes)
  for await (const frame of arrowFrames(source)) {
    if (frame.kind === 'schema') return schemaOfMessages(arrow, frame.bytes)
    if (frame.kind === 'footer') return schemaOfMessages(arrow, schemaInFooter(frame.bytes).bytes)
  }
  throw withoutSchema()
}

function withoutSchema(): TidemillError {
  return new TidemillError('batch.corrupt', 'bytes are no Arrow stream, or end too early: no schema comes first', {
    hint: 'get the bytes again',
  })
}
