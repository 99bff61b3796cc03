import { weightsOf } from './check.ts'
import type { Labels } from './labels.ts'
import { type Probabilities, type ProbabilityOptions, sharesOf } from './probabilities.ts'

/**
 * Brier score: the mean squared difference of the probability of the second label and what is true (1 or 0); 0 (best) to 1. Of more than
 * two labels the mean of the sums over all labels; 0 to 2.
 *
 * Source: Brier, "Verification of forecasts expressed in terms of probability" (1950).
 *
 * @example
 * brier([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]).toFixed(4) // => 0.0375
 * @throws ml.metric for lengths that differ, no rows, one label only, numbers that are no probabilities, or weights that do not fit
 */
export function brier(truth: Labels, probabilities: Probabilities, options: ProbabilityOptions = {}): number {
  const shares = sharesOf(truth, probabilities, options)
  const { at, sum } = weightsOf(truth.length, options.weights)
  let total = 0
  for (let row = 0; row < shares.truth.length; row++) {
    for (let label = shares.two ? 1 : 0; label < shares.labels.length; label++) {
      const miss = shares.at(row, label) - (shares.truth[row] === label ? 1 : 0)
      total += at(row) * miss * miss
    }
  }
  return total / sum
}
