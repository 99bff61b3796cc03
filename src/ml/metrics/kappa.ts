import { countsOf } from './class-counts.ts'
import { confusion } from './confusion.ts'
import type { LabelOptions, Labels } from './labels.ts'

/**
 * Cohen's kappa: how far two labellings agree beyond chance, `(agreed - expected) / (1 - expected)`. 1 for full agreement, 0 for chance;
 * NaN when both have the same one label throughout.
 *
 * Source: Cohen, "A coefficient of agreement for nominal scales" (1960).
 *
 * @example
 * kappa([0, 1, 2, 0], [0, 1, 2, 1]).toFixed(3) // => 0.636
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, or weights that do not fit
 */
export function kappa(truth: Labels, prediction: Labels, options: LabelOptions = {}): number {
  const counts = countsOf(confusion(truth, prediction, options))
  const rows = counts.reduce((sum, one) => sum + one.truth, 0)
  const agreed = counts.reduce((sum, one) => sum + one.hits, 0) / rows
  const expected = counts.reduce((sum, one) => sum + one.truth * one.predicted, 0) / (rows * rows)
  return (agreed - expected) / (1 - expected)
}
