import { averaged, type AverageOptions } from './class-counts.ts'
import type { Labels } from './labels.ts'

/**
 * F1: the harmonic mean of precision and recall, `2 * hits / (true + predicted)`; 0 to 1, and 0 when a label neither is there nor was
 * predicted.
 *
 * @example
 * f1([0, 1, 1, 0], [1, 1, 0, 0]) // => 0.5
 *
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, weights that do not fit, or no clear positive label
 */
export function f1(truth: Labels, prediction: Labels, options: AverageOptions = {}): number {
  return averaged(truth, prediction, options, ({ hits, truth: rows, predicted }) =>
    rows + predicted === 0 ? 0 : (2 * hits) / (rows + predicted),
  )
}
