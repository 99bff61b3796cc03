import { TidemillError } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import { blockOf, featuresAt, valuesAt } from './blocks.ts'
import { checkFeatures, checkLabels, featureFields } from './check-features.ts'
import { checkRelation } from './check-relation.ts'
import { labelOf } from './classes.ts'
import { type Coded, kindNamed, type Label, type Lists, type Values } from './kinds/index.ts'
import { type ClassificationMetrics, classificationMetrics } from './metrics/index.ts'
import type { ModelData } from './model-data.ts'
import { openSource, type Source } from './source.ts'
import { type RegressionErrors, regressionErrors } from './statistics/errors.ts'
import { fold, numbersAt } from './statistics/fold.ts'

/** Predicts every row and compares; of a transformer only the rows are counted. */
export async function evaluateModel(
  data: ModelData,
  relation: Relation<unknown>,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<RegressionErrors | ClassificationMetrics | { readonly rows: number }> {
  checkRelation(relation, 'evaluate', 'await model.evaluate(test)')
  const kind = kindNamed(data.kind)
  const role = kind.role(data.state)
  checkFeatures(data.features, relation)
  const columns = data.features.map(field => field.name)
  const missing = (kind.fills?.(data.state).length ?? 0) > 0
  const takes = { text: true, missing }
  const source = await openSource(relation, {
    columns,
    target: data.target?.name,
    signal: options.signal,
    takes,
    labels: role === 'classifier',
  })
  featureFields(data.features, source.fields)
  if (source.targetField !== undefined && role === 'classifier') checkLabels(source.targetField, kind.classes?.(data.state) ?? [])
  if (data.target === undefined) {
    let rows = 0
    for await (const block of source.blocks()) rows += block.rows
    return { rows }
  }
  if (role === 'classifier') return classified(data, source)
  async function* compared(): ReturnType<typeof source.blocks> {
    for await (const block of source.blocks()) {
      const prediction = kind.predict(data.state, featuresAt(block, columns), block.rows).get('prediction') as Float64Array
      yield blockOf(['target', 'prediction'], [numbersAt(block, columns.length), complete(prediction)], block.rows)
    }
  }
  return fold(regressionErrors(), compared())
}

/** Labels that the model has never seen are wrong predictions of probability 0; they stand behind its own in the confusion. */
async function classified(data: ModelData, source: Source): Promise<ClassificationMetrics> {
  const kind = kindNamed(data.kind)
  const known = kind.classes?.(data.state) ?? []
  const numbers = new Map<Label, number>(known.map((label, i) => [label, i]))
  const truth: number[] = []
  const predicted: number[] = []
  const shares: Float64Array[] = []
  for await (const block of source.blocks()) {
    const written = kind.predict(data.state, featuresAt(block, source.features), block.rows)
    const { codes, values } = written.get('prediction') as Coded
    const own = values.map(label => numbers.get(label) ?? -1)
    for (const code of codes) predicted.push(code < 0 ? -1 : (own[code] ?? -1))
    shares.push((written.get('probabilities') as Lists).items)
    for (const label of labelsAt(valuesAt(block, source.features.length), data)) {
      const number = numbers.get(label) ?? numbers.size
      numbers.set(label, number)
      truth.push(number)
    }
  }
  const unknown = predicted.filter(code => code < 0).length
  if (unknown > 0) throw unpredicted(unknown, predicted.length)
  const classes = [...numbers.keys()]
  return classificationMetrics({
    truth: Int32Array.from(truth),
    prediction: Int32Array.from(predicted),
    probabilities: widened(shares, truth.length, known.length, classes.length),
    width: classes.length,
    classes,
  })
}

function labelsAt(values: Values, { target }: ModelData): Label[] {
  if (values instanceof Float64Array) return Array.from(values, value => labelOf(value, target?.type ?? 'int64'))
  if ('items' in values) return []
  return Array.from(values.codes, code => values.values[code] as Label)
}

function widened(parts: readonly Float64Array[], rows: number, from: number, to: number): Float64Array {
  const all = new Float64Array(rows * to)
  let row = 0
  for (const part of parts) for (let at = 0; at < part.length; at += from, row++) all.set(part.subarray(at, at + from), row * to)
  return all
}

function complete(prediction: Float64Array): Float64Array {
  let missing = 0
  for (const value of prediction) if (Number.isNaN(value)) missing++
  if (missing > 0) throw unpredicted(missing, prediction.length)
  return prediction
}

function unpredicted(missing: number, rows: number): TidemillError {
  return new TidemillError(
    'ml.has-nulls',
    `${missing} of ${rows} rows have no prediction: a feature that the model does not fill is NULL`,
    {
      hint: 'leave the rows out with dropNulls()',
    },
  )
}
