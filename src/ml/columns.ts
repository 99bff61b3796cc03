import { TidemillError } from '../errors/index.ts'
import { blockOfValues, valuesAt } from './blocks.ts'
import { checkObject } from './check-arguments.ts'
import { estimator } from './estimator.ts'
import { fitting } from './fitting.ts'
import { type ColumnsState, type FittedStep, kindNamed, namesTwice } from './kinds/index.ts'
import { throwAll } from './problems.ts'
import type { Source } from './source.ts'
import { changedUses, type Flat, nameProblems, type Named, type ParamsOf, pathsOf } from './step-params.ts'
import type { AnyEstimator, Estimator, Label } from './types.ts'

/** What a part may use. */
export type Transformer = AnyEstimator & { readonly role: 'transformer' }
/** Some columns, and what is done with them. */
export interface Part<C extends string = string, E extends Transformer = Transformer> {
  /** The columns, in the order in which `use` reads them. */
  readonly of: readonly C[]
  /** A transformer, or a pipeline of transformers. */
  readonly use: E
}
export interface Parts {
  readonly [part: string]: Part
}
type Uses<P extends Parts> = { [N in keyof P]: P[N]['use'] }
/** The columns of all parts, with the widest type that each part can take. */
type PartNeeds<P> = Flat<
  {
    [N in keyof P]: P[N] extends Part<infer C, infer E> ? { [K in C]: TakesOne<E> } : never
  }[keyof P]
>
type TakesOne<E> = E extends { readonly '~needs'?: { readonly takes: 'numeric' } }
  ? number | bigint | boolean | null
  : Label | bigint | null

/**
 * Different treatment for different columns, side by side: every part reads the columns of the data, none what another part wrote.
 *
 * Input: the columns that the parts name; all others are dropped. Output: what the parts write, in their order. Two parts may read the same column when they
 * write different ones. Parameters are named `part.parameter`. It is most useful as the first step of a pipeline.
 *
 * @example
 * const prepare = columns({
 *   scale: { of: ['age', 'amount'], use: pipeline({ fill: imputer(), scale: standardScaler() }) },
 *   encode: { of: ['job'], use: oneHotEncoder() },
 * })
 * @throws ml.steps when a part is no transformer or names no column; while learning plan.duplicate-column when two parts write one column, and what the parts throw
 */
export function columns<const P extends Parts>(parts: P): Estimator<'transformer', ParamsOf<Uses<P>>, 'named', PartNeeds<P>> {
  checkObject('columns', parts, 'an object of parts', 'ml.steps')
  const list = Object.entries(parts as Parts)
  checkParts(list)
  const uses: Named = list.map(([name, part]) => [name, part.use])
  return estimator<'transformer', ParamsOf<Uses<P>>, 'named', PartNeeds<P>>({
    role: 'transformer',
    kind: 'columns',
    params: pathsOf(uses) as ParamsOf<Uses<P>>,
    takes: { text: uses.some(([, use]) => use['~takes'].text), missing: uses.some(([, use]) => use['~takes'].missing) },
    columns: Object.freeze([...new Set(list.flatMap(([, part]) => part.of))]),
    parts: list.map(([name, part]) => ({ name, of: Object.freeze([...part.of]), use: part.use['~data'] })),
    learn: source => learnParts(source, list),
    with: changed => {
      const made = changedUses('columns', uses, changed)
      return columns(Object.fromEntries(list.map(([name, part]) => [name, { of: part.of, use: made[name] }])) as unknown as P)
    },
  })
}

type PartList = readonly (readonly [name: string, part: Part])[]

function checkParts(list: PartList): void {
  const problems: string[] = list.length === 0 ? ['columns without parts'] : []
  for (const [name, part] of list) {
    problems.push(...nameProblems('part', name))
    const { of, use } = (part ?? {}) as Partial<Part>
    if (!Array.isArray(of) || of.length === 0 || !of.every(column => typeof column === 'string'))
      problems.push(`part ${name} names no columns`)
    else if (new Set(of).size !== of.length) problems.push(`part ${name} names a column twice: ${of.join(', ')}`)
    if (typeof use !== 'object' || use === null || typeof use['~learn'] !== 'function') problems.push(`part ${name} has no estimator`)
    else if (use.role !== 'transformer') problems.push(`part ${name} is a ${use.role}, but parts only transform`)
  }
  if (problems.length > 0)
    throw new TidemillError('ml.steps', problems.join('; '), {
      details: { problems },
      hint: "columns({ encode: { of: ['job'], use: oneHotEncoder() } })",
    })
}

async function learnParts(source: Source, list: PartList): Promise<ColumnsState> {
  const lacking = [...new Set(list.flatMap(([, part]) => part.of))].filter(name => !source.features.includes(name))
  throwAll(
    lacking.length === 0
      ? []
      : [['plan.unknown-column', `columns() names ${lacking.join(', ')}, which is not there (have ${source.features.join(', ')})`]],
  )
  const parts: FittedStep[] = []
  // One after the other: the first pass keeps the blocks that the others read.
  for (const [name, { of, use }] of list) {
    const learnt = await use['~learn'](fitting(narrowed(source, of), use['~takes'], name))
    parts.push(Object.freeze({ name, ...learnt }))
  }
  const twice = namesTwice(parts.flatMap(part => kindNamed(part.kind).outputs(part.state)))
  if (twice.length > 0)
    throw new TidemillError('plan.duplicate-column', `two parts of columns() write ${twice.join(', ')}`, {
      hint: 'name a column in one part only; an encoder may share it, for it makes new ones',
      details: { columns: twice },
    })
  return { features: source.features, parts: Object.freeze(parts) }
}

/** The source with some of its features only. */
function narrowed(source: Source, of: readonly string[]): Source {
  const { table: _, ...rest } = source
  const at = of.map(name => source.features.indexOf(name))
  return {
    ...rest,
    features: of,
    async *blocks() {
      for await (const block of source.blocks()) {
        const extra = block.fields.slice(source.features.length)
        const data = [...at, ...extra.map((_field, i) => source.features.length + i)].map(index => valuesAt(block, index))
        yield blockOfValues([...of, ...extra.map(field => field.name)], data, block.rows)
      }
    },
  }
}
