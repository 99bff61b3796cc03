import { batchFromRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Poll, SourceReader, SourceShare, SourceStep } from '../seams.ts'
import type { SourcePlace } from './open-source.ts'
import { pace } from './pace.ts'
import { isMine } from './share.ts'
import { callOf, failed, notAsync } from './source-function.ts'

/** `rows`: how many; endless without. `rate`: rows a second. */
export interface GenerateOptions {
  readonly rows?: number | undefined
  readonly rate?: number | undefined
}

/** Rows that a function of the user makes of their number, counted from 0. The position is the number of the next. */
export function generateReader(step: SourceStep, share: SourceShare, { clock, functions }: SourcePlace): SourceReader {
  const { rows = Infinity, rate } = step.options as GenerateOptions
  const call = callOf(step, functions)
  const paced = pace(rate, clock)
  return {
    partitions: () => (isMine(share, 'rows') ? ['rows'] : []),
    poll(_, from, most): Poll {
      if (from >= rows) return { kind: 'ended' }
      const due = paced.due()
      const count = Math.min(most, due, rows - from)
      if (count <= 0) return { kind: 'waiting' }
      const made: object[] = []
      for (let n = from; n < from + count; n++) made.push(rowOf(step, call, n))
      const next = from + count
      paced.took(count)
      return { kind: 'rows', batch: batchOf(step, made, from), next, dead: [], behind: rate === undefined ? 0 : due - count }
    },
    close: () => undefined,
  }
}

function rowOf(step: SourceStep, call: (n: number, given: unknown) => unknown, n: number): object {
  let row: unknown
  try {
    row = call(n, step.fn?.with)
  } catch (error) {
    throw failed(step, `at row ${n}`, error)
  }
  notAsync(step, row)
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row
  throw new TidemillError('stream.function-failed', `function ${step.fn?.name} gave no row, but ${String(row)} for row ${n}`, {
    details: { step: step.id, row: n },
    hint: 'give an object, whose properties are the columns',
  })
}

function batchOf(step: SourceStep, rows: readonly object[], from: number): ReturnType<typeof batchFromRows> {
  try {
    return batchFromRows(step.fields, rows, { firstRow: from })
  } catch (error) {
    throw failed(step, 'by a row that does not fit its columns', error)
  }
}
