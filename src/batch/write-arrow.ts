import type * as Flechette from '@uwdata/flechette'
import type { Schema } from '../schema/index.ts'
import { TidemillError } from '../errors/index.ts'
import { flechette } from './arrow-types.ts'
import type { Batch } from './batch.ts'
import { arrowTable } from './arrow-tables.ts'

/** How Arrow bytes are written. */
export interface ArrowWriting {
  /** `stream`: to be read from front to back. `file`: with a footer, to be mapped and read at any place. Default: stream. */
  readonly format?: 'stream' | 'file' | undefined
  /** Compresses each buffer. Default: none. */
  readonly compression?: 'zstd' | undefined
}

/** Makes the bytes of an Arrow stream or file, batch by batch. The pieces, one after the other, are the whole. */
export interface ArrowWriter {
  start(): Uint8Array
  batch(batch: Batch): Uint8Array
  end(): Uint8Array
}

/** The mark of the end of a stream, and the words at both ends of a file. */
const endMark = new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0])
const magic = new Uint8Array([...Buffer.from('ARROW1'), 0, 0])

/**
 * A writer of Arrow IPC; memory holds one batch.
 *
 * @throws schema.no-columns; schema.unknown-type for a type that Arrow does not have; batch.shape when a batch has other columns
 */
export async function arrowWriter(schema: Schema, writing: ArrowWriting = {}): Promise<ArrowWriter> {
  if (schema.length === 0) throw new TidemillError('schema.no-columns', 'schema without columns: an Arrow stream needs one')
  const arrow = await flechette()
  const isFile = writing.format === 'file'
  const codec = writing.compression === 'zstd' ? arrow.CompressionType.ZSTD : null
  const head = encode(arrow, [], schema, 'stream', codec)
  const schemaLength = lengthOfFirst(head)
  const blocks: Block[] = []
  let written = 0
  return {
    start() {
      const message = head.subarray(0, schemaLength)
      const bytes = isFile ? joined(magic, message) : message
      written += bytes.length
      return bytes
    },
    batch(batch) {
      const whole = encode(arrow, [batch], schema, 'stream', codec)
      const bytes = whole.subarray(schemaLength, whole.length - endMark.length)
      const headLength = lengthOfFirst(bytes)
      blocks.push({ offset: written, headLength, bodyLength: bytes.length - headLength })
      written += bytes.length
      return bytes
    },
    end() {
      if (!isFile) return endMark
      const footer = footerOf(encode(arrow, [], schema, 'file', codec), blocks)
      const size = new Uint8Array(Int32Array.of(footer.length).buffer)
      return joined(endMark, footer, size, magic.subarray(0, 6))
    },
  }
}

/** Batches as the pieces of one Arrow IPC stream, as they come. */
export async function* arrowStream(batches: AsyncIterable<Batch>, schema: Schema, writing: ArrowWriting = {}): AsyncGenerator<Uint8Array> {
  const writer = await arrowWriter(schema, writing)
  yield writer.start()
  for await (const batch of batches) if (batch.rows > 0) yield writer.batch(batch)
  yield writer.end()
}

function encode(
  arrow: typeof Flechette,
  batches: readonly Batch[],
  schema: Schema,
  format: 'stream' | 'file',
  codec: Flechette.CompressionType_ | null,
): Uint8Array {
  const bytes = arrow.tableToIPC(arrowTable(arrow, batches, schema), { format, codec })
  if (bytes === null) throw new TidemillError('batch.corrupt', 'arrow library gave no bytes')
  return bytes
}

/** Length of the metadata of the message that begins the bytes, with its prefix; a schema has no body. */
function lengthOfFirst(bytes: Uint8Array): number {
  return 8 + new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true)
}

interface Block {
  readonly offset: number
  readonly headLength: number
  readonly bodyLength: number
}

/**
 * The footer of a file with these record batches. It is the footer of a file without any (the library's, with the schema) behind a new root table, which points
 * into it: offsets of a flatbuffer are relative, so what is moved as a whole stays right.
 */
function footerOf(emptyFile: Uint8Array, blocks: readonly Block[]): Uint8Array {
  const tail = new DataView(emptyFile.buffer, emptyFile.byteOffset)
  const end = emptyFile.length - 10
  const old = emptyFile.subarray(end - tail.getInt32(end, true), end)
  const view = new DataView(old.buffer, old.byteOffset, old.length)
  const root = view.getUint32(0, true)
  const vtable = root - view.getInt32(root, true)
  const schemaField = root + view.getUint16(vtable + 6, true)
  const schemaAt = schemaField + view.getUint32(schemaField, true)

  // 0 root offset, 4 vtable of four slots (12 bytes), 16 table (20 bytes), 36 no dictionaries, 44 count of blocks, 48 blocks
  const start = 48 + 24 * blocks.length
  const bytes = new Uint8Array(start + old.length)
  const write = new DataView(bytes.buffer)
  write.setUint32(0, 16, true)
  const words = [12, 20, 4, 8, 12, 16]
  words.forEach((word, index) => write.setUint16(4 + 2 * index, word, true))
  write.setInt32(16, 12, true)
  // Version 5 of the format.
  write.setInt16(20, 4, true)
  write.setUint32(24, start + schemaAt - 24, true)
  write.setUint32(28, 36 - 28, true)
  write.setUint32(32, 44 - 32, true)
  write.setUint32(36, 0, true)
  write.setUint32(44, blocks.length, true)
  blocks.forEach((block, index) => {
    const at = 48 + 24 * index
    write.setBigInt64(at, BigInt(block.offset), true)
    write.setInt32(at + 8, block.headLength, true)
    write.setBigInt64(at + 16, BigInt(block.bodyLength), true)
  })
  bytes.set(old, start)
  return bytes
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
