/** The labels of a classifier's target, and the target as their numbers. */
import type { Batch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { compareTexts, type DataType, type Field } from '../schema/index.ts'
import { blockOfValues, valuesAt } from './blocks.ts'
import { kept } from './kept.ts'
import type { Coded, Label } from './kinds/index.ts'
import { weighs } from './learners.ts'
import type { Source } from './source.ts'
import { isText } from './values.ts'

/** More labels than these are taken for a mistake: an id, or a number that was meant to be predicted as a number. */
const mostClasses = 1_000

/**
 * The source with its target as class numbers. Labels are ordered: texts by code point, numbers upwards, false before true. A label that only rows of
 * weight 0 have is not there; such rows keep class 0, where their weight makes them count for nothing.
 *
 * @throws ml.no-rows when every weight is 0; ml.no-labels for numbers with digits after the point, or more than 1,000 labels
 */
export async function withClasses<S extends Source>(source: S, target: Field): Promise<S & { readonly classes: readonly Label[] }> {
  const at = source.features.length
  const seen = new Set<Label>()
  for await (const block of source.blocks()) {
    const weights = source.weight ? (valuesAt(block, at + 1) as Float64Array) : undefined
    collect(seen, valuesAt(block, at), weights, target)
  }
  weighs(seen.size)
  const classes = ordered([...seen])
  const numbers = new Map(classes.map((label, index) => [label, index]))
  return kept({
    ...source,
    classes: Object.freeze(classes),
    async *blocks() {
      for await (const block of source.blocks()) yield coded(block, at, numbers, target)
    },
  })
}

function collect(seen: Set<Label>, values: Float64Array | Coded, weights: Float64Array | undefined, target: Field): void {
  const text = !(values instanceof Float64Array)
  const rows = text ? values.codes.length : values.length
  for (let row = 0; row < rows; row++) {
    if (weights?.[row] === 0) continue
    seen.add(text ? (values.values[values.codes[row] as number] as string) : wholeLabel(values[row] as number, target))
    if (seen.size > mostClasses)
      throw new TidemillError('ml.no-labels', `target ${target.name} has more than ${mostClasses} different labels`, {
        hint: 'a classifier tells few labels apart; to predict a number take a regressor',
        details: { target: target.name },
      })
  }
}

function wholeLabel(value: number, target: Field): Label {
  if (!Number.isSafeInteger(value))
    throw new TidemillError('ml.no-labels', `target ${target.name} holds ${value}, which is no label but a measure`, {
      hint: 'labels are text, booleans or whole numbers; to predict a number take a regressor',
      details: { target: target.name, value },
    })
  return labelOf(value, target.type)
}

/** A number of the target column as the label it stands for. */
export function labelOf(value: number, type: DataType): Label {
  if (isText(type)) return ''
  return type === 'boolean' ? value !== 0 : value + 0
}

function ordered(labels: readonly Label[]): readonly Label[] {
  return labels.toSorted((a, b) => (typeof a === 'string' ? compareTexts(a, String(b)) : Number(a) - Number(b)))
}

function coded(block: Batch, at: number, numbers: ReadonlyMap<Label, number>, target: Field): Batch {
  const values = valuesAt(block, at)
  const codes = new Float64Array(block.rows)
  if (values instanceof Float64Array)
    for (let row = 0; row < codes.length; row++) codes[row] = numbers.get(labelOf(values[row] as number, target.type)) ?? 0
  else {
    const to = values.values.map(value => numbers.get(value) ?? 0)
    for (let row = 0; row < codes.length; row++) codes[row] = to[values.codes[row] as number] ?? 0
  }
  const columns = block.columns.map((_, index) => (index === at ? codes : valuesAt(block, index)))
  return blockOfValues(
    block.fields.map(field => field.name),
    columns,
    block.rows,
  )
}

/**
 * The source with its target as numbers of the classes that a model knows.
 *
 * @throws ml.no-labels for a label that the model has never seen
 */
export function withKnownClasses<S extends Source>(
  source: S,
  target: Field,
  classes: readonly Label[],
): S & { readonly classes: readonly Label[] } {
  const at = source.features.length
  const numbers = new Map(classes.map((label, index) => [label, index]))
  return {
    ...source,
    classes,
    async *blocks() {
      for await (const block of source.blocks()) {
        const seen = new Set<Label>()
        collect(seen, valuesAt(block, at), undefined, target)
        const unknown = [...seen].filter(label => !numbers.has(label))
        if (unknown.length > 0)
          throw new TidemillError(
            'ml.no-labels',
            `label that the model has never seen: ${unknown.map(String).join(', ')} (have ${classes.map(String).join(', ')})`,
          )
        yield coded(block, at, numbers, target)
      }
    },
  }
}
