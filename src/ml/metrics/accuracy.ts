import { checkOptions, weightsOf } from './check.ts'
import { type LabelOptions, type Labels, numbered } from './labels.ts'

/**
 * Accuracy: the share of rows whose label was predicted; 0 to 1.
 *
 * @example
 * accuracy(['cat', 'dog', 'dog', 'cat'], ['cat', 'cat', 'dog', 'cat']) // => 0.75
 * @throws ml.metric for lengths that differ, no rows, values that are no labels, or weights that do not fit
 */
export function accuracy(truth: Labels, prediction: Labels, options: LabelOptions = {}): number {
  checkOptions(options, ['labels', 'weights'])
  const { labels, weights } = options
  const known = numbered(truth, prediction, labels)
  const { at, sum } = weightsOf(truth.length, weights)
  let right = 0
  for (let row = 0; row < known.truth.length; row++) if (known.truth[row] === known.prediction[row]) right += at(row)
  return right / sum
}
