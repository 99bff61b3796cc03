import { weightsOf } from './check.ts'
import type { Labels } from './labels.ts'
import { type Probabilities, type ProbabilityOptions, sharesOf } from './probabilities.ts'

/**
 * Log loss (cross-entropy): the mean of `-ln(probability of the true label)`, from 0 (best) up.
 *
 * Probabilities are first clipped to 2^-52 .. 1 - 2^-52, as scikit-learn does, so a sure mistake costs 36.04.
 *
 * @param probabilities of the second label, or a list a row with one for each label
 * @example
 * logLoss([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]).toFixed(5) // => 0.21616
 * @throws ml.metric for lengths that differ, no rows, one label only, numbers that are no probabilities, or weights that do not fit
 */
export function logLoss(truth: Labels, probabilities: Probabilities, options: ProbabilityOptions = {}): number {
  const shares = sharesOf(truth, probabilities, options)
  const { at, sum } = weightsOf(truth.length, options.weights)
  let loss = 0
  for (let row = 0; row < shares.truth.length; row++) {
    const share = shares.at(row, shares.truth[row] as number)
    loss -= at(row) * Math.log(Math.min(Math.max(share, Number.EPSILON), 1 - Number.EPSILON))
  }
  return loss / sum
}
