import { averaged, type AverageOptions } from './class-counts.ts'
import type { Labels } from './labels.ts'

/**
 * Recall: of the rows that are of a label, the share predicted so; 0 to 1, and 0 when none is.
 *
 * @example
 * recall([0, 1, 1, 1, 1], [1, 1, 0, 0, 0]) // => 0.25
 *
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, weights that do not fit, or no clear positive label
 */
export function recall(truth: Labels, prediction: Labels, options: AverageOptions = {}): number {
  return averaged(truth, prediction, options, ({ hits, truth: rows }) => (rows === 0 ? 0 : hits / rows))
}
