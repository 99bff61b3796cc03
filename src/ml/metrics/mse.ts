import type { Weighted } from './check.ts'
import { meanOf } from './mean-of.ts'

/**
 * Mean squared error: the mean of `(truth - prediction)^2`, from 0 (best) up, in the square of the target's unit.
 *
 * @example
 * mse([3, -0.5, 2, 7], [2.5, 0, 2, 8]) // => 0.375
 *
 * @throws ml.metric for lengths that differ, no rows, NaN, infinite values, or weights that do not fit
 */
export function mse(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  return meanOf(truth, prediction, options, (y, p) => (y - p) * (y - p))
}
