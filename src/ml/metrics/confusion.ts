import type { Label } from '../kinds/kind.ts'
import { checkOptions, weightsOf } from './check.ts'
import { type LabelOptions, type Labels, numbered } from './labels.ts'

/** How often each label was taken for each. */
export interface Confusion {
  readonly labels: readonly Label[]
  /** `counts[i][j]`: rows (or their weight) of label i that were predicted as label j. */
  readonly counts: readonly (readonly number[])[]
}

/**
 * The confusion matrix: a row for each true label, a column for each predicted one.
 *
 * @example
 * confusion(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog']).counts // => [[1, 0], [1, 1]]
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, or weights that do not fit
 */
export function confusion(truth: Labels, prediction: Labels, options: LabelOptions = {}): Confusion {
  // Metrics over the matrix hand their own options on.
  checkOptions(options, ['labels', 'weights', 'average', 'positive'])
  const { labels, weights } = options
  const known = numbered(truth, prediction, labels)
  const { at } = weightsOf(truth.length, weights)
  const counts = known.labels.map(() => known.labels.map(() => 0))
  for (let row = 0; row < known.truth.length; row++) {
    const line = counts[known.truth[row] as number] as number[]
    const column = known.prediction[row] as number
    line[column] = (line[column] as number) + at(row)
  }
  return Object.freeze({ labels: known.labels, counts })
}
