import type { Labels } from './labels.ts'
import { type ScoreOptions, thresholds } from './thresholds.ts'

/**
 * Average precision: precision at every threshold, weighted by how much recall grew there, without interpolation; 0 to 1, and the share of
 * positives for guesses.
 *
 * Source: Manning, Raghavan, Schütze, "Introduction to Information Retrieval" (2008), section 8.4.
 *
 * @example
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toFixed(4) // => 0.8333
 * @throws ml.metric when the truth has one label only, for lengths that differ, NaN, or weights that do not fit
 */
export function averagePrecision(truth: Labels, scores: ArrayLike<number>, options: ScoreOptions = {}): number {
  const { positives, negatives, positive } = thresholds(truth, scores, options)
  let [hits, misses, sum] = [0, 0, 0]
  for (let at = 0; at < positives.length; at++) {
    const gained = positives[at] as number
    hits += gained
    misses += negatives[at] as number
    // Where nothing is gained all rows so far may weigh nothing.
    if (gained > 0) sum += (gained / positive) * (hits / (hits + misses))
  }
  return sum
}
