import { checkFinite, checkLengths, checkOptions, type Weighted, weightsOf } from './check.ts'

/**
 * The share of the variance that is explained: `1 - sum((truth - prediction)^2) / sum((truth - mean)^2)`. 1 at best, 0 for the mean as
 * prediction, below for worse.
 *
 * Of a constant target: 1 when every prediction is right, else 0. Of one row: NaN.
 *
 * @example
 * r2([3, -0.5, 2, 7], [2.5, 0, 2, 8]).toFixed(4) // => 0.9486
 * @throws ml.metric for lengths that differ, no rows, NaN, infinite values, or weights that do not fit
 */
export function r2(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  checkOptions(options, ['weights'])
  checkLengths(truth, prediction)
  checkFinite('true value', truth)
  checkFinite('prediction', prediction)
  const { at, sum } = weightsOf(truth.length, options.weights)
  if (truth.length < 2) return Number.NaN
  // Relative to the first value, so that a constant target has exactly no variance.
  const first = truth[0] as number
  let offset = 0
  for (let row = 0; row < truth.length; row++) offset += at(row) * ((truth[row] as number) - first)
  const mean = first + offset / sum
  let missed = 0
  let varied = 0
  for (let row = 0; row < truth.length; row++) {
    const value = truth[row] as number
    missed += at(row) * (value - (prediction[row] as number)) ** 2
    varied += at(row) * (value - mean) ** 2
  }
  if (varied === 0) return missed === 0 ? 1 : 0
  return 1 - missed / varied
}
