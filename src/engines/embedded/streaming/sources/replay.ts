import { type Batch, type Column, makeBatch, sliceRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { rowInstant } from '../../../../time/index.ts'
import type { Poll, SourceReader, SourceShare, SourceStep } from '../seams.ts'
import type { SourcePlace } from './open-source.ts'
import { pace } from './pace.ts'
import { type ReplayFile, readReplay } from './replay-file.ts'
import { isMine } from './share.ts'

/** Rows in a file that `writeReplay` wrote, or in memory; `rate` rows a second; `stamp`: a column of times made of the row numbers. */
export interface ReplayOptions {
  readonly path?: string | undefined
  readonly batches?: readonly Batch[] | undefined
  readonly rate?: number | undefined
  readonly stamp?: Stamp | undefined
}
/** Row `n` has the time `start` (microseconds since 1970) and n / perSecond. */
export interface Stamp {
  readonly column: string
  readonly start: number
  readonly perSecond: number
}

/** The rows of a table, in their order. The position is the number of the next row. */
export function replayReader(step: SourceStep, share: SourceShare, { clock }: SourcePlace): SourceReader {
  const options = step.options as ReplayOptions
  const paced = pace(options.rate, clock)
  let opened: ReplayFile | undefined
  return {
    partitions: () => (isMine(share, 'rows') ? ['rows'] : []),
    poll(_, from, most): Poll {
      opened ??= open(step, options)
      if (from >= opened.rows) return { kind: 'ended' }
      const due = paced.due()
      const count = Math.min(most, due)
      if (count <= 0) return { kind: 'waiting' }
      const part = opened.part(from)
      const begin = from - part.first
      const batch = sliceRows(part.batch, begin, begin + count)
      const next = from + batch.rows
      paced.took(batch.rows)
      const behind = options.rate === undefined ? opened.rows - next : due - batch.rows
      return { kind: 'rows', batch: picked(step, options.stamp, batch, from), next, dead: [], behind }
    },
    close() {
      opened?.close()
      opened = undefined
    },
  }
}

function open(step: SourceStep, { path, batches }: ReplayOptions): ReplayFile {
  if (path !== undefined) return readReplay(path)
  if (batches === undefined)
    throw new TidemillError('stream.source-failed', `replay without rows: source ${step.id} has neither a file nor batches`)
  return inMemory(batches)
}

function inMemory(batches: readonly Batch[]): ReplayFile {
  let rows = 0
  const parts = batches.map(batch => {
    const first = rows
    rows += batch.rows
    return { first, batch }
  })
  return {
    rows,
    part(row) {
      const found = parts.findLast(part => part.first <= row && part.batch.rows > 0)
      if (found === undefined) throw new RangeError(`no row ${row} in a replay of ${rows} rows`)
      return found
    },
    close: () => undefined,
  }
}

/** The columns that the step asks for, by name. */
function picked(step: SourceStep, stamp: Stamp | undefined, batch: Batch, first: number): Batch {
  const columns = step.fields.map(field => {
    if (stamp?.column === field.name) return stamps(stamp, first, batch.rows)
    const at = batch.fields.findIndex(other => other.name === field.name)
    const column = batch.columns[at]
    if (column !== undefined) return column
    throw new TidemillError(
      'stream.source-failed',
      `column not in the replayed rows: ${field.name} (have ${batch.fields.map(other => other.name).join(', ')})`,
      {
        details: { step: step.id },
      },
    )
  })
  return makeBatch(step.fields, columns, batch.rows)
}

function stamps({ start, perSecond }: Stamp, first: number, rows: number): Column {
  const data = new BigInt64Array(rows)
  for (let i = 0; i < rows; i++) data[i] = rowInstant(start, perSecond, first + i)
  return { type: 'timestamp', length: rows, data }
}
