import type { Label } from '../kinds/kind.ts'
import { accuracy } from './accuracy.ts'
import { balancedAccuracy } from './balanced-accuracy.ts'
import { type Confusion, confusion } from './confusion.ts'
import { f1 } from './f1.ts'
import { logLoss } from './log-loss.ts'
import { precision } from './precision.ts'
import { recall } from './recall.ts'
import { type Scored, scoredAuc, scoredLists } from './scored.ts'

/** How well a classifier did on some rows. */
export interface ClassificationMetrics {
  readonly rows: number
  /** Share of the rows whose label was predicted. */
  readonly accuracy: number
  /** Mean over the labels of the share of their rows that was predicted. */
  readonly balancedAccuracy: number
  /** Of two labels those of the second, `positive`; of more the means over the labels. 0 where nothing was predicted so. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** The label that precision, recall and F1 are of; undefined where they are means. */
  readonly positive: Label | undefined
  /** Mean of -ln of the probability of the true label. NaN without probabilities. */
  readonly logLoss: number
  /**
   * Area under the ROC curve; of more than two labels the mean of each against the rest. NaN without probabilities, or where a label has
   * no row or all rows.
   */
  readonly rocAuc: number
  readonly confusion: Confusion
}

/**
 * The usual figures of a classifier in one call.
 *
 * @throws ml.metric for lengths that differ, no rows, a class number beyond the classes, or probabilities that are none
 */
export function classificationMetrics(scored: Scored): ClassificationMetrics {
  const { truth, prediction, classes, weights } = scored
  const numbers = Array.from(classes.keys())
  const options = { labels: numbers, weights }
  const two = classes.length === 2
  const average = { ...options, average: two ? 'binary' : 'macro' } as const
  const lists = scoredLists(scored)
  return Object.freeze({
    rows: truth.length,
    accuracy: accuracy(truth, prediction, options),
    balancedAccuracy: balancedAccuracy(truth, prediction, options),
    precision: precision(truth, prediction, average),
    recall: recall(truth, prediction, average),
    f1: f1(truth, prediction, average),
    positive: two ? classes[1] : undefined,
    logLoss: lists === undefined || classes.length < 2 ? Number.NaN : logLoss(truth, lists, options),
    rocAuc: scoredAuc(scored),
    confusion: Object.freeze({ labels: classes, counts: confusion(truth, prediction, options).counts }),
  })
}
