/**
 * Rows of a table in a file, for a replay: the same rows give the same bytes, so the file is named by its hash and a job that starts again finds what it read.
 *
 * Layout: magic, blocks of at most 4,096 rows (`encode-batch.ts`), footer (JSON: version, fields, place, rows and CRC-32 of each block), its length and CRC-32 as
 * u32, magic.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Batch, type ColumnBuilder, columnBuilder, makeBatch, rawAt } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import { syncFolder, writeFileAtomic } from '../../../../storage/index.ts'
import { decodeBatch, encodeBatch } from './encode-batch.ts'

/** An opened replay: where a row stands. */
export interface ReplayFile {
  readonly rows: number
  /** The block that holds a row, and the number of its first row. */
  part(row: number): { readonly first: number; readonly batch: Batch }
  close(): void
}
interface Footer {
  readonly version: number
  readonly fields: Schema
  readonly rows: number
  readonly blocks: readonly Block[]
}
interface Block {
  readonly at: number
  readonly bytes: number
  readonly first: number
  readonly rows: number
  readonly crc: number
}

const magic = Buffer.from('TMREPLAY')
const tailBytes = 8 + magic.length
const blockRows = 4096
let drafts = 0

/** Writes rows to `<folder>/<hash>.rows`; the hash is the same for the same rows in the same order. */
export async function writeReplay(
  folder: string,
  fields: Schema,
  batches: AsyncIterable<Batch>,
  signal?: AbortSignal,
): Promise<{ readonly path: string; readonly hash: string; readonly rows: number }> {
  const draft = join(folder, `.replay-${process.pid}-${++drafts}`)
  const hash = createHash('sha256')
  let rows = 0
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const { bytes, rows: sum } of encoded(fields, batches)) {
      rows = sum
      hash.update(bytes)
      yield bytes
    }
  }
  await writeFileAtomic(draft, chunks(), { signal })
  const name = hash.digest('hex')
  const path = join(folder, `${name}.rows`)
  await rename(draft, path)
  await syncFolder(folder)
  return { path, hash: name, rows }
}

async function* encoded(fields: Schema, batches: AsyncIterable<Batch>): AsyncGenerator<{ bytes: Uint8Array; rows: number }> {
  const blocks: Block[] = []
  let at = magic.length
  let rows = 0
  yield { bytes: magic, rows }
  for await (const batch of inBlocks(fields, batches)) {
    const bytes = encodeBatch(batch)
    blocks.push({ at, bytes: bytes.length, first: rows, rows: batch.rows, crc: crc32(bytes) })
    at += bytes.length
    rows += batch.rows
    yield { bytes, rows }
  }
  const footer: Footer = { version: 1, fields, rows, blocks }
  const text = Buffer.from(JSON.stringify(footer))
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(text.length, 0)
  tail.writeUInt32LE(crc32(text), 4)
  yield { bytes: Buffer.concat([text, tail, magic]), rows }
}

/** The rows in blocks of one size, built anew: however an engine cut or coded them, equal rows give equal bytes. */
async function* inBlocks(fields: Schema, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  const builders = fields.map(field => columnBuilder(field.type, blockRows))
  const full = (): Batch =>
    makeBatch(
      fields,
      builders.map(builder => builder.finish()),
    )
  let held = 0
  for await (const batch of batches) {
    for (let from = 0; from < batch.rows; ) {
      const to = Math.min(batch.rows, from + blockRows - held)
      batch.columns.forEach((column, index) => {
        const builder = builders[index] as ColumnBuilder
        for (let i = from; i < to; i++) builder.pushRaw(rawAt(column, i))
      })
      held += to - from
      from = to
      if (held < blockRows) continue
      yield full()
      held = 0
    }
  }
  if (held > 0) yield full()
}

/**
 * Opens a file that `writeReplay` wrote; blocks are read when they are asked for.
 *
 * @throws stream.source-failed when it cannot be read, is damaged, or is of a newer version
 */
export function readReplay(path: string): ReplayFile {
  const handle = openFile(path)
  try {
    const footer = footerOf(path, handle)
    let held: { readonly first: number; readonly batch: Batch } | undefined
    return {
      rows: footer.rows,
      part(row) {
        if (held !== undefined && row >= held.first && row < held.first + held.batch.rows) return held
        const block = footer.blocks[Math.floor(row / blockRows)]
        if (block === undefined) throw new RangeError(`no row ${row} in a replay of ${footer.rows} rows`)
        const bytes = readAt(path, handle, block.at, block.bytes)
        if (crc32(bytes) !== block.crc) throw damaged(path, `rows ${block.first} to ${block.first + block.rows - 1}`)
        held = { first: block.first, batch: decodeBatch(footer.fields, bytes) }
        return held
      },
      close: () => closeSync(handle),
    }
  } catch (error) {
    closeSync(handle)
    throw error
  }
}

function footerOf(path: string, handle: number): Footer {
  const { size } = fstatSync(handle)
  const tail = readAt(path, handle, Math.max(0, size - tailBytes), tailBytes)
  if (!tail.subarray(8).equals(magic)) throw damaged(path, 'its end')
  const length = tail.readUInt32LE(0)
  const text = readAt(path, handle, size - tailBytes - length, length)
  if (crc32(text) !== tail.readUInt32LE(4)) throw damaged(path, 'its footer')
  const footer = JSON.parse(text.toString('utf8')) as Footer
  if (footer.version !== 1)
    throw new TidemillError('stream.source-failed', `replay of a newer version: ${path} has ${footer.version} (this is 1)`, {
      details: { file: path },
    })
  return footer
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw new TidemillError('stream.source-failed', `replay cannot be read: ${path}: ${(error as Error).message}`, {
      details: { file: path },
      cause: error,
    })
  }
}

function readAt(path: string, handle: number, at: number, length: number): Buffer {
  // Columns are views of it, and their numbers must lie at multiples of eight: no memory of a shared pool.
  const bytes = Buffer.from(new ArrayBuffer(Math.max(0, length)))
  if (at < 0 || readSync(handle, bytes, 0, bytes.length, at) !== length) throw damaged(path, 'its end')
  return bytes
}

function damaged(path: string, where: string): TidemillError {
  return new TidemillError('stream.source-failed', `replay is damaged: ${where} of ${path}`, {
    details: { file: path },
    hint: 'remove the file and start the job anew: the rows are written again',
  })
}
