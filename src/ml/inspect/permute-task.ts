/** What a thread does for permutation importance: shuffles some features, one at a time, and scores the predictions. */
import { seededRandom } from '../../time/index.ts'
import { type Coded, type Kind, kindNamed } from '../kinds/index.ts'
import { scorerNamed } from '../metrics/index.ts'
import { predictTable } from '../predict-table.ts'
import { scoredRows } from '../scored-rows.ts'
import type { Table } from '../table.ts'
import type { Learnt } from '../types.ts'

export interface PermuteTask {
  readonly learnt: Learnt
  readonly table: Table
  readonly role: 'classifier' | 'regressor'
  readonly scoring: string
  /** Numbers of the features to shuffle; none gives the score of the rows as they are. */
  readonly features: readonly number[]
  readonly repeats: number
  readonly seed: number
}

/** The scores of each feature's shuffles; without features one list with one score, of the rows as they are. */
export function scoreShuffled(task: PermuteTask): readonly (readonly number[])[] {
  const kind = kindNamed(task.learnt.kind)
  if (task.features.length === 0) return [[scoreOf(kind, task, task.table)]]
  return task.features.map(feature =>
    Array.from({ length: task.repeats }, (_, repeat) => {
      const order = shuffled(task.table.rows, task.seed, feature, repeat)
      const columns = task.table.columns.map((column, index) => (index === feature ? reordered(column, order) : column))
      return scoreOf(kind, task, { ...task.table, columns })
    }),
  )
}

function scoreOf(kind: Kind, task: PermuteTask, table: Table): number {
  return scorerNamed(task.role, task.scoring).score(scoredRows(task.role, predictTable(kind, task.learnt.state, table), table))
}

/** Fisher and Yates; the order depends on seed, feature and repeat alone, so not on how the features are shared out. */
function shuffled(rows: number, seed: number, feature: number, repeat: number): Int32Array {
  const random = seededRandom((seed ^ Math.imul(feature + 1, 0x9e3779b1) ^ Math.imul(repeat + 1, 0x85ebca6b)) >>> 0)
  const order = Int32Array.from({ length: rows }, (_, row) => row)
  for (let last = rows - 1; last > 0; last--) {
    const at = Math.floor(random.next() * (last + 1))
    const row = order[last] as number
    order[last] = order[at] as number
    order[at] = row
  }
  return order
}

function reordered(column: Float64Array | Coded, order: Int32Array): Float64Array | Coded {
  if (column instanceof Float64Array) return Float64Array.from(order, row => column[row] as number)
  return { codes: order.map(row => column.codes[row] as number), values: column.values }
}
