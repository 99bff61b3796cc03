import { countsOf } from './class-counts.ts'
import { confusion } from './confusion.ts'
import type { LabelOptions, Labels } from './labels.ts'

/**
 * Balanced accuracy: the mean recall of the labels that are true somewhere; 0 to 1, and 1 over their number for guesses.
 *
 * Source: Brodersen and others, "The balanced accuracy and its posterior distribution" (2010).
 *
 * @example
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0]) // => 0.5
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, or weights that do not fit
 */
export function balancedAccuracy(truth: Labels, prediction: Labels, options: LabelOptions = {}): number {
  const there = countsOf(confusion(truth, prediction, options)).filter(counts => counts.truth > 0)
  return there.reduce((sum, { hits, truth: rows }) => sum + hits / rows, 0) / there.length
}
