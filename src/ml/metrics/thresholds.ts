import type { TidemillError } from '../../errors/index.ts'
import type { Label } from '../kinds/kind.ts'
import { checkFinite, checkLengths, checkOptions, type Weighted, weightsOf, wrongMetric } from './check.ts'
import { positiveOf } from './class-counts.ts'
import { distinct, type Labels, numbersIn } from './labels.ts'

export interface ScoreOptions extends Weighted {
  /** The label that high scores speak for. Default: the second of two. */
  readonly positive?: Label | undefined
  /** All labels there are. Default: those in the truth; texts by code point, numbers upwards, false before true. */
  readonly labels?: readonly Label[] | undefined
}

/** What the rows of each score weigh, from the highest score down. */
export interface Thresholds {
  readonly scores: Float64Array
  readonly positives: Float64Array
  readonly negatives: Float64Array
  readonly positive: number
  readonly negative: number
}

/** The rows gathered by score, equal scores together. @throws ml.metric when a side is empty, or the values do not fit */
export function thresholds(truth: Labels, scores: ArrayLike<number>, options: ScoreOptions): Thresholds {
  checkOptions(options, ['weights', 'positive', 'labels'])
  checkLengths(truth, scores)
  checkFinite('score', scores)
  const labels = options.labels ?? distinct([truth])
  if (labels.length === 1) throw oneSide(`all rows are ${String(labels[0])}`)
  const positive = positiveOf(labels, options.positive)
  const numbers = numbersIn(truth, labels)
  const found = byScore(row => numbers[row] === positive, scores, weightsOf(truth.length, options.weights).at)
  if (found.negative === 0) throw oneSide(`all rows are ${String(labels[positive])}`)
  if (found.positive === 0) throw oneSide(`no row is ${String(labels[positive])}`)
  return found
}

function oneSide(why: string): TidemillError {
  return wrongMetric(`one side only: ${why}`, {}, 'a ranking compares rows of two labels')
}

/** The same without a check. */
export function byScore(isPositive: (row: number) => boolean, scores: ArrayLike<number>, weight: (row: number) => number): Thresholds {
  // Sorting numbers and looking each up again is several times faster than sorting rows by their numbers.
  const sorted = Float64Array.from(scores, score => -score).sort()
  const distinctScores = sorted.filter((score, i) => i === 0 || score !== sorted[i - 1])
  const positives = new Float64Array(distinctScores.length)
  const negatives = new Float64Array(distinctScores.length)
  let [positive, negative] = [0, 0]
  for (let row = 0; row < scores.length; row++) {
    const at = placeOf(distinctScores, -(scores[row] as number))
    const share = weight(row)
    if (isPositive(row)) {
      positives[at] = (positives[at] as number) + share
      positive += share
    } else {
      negatives[at] = (negatives[at] as number) + share
      negative += share
    }
  }
  return { scores: distinctScores.map(score => -score), positives, negatives, positive, negative }
}

function placeOf(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
