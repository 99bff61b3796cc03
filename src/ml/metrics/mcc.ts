import { type ClassCounts, countsOf } from './class-counts.ts'
import { confusion } from './confusion.ts'
import type { LabelOptions, Labels } from './labels.ts'

/**
 * Matthews correlation coefficient of labels and predictions: 1 at best, 0 for guesses, down to -1; 0 too when truth or prediction has one
 * label only.
 *
 * Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).
 *
 * @example
 * mcc([1, 1, 1, 0], [1, 0, 1, 1]).toFixed(2) // => -0.33
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, or weights that do not fit
 */
export function mcc(truth: Labels, prediction: Labels, options: LabelOptions = {}): number {
  const counts = countsOf(confusion(truth, prediction, options))
  const sum = (each: (one: ClassCounts) => number): number => counts.reduce((total, one) => total + each(one), 0)
  const rows = sum(one => one.truth)
  const ofTruth = rows * rows - sum(one => one.truth * one.truth)
  const ofPrediction = rows * rows - sum(one => one.predicted * one.predicted)
  if (ofTruth * ofPrediction === 0) return 0
  return (sum(one => one.hits) * rows - sum(one => one.truth * one.predicted)) / Math.sqrt(ofTruth * ofPrediction)
}
