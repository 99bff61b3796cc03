import type { Weighted } from './check.ts'
import { meanOf } from './mean-of.ts'

/**
 * Mean absolute percentage error, as a share: the mean of `|truth - prediction| / |truth|`, from 0 (best) up; 0.1 is ten percent.
 *
 * A true value of 0 counts as 2^-52, so a single one makes the mean huge.
 *
 * @example
 * mape([100, 200], [110, 180]) // => 0.1
 *
 * @throws ml.metric for lengths that differ, no rows, NaN, infinite values, or weights that do not fit
 */
export function mape(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  return meanOf(truth, prediction, options, (y, p) => Math.abs(y - p) / Math.max(Math.abs(y), Number.EPSILON))
}
