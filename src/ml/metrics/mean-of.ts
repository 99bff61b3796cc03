import { checkFinite, checkLengths, checkOptions, weightsOf, type Weighted } from './check.ts'

/** The weighted mean over the rows of a number made of the true value and its prediction. */
export function meanOf(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  options: Weighted,
  each: (truth: number, prediction: number) => number,
): number {
  checkOptions(options, ['weights'])
  checkLengths(truth, prediction)
  checkFinite('true value', truth)
  checkFinite('prediction', prediction)
  const { at, sum } = weightsOf(truth.length, options.weights)
  let total = 0
  for (let row = 0; row < truth.length; row++) total += at(row) * each(truth[row] as number, prediction[row] as number)
  return total / sum
}
