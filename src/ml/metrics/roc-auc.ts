import type { Lists } from '../kinds/kind.ts'
import { checkFinite, checkList, checkOptions, type Weighted, weightsOf, wrongMetric } from './check.ts'
import { positiveOf } from './class-counts.ts'
import { distinct, type Labels, numbersIn } from './labels.ts'
import { joined, type Probabilities } from './probabilities.ts'
import { byScore, type ScoreOptions, type Thresholds, thresholds } from './thresholds.ts'

/**
 * Area under the ROC curve: how often a positive row scores above a negative one, equal scores counting half; 1 at best, 0.5 for guesses.
 *
 * Of lists for more than two labels: the mean over the labels of each against the rest.
 *
 * Source: Fawcett, "An introduction to ROC analysis" (2006).
 *
 * @param scores one number a row, the higher the more positive; or a list a row with one for each label
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // => 0.75
 * @throws ml.metric when the truth has one label only (or of lists lacks one), for lengths that differ, NaN, or weights that do not fit
 */
export function rocAuc(truth: Labels, scores: Probabilities, options: ScoreOptions = {}): number {
  checkOptions(options, ['weights', 'positive', 'labels'])
  checkList('truth', truth)
  const lists = joined(scores)
  if (!('items' in lists)) return area(thresholds(truth, lists, options))
  const labels = options.labels ?? distinct([truth])
  if (labels.length !== lists.width)
    throw wrongMetric(
      `${labels.length} labels (${labels.map(String).join(', ')}) for ${lists.width} scores a row`,
      { labels, width: lists.width },
      'name the labels of the scores in `labels`',
    )
  if (lists.items.length !== truth.length * lists.width)
    throw wrongMetric(`lengths that differ: ${truth.length} true labels, ${lists.items.length} scores of ${lists.width} a row`)
  if (lists.width === 2) return area(thresholds(truth, columnOf(lists, positiveOf(labels, options.positive)), { ...options, labels }))
  const areas = againstRest(numbersIn(truth, labels), lists, options)
  const lacking = areas.findIndex(Number.isNaN)
  if (lacking !== -1) throw wrongMetric(`no rows on one side: all or none are ${String(labels[lacking])}`, { label: labels[lacking] })
  return areas.reduce((sum, one) => sum + one, 0) / areas.length
}

/** The area of some classes against the rest; NaN where all rows or none are of the class. */
export function againstRest(
  truth: ArrayLike<number>,
  scores: Lists,
  { weights }: Weighted,
  classes: readonly number[] = [...Array(scores.width).keys()],
): readonly number[] {
  checkFinite('score', scores.items)
  const { at } = weightsOf(truth.length, weights)
  return classes.map(label => area(byScore(row => truth[row] === label, columnOf(scores, label), at)))
}

function columnOf({ items, width }: Lists, column: number): Float64Array {
  return Float64Array.from({ length: items.length / width }, (_, row) => items[row * width + column] as number)
}

function area({ positives, negatives, positive, negative }: Thresholds): number {
  let above = 0
  let pairs = 0
  for (let at = 0; at < positives.length; at++) {
    const here = positives[at] as number
    pairs += (negatives[at] as number) * (above + here / 2)
    above += here
  }
  return pairs / (positive * negative)
}
