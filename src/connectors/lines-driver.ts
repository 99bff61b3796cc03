/** Opens `lines`: text files as a stream of batches, cut at line ends. */
import { isUtf8 } from 'node:buffer'
import type { Batch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SourceDriver } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { LinesOptions } from './lines.ts'
import { encodingError } from './text-encoding.ts'
import { openBytes } from './open-bytes.ts'
import { resolveFiles } from './resolve-files.ts'

const schema: Schema = [{ name: 'line', type: 'string', nullable: false }]
const longestLine = 64 * 1024 * 1024
const [newLine, carriageReturn] = [10, 13]

export const driver: SourceDriver<LinesOptions> = {
  async schemaOf() {
    return schema
  },
  async *open(options, { columns, limit }, signal): AsyncGenerator<Batch> {
    const fields = columns.includes('line') ? schema : []
    let left = limit ?? Number.POSITIVE_INFINITY
    for (const file of await filesOf(options)) {
      if (left <= 0) return
      for await (const batch of batchesOf(file, signal)) {
        signal.throwIfAborted()
        const rows = Math.min(left, batch.rows)
        left -= rows
        yield { fields, rows, columns: fields.length === 0 ? [] : batch.columns.map(column => ({ ...column, length: rows })) }
        if (left <= 0) return
      }
    }
  },
  partitions: filesOf,
}

async function filesOf({ path, files }: LinesOptions): Promise<readonly string[]> {
  return files ?? (await resolveFiles('lines', path)).files
}

/** One batch for each piece that was read, up to its last line end; what follows is kept for the next. */
async function* batchesOf(file: string, signal: AbortSignal): AsyncGenerator<Batch> {
  let kept: Buffer[] = []
  let keptBytes = 0
  let line = 1
  let first = true
  for await (const chunk of openBytes(file, signal)) {
    // A UTF-8 byte order mark is no part of the first line.
    const bytes = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk
    first = false
    const end = bytes.lastIndexOf(newLine) + 1
    if (end === 0) {
      kept.push(bytes)
      keptBytes += bytes.length
      if (keptBytes > longestLine)
        throw new TidemillError('connectors.format', `line ${line} of ${file} is longer than 64 MiB`, {
          details: { file, line },
          hint: 'is it a text file?',
        })
      continue
    }
    const batch = batchOf(joined([...kept, bytes.subarray(0, end)]), file, line)
    kept = [bytes.subarray(end)]
    keptBytes = bytes.length - end
    line += batch.rows
    yield batch
  }
  const rest = joined(kept)
  if (rest.length > 0) yield batchOf(rest, file, line)
}

/** Moves the lines together over their ends, in the block itself: side by side, as a text column lies in memory. The block is ours alone. */
function batchOf(block: Buffer, file: string, firstLine: number): Batch {
  if (!isUtf8(block)) throw encodingError(file, block, firstLine)
  let offsets = new Int32Array(Math.max(16, Math.ceil(block.length / 32)) + 1)
  let rows = 0
  let filled = 0
  for (let from = 0; from < block.length; ) {
    const found = block.indexOf(newLine, from)
    const next = found === -1 ? block.length : found + 1
    let end = found === -1 ? block.length : found
    // Of the last line without an end a carriage return stays what it is: a character.
    if (found > from && block[end - 1] === carriageReturn) end--
    block.copyWithin(filled, from, end)
    filled += end - from
    rows++
    if (rows >= offsets.length) offsets = grown(offsets)
    offsets[rows] = filled
    from = next
  }
  const column = { type: 'string', length: rows, data: block.subarray(0, filled), offsets: offsets.subarray(0, rows + 1) } as const
  return { fields: schema, rows, columns: [column] }
}

/** As Buffer.concat, but never in Node's shared pool: the memory may be handed to another thread. */
function joined(pieces: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) at += piece.copy(whole, at)
  return whole
}

function grown(offsets: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(offsets.length * 2)
  larger.set(offsets)
  return larger
}
