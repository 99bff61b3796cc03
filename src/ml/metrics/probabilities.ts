import type { Label, Lists } from '../kinds/kind.ts'
import { checkFinite, checkList, checkOptions, type Weighted, wrongMetric } from './check.ts'
import { distinct, type Labels, numbersIn } from './labels.ts'

/**
 * Probabilities of rows: one number a row (of the second of two labels), or one for each label: a list a row, as `probabilities` of a classifier, or all in
 * one list, row after row, with their `width`.
 */
export type Probabilities = ArrayLike<number> | ArrayLike<ArrayLike<number>> | Lists
export interface ProbabilityOptions extends Weighted {
  /**
   * The labels the probabilities belong to, in their order. Default: those in the truth; texts by code point, numbers upwards, false
   * before true.
   */
  readonly labels?: readonly Label[] | undefined
}

/** Truth as label numbers, and a probability for each label in each row. */
export interface Shares {
  readonly truth: Int32Array
  readonly labels: readonly Label[]
  /** The probability of a label in a row. */
  readonly at: (row: number, label: number) => number
  /** One number a row was given, or two. */
  readonly two: boolean
}

/** @throws ml.metric when the numbers do not fit the rows and labels, or are no probabilities */
export function sharesOf(truth: Labels, probabilities: Probabilities, options: ProbabilityOptions): Shares {
  checkOptions(options, ['weights', 'labels'])
  checkList('truth', truth)
  const given = joined(probabilities)
  const lists = 'items' in given ? given : undefined
  const numbers = 'items' in given ? given.items : given
  const width = lists?.width ?? 1
  if (truth.length === 0) throw wrongMetric('no row to compare')
  if (numbers.length !== truth.length * width)
    throw wrongMetric(`lengths that differ: ${truth.length} true labels, ${numbers.length} probabilities of ${width} a row`, {
      truth: truth.length,
      probabilities: numbers.length,
    })
  const labels = options.labels ?? distinct([truth])
  if (labels.length < 2) throw wrongMetric(`one label only: ${labels.map(String).join(', ')}`, { labels }, 'name all in `labels`')
  if (labels.length !== Math.max(width, 2))
    throw wrongMetric(
      `${labels.length} labels (${labels.map(String).join(', ')}) for ${width} ${width === 1 ? 'probability' : 'probabilities'} a row`,
      {
        labels,
        width,
      },
      'name the labels of the probabilities in `labels`',
    )
  checkFinite('probability', numbers)
  for (let i = 0; i < numbers.length; i++)
    if ((numbers[i] as number) < 0 || (numbers[i] as number) > 1)
      throw wrongMetric(`probability outside 0 to 1: ${numbers[i]} in row ${Math.floor(i / width)}`)
  const at =
    lists === undefined
      ? (row: number, label: number): number => (label === 1 ? (numbers[row] as number) : 1 - (numbers[row] as number))
      : (row: number, label: number): number => numbers[row * width + label] as number
  return { truth: numbersIn(truth, labels), labels, at, two: labels.length === 2 }
}

/** A list a row as one list of all. @throws ml.metric when the rows are of different length */
export function joined(probabilities: Probabilities): ArrayLike<number> | Lists {
  if (typeof probabilities === 'object' && probabilities !== null && 'items' in probabilities) return probabilities
  checkList('probabilities', probabilities)
  if (probabilities.length === 0 || typeof probabilities[0] !== 'object') return probabilities as ArrayLike<number>
  const rows = probabilities as ArrayLike<ArrayLike<number>>
  const width = rows[0]?.length ?? 0
  const items = new Float64Array(rows.length * width)
  for (let row = 0; row < rows.length; row++) {
    const list = rows[row] as ArrayLike<number>
    checkList(`probabilities of row ${row}`, list)
    if (list.length !== width)
      throw wrongMetric(`lengths that differ: ${width} probabilities in row 0, ${list.length} in row ${row}`, { row })
    items.set(Array.from(list), row * width)
  }
  return { items, width }
}
