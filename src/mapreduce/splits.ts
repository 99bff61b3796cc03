/** How input is cut into map tasks: by bytes where it is files of lines, by rows where the engine reads it. Never by the number of workers. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Batch, sliceRows } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { FileRange } from './read-range.ts'

const mib = 2 ** 20

/** Ranges of files. `bytes` of each, or what suits the whole: some tens of tasks, from 256 KiB to 16 MiB. `part`: only so much of the whole, from its beginning. */
export async function fileRanges(
  files: readonly string[],
  bytes: number | undefined,
  part = 1,
): Promise<{ readonly ranges: readonly FileRange[]; readonly total: number }> {
  const sizes = await Promise.all(files.map(sizeOf))
  const total = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) * part)
  let left = total
  const step = bytes ?? Math.round(Math.min(16 * mib, Math.max(mib / 4, total / 32)))
  const ranges: FileRange[] = []
  files.forEach((file, index) => {
    const size = Math.min(left, sizes[index] as number)
    left -= size
    for (let from = 0; from < size; from += step) ranges.push({ file, from, to: Math.min(size, from + step) })
  })
  return { ranges, total }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    throw new TidemillError('connectors.unreadable', `cannot read ${file}: ${(error as Error).message}`, {
      details: { file },
      cause: error,
    })
  }
}

/** Rows of batches dealt out by number alone, so that tasks are the same whatever batches the engine gives. */
export async function* rowChunks(
  batches: AsyncIterable<Batch>,
  rows: number,
): AsyncGenerator<{ readonly batches: readonly Batch[]; readonly firstRow: number }> {
  let chunk: Batch[] = []
  let filled = 0
  let firstRow = 1
  for await (const batch of batches)
    for (let from = 0; from < batch.rows; ) {
      const to = Math.min(batch.rows, from + rows - filled)
      // A copy: what travels must not drag the whole buffer along.
      chunk.push(sliceRows(batch, from, to))
      filled += to - from
      from = to
      if (filled < rows) continue
      yield { batches: chunk, firstRow }
      firstRow += filled
      chunk = []
      filled = 0
    }
  if (filled > 0) yield { batches: chunk, firstRow }
}

/** The place of a line in a range, for people: counts the lines in front of it. */
export async function lineOf({ file, from }: FileRange, item: number): Promise<string> {
  let lines = 0
  let seen = 0
  if (from > 0)
    for await (const chunk of createReadStream(file, { end: from - 1 })) {
      const bytes = chunk as Buffer
      seen += bytes.length
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++
      // A range owns the lines that begin in it: one that is cut belongs to the range before.
      if (seen === from && bytes[bytes.length - 1] !== 10) lines++
    }
  return `line ${lines + item + 1} of ${basename(file)}`
}
