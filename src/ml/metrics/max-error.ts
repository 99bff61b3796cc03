import { checkFinite, checkLengths } from './check.ts'

/**
 * The largest `|truth - prediction|`, from 0 (best) up, in the unit of the target.
 *
 * @example
 * maxError([3, 2, 7, 1], [4, 2, 7, 1]) // => 1
 * @throws ml.metric for lengths that differ, no rows, NaN or infinite values
 */
export function maxError(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  checkLengths(truth, prediction)
  checkFinite('true value', truth)
  checkFinite('prediction', prediction)
  let most = 0
  for (let row = 0; row < truth.length; row++) most = Math.max(most, Math.abs((truth[row] as number) - (prediction[row] as number)))
  return most
}
