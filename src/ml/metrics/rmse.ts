import type { Weighted } from './check.ts'
import { mse } from './mse.ts'

/**
 * Root of the mean squared error, from 0 (best) up, in the unit of the target.
 *
 * @example
 * rmse([0, 0], [3, 3]) // => 3
 * @throws ml.metric as `mse`
 */
export function rmse(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  return Math.sqrt(mse(truth, prediction, options))
}
