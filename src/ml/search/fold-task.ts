/** What a thread does for a search: learns from some rows, predicts the others, scores. */
import { estimatorFrom } from '../estimator-table.ts'
import type { EstimatorData } from '../estimator-data.ts'
import { kindNamed } from '../kinds/index.ts'
import { scorerNamed } from '../metrics/index.ts'
import { pickRows, rowsWhere, type Table, tableSource } from '../table.ts'
import { predictTable } from '../predict-table.ts'
import { scoredRows } from '../scored-rows.ts'

export interface FoldTask {
  readonly table: Table
  /** The fold in which each row is a test row. */
  readonly folds: Int32Array
  readonly fold: number
  readonly estimator: EstimatorData
  readonly role: 'classifier' | 'regressor'
  readonly scoring: readonly string[]
  /** Whether the predictions of the test rows are wanted back. */
  readonly predictions: boolean
}
export interface FoldAnswer {
  readonly rows: number
  readonly scores: Readonly<Record<string, number>>
  readonly predictions?: FoldPredictions
}
/** Of the test rows, in their order. */
export interface FoldPredictions {
  readonly rows: Int32Array
  readonly prediction: Float64Array | Int32Array
  readonly probabilities: Float64Array | undefined
}

/** Learns from the rows outside the fold and scores those in it. */
export async function fitFold(task: FoldTask): Promise<FoldAnswer> {
  const { table, folds, fold } = task
  const train = rowsWhere(folds, row => row !== fold)
  const test = rowsWhere(folds, row => row === fold)
  const learnt = await estimatorFrom(task.estimator)['~learn'](tableSource(table, train))
  const kind = kindNamed(learnt.kind)
  const held = pickRows(table, test)
  const scored = scoredRows(task.role, predictTable(kind, learnt.state, held), held)
  const scores = Object.fromEntries(task.scoring.map(name => [name, scorerNamed(task.role, name).score(scored)]))
  const { prediction, probabilities } = scored
  return { rows: test.length, scores, ...(task.predictions ? { predictions: { rows: test, prediction, probabilities } } : {}) }
}
