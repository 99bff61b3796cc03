import type { Label, Lists } from '../kinds/kind.ts'
import { checkFinite, type Weighted, wrongMetric } from './check.ts'
import { distinct, type Labels, numbersIn } from './labels.ts'

/** Probabilities of rows: one number a row (of the second of two labels), or a list a row with one for each label. */
export type Probabilities = ArrayLike<number> | Lists
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
  const lists = 'items' in probabilities ? probabilities : undefined
  const numbers = 'items' in probabilities ? probabilities.items : probabilities
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
