/** Where training data come from: columns of a relation as float64 blocks of a fixed number of rows, checked on the way. */
import type { Batch } from '../batch/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode } from '../expr/index.ts'
import type { Plan, ProjectNode, Relation } from '../plan/index.ts'
import { type DataType, type Field, printType, type Schema } from '../schema/index.ts'
import { reblock } from './blocks.ts'
import { throwAll } from './problems.ts'

/** Blocks of float64 columns: the features, then the target, then the weight, where there are such. */
export interface Source {
  readonly features: readonly string[]
  readonly target: boolean
  readonly weight: boolean
  /** From the first row on, each time it is called. */
  blocks(): AsyncIterable<Batch>
}
export interface Wanted {
  /** Without: all columns but the target and the weight. */
  readonly columns?: readonly string[] | undefined
  readonly target?: string | undefined
  readonly weight?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Blocks up to this size together are kept for the next pass; more are read again. */
const keptBytes = 64 * 2 ** 20

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
  const narrow = asFloats(plan, asked)
  let kept: readonly Batch[] | undefined
  async function* read(): AsyncIterable<Batch> {
    const seen: Batch[] = []
    let bytes = 0
    for await (const block of reblock(
      data.engine.run(narrow, options),
      narrow.fields,
      weight === undefined ? undefined : asked.length - 1,
    )) {
      bytes += block.rows * asked.length * 8
      if (bytes <= keptBytes) seen.push(block)
      yield block
    }
    if (bytes <= keptBytes) kept = seen
  }
  async function* again(blocks: readonly Batch[]): AsyncIterable<Batch> {
    yield* blocks
  }
  return {
    features: features.map(field => field.name),
    fields: features,
    targetField: target,
    target: target !== undefined,
    weight: weight !== undefined,
    blocks: () => (kept === undefined ? read() : again(kept)),
  }
}

/** True for what can be learnt from: integers, floats and booleans (0 and 1). Decimals keep digits a float64 lacks, so they want a cast. */
export function isLearnable(type: DataType): boolean {
  return type === 'float64' || type === 'int32' || type === 'int64' || type === 'bigint' || type === 'boolean'
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
  const text = features.filter(field => !isLearnable(field.type))
  for (const field of [target, weight]) if (field !== undefined && (!isLearnable(field.type) || field.type === 'boolean')) text.push(field)
  if (text.length > 0)
    problems.push([
      'ml.not-numeric',
      `columns that are no numbers: ${text.map(field => `${field.name} (${printType(field.type)})`).join(', ')}`,
    ])
  if (features.length === 0 && lacking.length === 0) problems.push(['ml.no-features', `no feature column is left (${have})`])
  throwAll(problems)
  return { features, target, weight }
}

/** The plan cut down to some columns, as float64. */
function asFloats(input: Plan, fields: Schema): ProjectNode {
  return {
    node: 'project',
    input,
    open: false,
    columns: fields.map(field => ({ name: field.name, expr: floatNode(field) })),
    fields: fields.map(field => ({ name: field.name, type: 'float64', nullable: field.nullable })),
  }
}

/** The column as float64. */
export function floatNode(field: Field): ExprNode {
  const column = columnNode(field)
  return field.type === 'float64' ? column : callNode('cast', [column], { to: 'float64' })
}
