import type { Labels } from './labels.ts'
import { type ScoreOptions, thresholds } from './thresholds.ts'

/** Points of an ROC curve, from the strictest threshold to the mildest. */
export interface RocCurve {
  /** The share of negatives with a score of at least the threshold. */
  readonly falsePositiveRate: Float64Array
  /** The share of positives with a score of at least the threshold. */
  readonly truePositiveRate: Float64Array
  /** Infinity, then every score there is, downwards. */
  readonly thresholds: Float64Array
}

/**
 * The ROC curve: for every threshold the shares of negatives and positives at or above it. No point is left out.
 *
 * Source: Fawcett, "An introduction to ROC analysis" (2006).
 *
 * @example
 * [...rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).truePositiveRate] // => [0, 0.5, 0.5, 1, 1]
 * @throws ml.metric when the truth has one label only, for lengths that differ, NaN, or weights that do not fit
 */
export function rocCurve(truth: Labels, scores: ArrayLike<number>, options: ScoreOptions = {}): RocCurve {
  const found = thresholds(truth, scores, options)
  return Object.freeze({
    falsePositiveRate: rising(found.negatives, found.negative),
    truePositiveRate: rising(found.positives, found.positive),
    thresholds: Float64Array.from({ length: found.scores.length + 1 }, (_, at) => found.scores[at - 1] ?? Number.POSITIVE_INFINITY),
  })
}

function rising(parts: Float64Array, total: number): Float64Array {
  const out = new Float64Array(parts.length + 1)
  let sum = 0
  for (const [at, part] of parts.entries()) {
    sum += part
    out[at + 1] = sum / total
  }
  return out
}
