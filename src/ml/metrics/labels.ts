import { compareTexts } from '../../schema/index.ts'
import type { Label } from '../kinds/kind.ts'
import { checkLengths, type Weighted, wrongMetric } from './check.ts'

/** Labels of rows: texts, whole numbers (class numbers too) or booleans. */
export type Labels = ArrayLike<Label>
export interface LabelOptions extends Weighted {
  /**
   * All labels there are, in the order that answers have. Default: those in the data; texts by code point, numbers upwards, false before
   * true.
   */
  readonly labels?: readonly Label[] | undefined
}

/** Labels as their numbers in a list of labels. */
export interface Numbered {
  readonly truth: Int32Array
  readonly prediction: Int32Array
  readonly labels: readonly Label[]
}

/**
 * Both columns as numbers of the same labels. @throws ml.metric for lengths that differ, no rows, values that are no label or not in
 * `labels`
 */
export function numbered(truth: Labels, prediction: Labels, labels: readonly Label[] | undefined): Numbered {
  checkLengths(truth, prediction)
  const known = labels === undefined ? distinct([truth, prediction]) : checked(labels)
  const numbers = new Map(known.map((label, index) => [label, index]))
  return { truth: codes(truth, numbers), prediction: codes(prediction, numbers), labels: known }
}

/** The numbers of labels in a list. @throws ml.metric for a label that is not in it */
export function numbersIn(values: Labels, labels: readonly Label[]): Int32Array {
  return codes(values, new Map(labels.map((label, index) => [label, index])))
}

/** The labels in some columns, in order. @throws ml.metric for a value that is no label */
export function distinct(columns: readonly Labels[]): readonly Label[] {
  const seen = new Set<Label>()
  for (const column of columns) for (let row = 0; row < column.length; row++) seen.add(checkedLabel(column[row], row))
  const labels = [...seen]
  const other = labels.find(label => typeof label !== typeof labels[0])
  if (other !== undefined) throw wrongMetric(`labels of different types: ${JSON.stringify(labels[0])} and ${JSON.stringify(other)}`)
  return labels.sort((a, b) => (typeof a === 'string' ? compareTexts(a, String(b)) : Number(a) - Number(b)))
}

function checked(labels: readonly Label[]): readonly Label[] {
  if (new Set(labels).size !== labels.length) throw wrongMetric(`a label twice in labels: ${labels.map(String).join(', ')}`)
  return labels
}

function codes(values: Labels, numbers: ReadonlyMap<Label, number>): Int32Array {
  const out = new Int32Array(values.length)
  for (let row = 0; row < out.length; row++) {
    const number = numbers.get(values[row] as Label)
    if (number === undefined)
      throw wrongMetric(`unknown label: ${String(values[row])} in row ${row} (have ${[...numbers.keys()].map(String).join(', ')})`, { row })
    out[row] = number
  }
  return out
}

function checkedLabel(value: unknown, row: number): Label {
  if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value))) return value
  throw wrongMetric(`value that is no label: ${String(value)} in row ${row}`, { row }, 'labels are texts, whole numbers or booleans')
}
