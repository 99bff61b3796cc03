/** Where training data come from: columns of a relation as blocks of a fixed number of rows, checked on the way. */
import type { Batch } from '../batch/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode } from '../expr/index.ts'
import type { Plan, ProjectNode, Relation } from '../plan/index.ts'
import { type DataType, type Field, printType, type Schema } from '../schema/index.ts'
import { reblock } from './blocks.ts'
import type { Crew } from './crew.ts'
import { kept } from './kept.ts'
import type { Label } from './kinds/index.ts'
import { throwAll } from './problems.ts'
import type { Table } from './table.ts'
import { isLearnable, isText } from './values.ts'

/** What an estimator can take as features besides numbers without NULLs. */
export interface Takes {
  readonly text: boolean
  /** NULLs, which come as NaN or as code -1. */
  readonly missing: boolean
}
export const numbersOnly: Takes = Object.freeze({ text: false, missing: false })

/** Blocks of columns: the features (float64, or text), then the target as float64 (a classifier's as the number of its class), then the weight. */
export interface Source {
  readonly features: readonly string[]
  readonly target: boolean
  readonly weight: boolean
  /** Of a classifier: its labels, in order; the target column holds their numbers. */
  readonly classes?: readonly Label[] | undefined
  /** Threads that may help; without, all is done here. */
  readonly crew?: Crew | undefined
  readonly signal?: AbortSignal | undefined
  /** From the first row on, each time it is called. */
  blocks(): AsyncIterable<Batch>
  /** All rows in memory, where they are already. */
  table?(): Table
}
export interface Wanted {
  /** Without: all columns but the target and the weight. */
  readonly columns?: readonly string[] | undefined
  readonly target?: string | undefined
  readonly weight?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Default: numbers without NULLs. */
  readonly takes?: Takes | undefined
  /** The target may be text or boolean: it is a label. Default: false. */
  readonly labels?: boolean | undefined
}

/**
 * Checks the columns, then gives the blocks; NULLs and numbers that are not finite are found while reading, and all reported together.
 *
 * @throws ml.unknown-target, plan.unknown-column, ml.not-numeric, ml.no-features at once; ml.has-nulls, ml.not-finite, ml.param, ml.no-rows at the end of the blocks
 */
export async function openSource(
  data: Relation<unknown>,
  wanted: Wanted,
): Promise<Source & { readonly fields: Schema; readonly targetField: Field | undefined }> {
  const options = wanted.signal === undefined ? {} : { signal: wanted.signal }
  const plan = data.plan.open ? await data.engine.learn(data.plan, options) : data.plan
  const { features, target, weight } = chosen(plan.fields, wanted)
  const asked = [...features, ...(target === undefined ? [] : [target]), ...(weight === undefined ? [] : [weight])]
  const narrow = asValues(plan, asked)
  const reading = {
    mayMiss: asked.map((_, i) => i < features.length && wanted.takes?.missing === true),
    weight: weight === undefined ? undefined : asked.length - 1,
  }
  return kept({
    features: features.map(field => field.name),
    fields: features,
    targetField: target,
    target: target !== undefined,
    weight: weight !== undefined,
    signal: wanted.signal,
    blocks: () => reblock(data.engine.run(narrow, options), narrow.fields, reading),
  })
}

function chosen(
  fields: Schema,
  wanted: Wanted,
): { readonly features: Schema; readonly target: Field | undefined; readonly weight: Field | undefined } {
  const have = `have ${fields.map(field => field.name).join(', ')}`
  const find = (name: string | undefined): Field | undefined => fields.find(field => field.name === name)
  const problems: [ErrorCode, string][] = []
  const target = find(wanted.target)
  const weight = find(wanted.weight)
  if (wanted.target !== undefined && target === undefined)
    problems.push(['ml.unknown-target', `unknown target: ${wanted.target} (${have})`])
  if (wanted.weight !== undefined && weight === undefined)
    problems.push(['plan.unknown-column', `unknown weight column: ${wanted.weight} (${have})`])
  const named = wanted.columns ?? fields.map(field => field.name).filter(name => name !== wanted.target && name !== wanted.weight)
  const features: Field[] = []
  const lacking: string[] = []
  for (const name of new Set(named)) {
    const field = find(name)
    if (field === undefined) lacking.push(name)
    else features.push(field)
  }
  if (lacking.length > 0) problems.push(['plan.unknown-column', `unknown feature: ${lacking.join(', ')} (${have})`])
  for (const [what, name] of [
    ['target', wanted.target],
    ['weight', wanted.weight],
  ] as const) {
    if (name !== undefined && wanted.columns?.includes(name) === true)
      problems.push(['ml.param', `the ${what} cannot be a feature: ${name}`])
  }
  const wrong = features.filter(field => !isLearnable(field.type) && !(wanted.takes?.text === true && isText(field.type)))
  if (target !== undefined && !fitsTarget(target.type, wanted.labels === true)) wrong.push(target)
  if (weight !== undefined && (!isLearnable(weight.type) || weight.type === 'boolean')) wrong.push(weight)
  if (wrong.length > 0)
    problems.push([
      'ml.not-numeric',
      `columns that are no numbers: ${wrong.map(field => `${field.name} (${printType(field.type)})`).join(', ')}`,
    ])
  if (features.length === 0 && lacking.length === 0) problems.push(['ml.no-features', `no feature column is left (${have})`])
  throwAll(problems)
  return { features, target, weight }
}

function fitsTarget(type: DataType, label: boolean): boolean {
  if (isText(type) || type === 'boolean') return label
  return isLearnable(type)
}

/** The plan cut down to some columns: text as text, the rest as float64. */
function asValues(input: Plan, fields: Schema): ProjectNode {
  return {
    node: 'project',
    input,
    open: false,
    columns: fields.map(field => ({ name: field.name, expr: valueNode(field) })),
    fields: fields.map(field => ({ name: field.name, type: isText(field.type) ? field.type : 'float64', nullable: field.nullable })),
  }
}

/** The column as a model reads it: text as it is, all else as float64. */
export function valueNode(field: Field): ExprNode {
  const column = columnNode(field)
  return field.type === 'float64' || isText(field.type) ? column : callNode('cast', [column], { to: 'float64' })
}
