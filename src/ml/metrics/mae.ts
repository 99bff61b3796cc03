import type { Weighted } from './check.ts'
import { meanOf } from './mean-of.ts'

/**
 * Mean absolute error: the mean of `|truth - prediction|`, from 0 (best) up, in the unit of the target.
 *
 * @example
 * mae([3, -0.5, 2, 7], [2.5, 0, 2, 8]) // => 0.5
 *
 * @throws ml.metric for lengths that differ, no rows, NaN, infinite values, or weights that do not fit
 */
export function mae(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  return meanOf(truth, prediction, options, (y, p) => Math.abs(y - p))
}
