import { averaged, type AverageOptions } from './class-counts.ts'
import type { Labels } from './labels.ts'

/**
 * Precision: of the rows predicted as a label, the share that is it; 0 to 1, and 0 when none was predicted so.
 *
 * @example
 * precision([0, 1, 1, 0], [1, 1, 0, 0]) // => 0.5
 *
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, weights that do not fit, or no clear positive label
 */
export function precision(truth: Labels, prediction: Labels, options: AverageOptions = {}): number {
  return averaged(truth, prediction, options, ({ hits, predicted }) => (predicted === 0 ? 0 : hits / predicted))
}
