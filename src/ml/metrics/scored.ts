import type { Label, Lists } from '../kinds/kind.ts'
import { checkLengths, wrongMetric } from './check.ts'
import { againstRest } from './roc-auc.ts'

/** Predictions of rows beside the truth: class numbers, or numbers of a regressor. */
export interface Scored {
  readonly truth: Int32Array | Float64Array
  readonly prediction: Int32Array | Float64Array
  /** Of a classifier: `width` numbers a row, one for each class. */
  readonly probabilities?: Float64Array | undefined
  readonly width: number
  readonly classes: readonly Label[]
  readonly weights?: Float64Array | undefined
}

/** The probabilities as lists. @throws ml.metric when they are not one for each class and row */
export function scoredLists({ truth, probabilities, width, classes }: Scored): Lists | undefined {
  if (probabilities === undefined) return undefined
  if (width !== classes.length || probabilities.length !== truth.length * width)
    throw wrongMetric(`${probabilities.length} probabilities for ${truth.length} rows of ${classes.length} classes`)
  return { items: probabilities, width }
}

/** The area under the ROC curve as `rocAuc`, but NaN where it is not known: without probabilities, or where a class has no row or all. */
export function scoredAuc(scored: Scored): number {
  const lists = scoredLists(scored)
  if (lists === undefined) return Number.NaN
  checkLengths(scored.truth, scored.prediction)
  const areas = againstRest(scored.truth, lists, scored, lists.width === 2 ? [1] : undefined)
  return areas.reduce((sum, one) => sum + one, 0) / areas.length
}
