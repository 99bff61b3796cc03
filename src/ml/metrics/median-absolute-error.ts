import { checkFinite, checkLengths, checkOptions, type Weighted, weightsOf } from './check.ts'

/**
 * The median of `|truth - prediction|`, from 0 (best) up, in the unit of the target; the mean of the two in the middle where there are
 * two. Few large errors do not change it.
 *
 * @example
 * medianAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8]) // => 0.5
 * @throws ml.metric for lengths that differ, no rows, NaN, infinite values, or weights that do not fit
 */
export function medianAbsoluteError(truth: ArrayLike<number>, prediction: ArrayLike<number>, options: Weighted = {}): number {
  checkOptions(options, ['weights'])
  checkLengths(truth, prediction)
  checkFinite('true value', truth)
  checkFinite('prediction', prediction)
  const { at, sum } = weightsOf(truth.length, options.weights)
  const errors = Float64Array.from({ length: truth.length }, (_, row) => Math.abs((truth[row] as number) - (prediction[row] as number)))
  const order = Uint32Array.from(errors.keys())
    .filter(row => at(row) > 0)
    .sort((a, b) => (errors[a] as number) - (errors[b] as number))
  let below = 0
  for (const [place, row] of order.entries()) {
    below += at(row)
    if (below * 2 < sum) continue
    const next = order[place + 1]
    const error = errors[row] as number
    return below * 2 === sum && next !== undefined ? (error + (errors[next] as number)) / 2 : error
  }
  return errors[order.at(-1) as number] as number
}
