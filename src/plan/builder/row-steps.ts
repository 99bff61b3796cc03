import { buildCondition, buildExprs, exprOf, retype } from '../../expr/index.ts'
import { type DataType, type Schema, type SchemaLike, schemaOf } from '../../schema/index.ts'
import { mapArgs, type MapOptions } from './map-args.ts'
import type { Engine, Transform } from '../seams.ts'
import type { Plan } from '../nodes.ts'
import { type CutArgs, type TypeFamily, verbs } from '../verbs/index.ts'
import { checkVerb } from './check-verbs.ts'
import { type Make, namedOf, type PickArgument, picksOf } from './picks.ts'
import { type Replacements, pairsOf } from './replacements.ts'
import { lazySite } from './site.ts'

type AnyMake = (r: unknown) => object
interface DropNullsOptions {
  readonly atLeast: number
  readonly columns?: readonly string[]
}

/**
 * The verbs that tables and streams share, over plain plans: what is behind the interface `RowVerbs`. `Self` is the builder that comes back.
 */
export abstract class RowSteps<Self> {
  readonly plan: Plan
  readonly engine: Engine

  constructor(plan: Plan, engine: Engine) {
    this.plan = plan
    this.engine = engine
  }

  /** The same kind of thing over another plan. */
  abstract derive(plan: Plan): Self

  get schema(): Schema {
    return this.plan.fields
  }

  select(...columns: readonly PickArgument[]): Self {
    checkVerb.select(columns)
    return this.derive(verbs.select(this.plan, { columns: picksOf('select', this.plan, columns, this.kinds) }, lazySite()))
  }
  drop(...columns: readonly string[]): Self {
    checkVerb.drop(columns)
    return this.derive(verbs.drop(this.plan, { columns }, lazySite()))
  }
  rename(names: Readonly<Record<string, string>> | ((name: string) => string)): Self {
    checkVerb.rename(names)
    const args = typeof names === 'function' ? { names: {}, each: names } : { names }
    return this.derive(verbs.rename(this.plan, args, lazySite()))
  }
  reorder(...columns: readonly string[]): Self {
    checkVerb.reorder(columns)
    return this.derive(verbs.reorder(this.plan, { columns }, lazySite()))
  }
  selectTypes(...families: readonly TypeFamily[]): Self {
    checkVerb.selectTypes(families)
    return this.derive(verbs.selectTypes(this.plan, { families }, lazySite()))
  }
  cast(types: SchemaLike): Self {
    checkVerb.cast('cast', types)
    return this.derive(verbs.cast(this.plan, { types: typesOf(types) }, lazySite()))
  }
  tryCast(types: SchemaLike): Self {
    checkVerb.cast('tryCast', types)
    return this.derive(verbs.tryCast(this.plan, { types: typesOf(types) }, lazySite()))
  }
  withColumns(make: Make): Self {
    checkVerb.withColumns(make)
    const columns = namedOf(buildExprs('withColumns', this.plan.fields, this.plan.open, this.kinds, make as AnyMake))
    return this.derive(verbs.withColumns(this.plan, { columns }, lazySite()))
  }
  filter(keep: Make): Self {
    checkVerb.filter(keep)
    const where = buildCondition('filter', this.plan.fields, this.plan.open, this.kinds, keep as AnyMake)
    return this.derive(verbs.filter(this.plan, { where }, lazySite()))
  }
  fillNull(values: Readonly<Record<string, unknown>>): Self {
    checkVerb.fillNull(values)
    const { fields, open } = this.plan
    const at = lazySite()
    const exprs = Object.entries(values).map(([name, value]) => [name, open ? exprOf(value) : retype(exprOf(value), fields, at)] as const)
    return this.derive(verbs.fillNull(this.plan, { values: Object.fromEntries(exprs) }, at))
  }
  dropNulls(...columns: readonly string[] | readonly [DropNullsOptions]): Self {
    checkVerb.dropNulls(columns)
    const [first] = columns
    const args =
      typeof first === 'object' ? { columns: first.columns ?? [], atLeast: first.atLeast } : { columns: columns as readonly string[] }
    return this.derive(verbs.dropNulls(this.plan, args, lazySite()))
  }
  replace(values: Readonly<Record<string, Replacements>>): Self {
    checkVerb.replace(values)
    const { fields } = this.plan
    const typed = Object.entries(values).map(
      ([name, pairs]) =>
        [
          name,
          pairsOf(
            pairs,
            fields.find(field => field.name === name),
          ),
        ] as const,
    )
    return this.derive(verbs.replace(this.plan, { values: Object.fromEntries(typed) }, lazySite()))
  }
  clip(bounds: Readonly<Record<string, readonly [number | null, number | null]>>): Self {
    checkVerb.clip(bounds)
    return this.derive(verbs.clip(this.plan, { bounds }, lazySite()))
  }
  cut(column: string, edges: readonly number[], options: Omit<CutArgs, 'column' | 'edges'>): Self {
    checkVerb.cut(column, edges, options)
    return this.derive(verbs.cut(this.plan, { column, edges, ...options }, lazySite()))
  }
  explode(columns: string | readonly string[], options?: { readonly outer?: boolean }): Self {
    checkVerb.explode(columns, options)
    const [column = '', ...also] = typeof columns === 'string' ? [columns] : columns
    const more = also.length === 0 ? {} : { also }
    return this.derive(verbs.explode(this.plan, { column, ...more, ...options }, lazySite()))
  }
  unnest(column: string, options?: { readonly prefix?: string }): Self {
    checkVerb.unnest(column, options)
    return this.derive(verbs.unnest(this.plan, { column, ...options }, lazySite()))
  }
  pipe<T>(each: (self: this) => T): T {
    checkVerb.pipe(each)
    return each(this)
  }
  map(each: Function, options?: MapOptions): Self {
    return this.derive(verbs.map(this.plan, mapArgs('each', 'map', each, options), lazySite()))
  }
  flatMap(each: Function, options?: MapOptions): Self {
    return this.derive(verbs.map(this.plan, mapArgs('many', 'flatMap', each, options), lazySite()))
  }
  mapBatches(each: Function, options?: MapOptions): Self {
    return this.derive(verbs.map(this.plan, mapArgs('batch', 'mapBatches', each, options), lazySite()))
  }
  transform(step: Transform): Self {
    checkVerb.transform(step)
    return this.derive(verbs.transform(this.plan, { step }, lazySite()))
  }
  as(schema?: SchemaLike): Self {
    if (schema === undefined) return this.derive(this.plan)
    checkVerb.as(schema)
    return this.derive(verbs.as(this.plan, { schema: schemaOf(schema) }, lazySite()))
  }

  /** What callbacks of a row may hold: windows look at other rows, of which a stream has no end. */
  protected get kinds(): readonly ('column' | 'window')[] {
    return ['column', 'window']
  }
}

function typesOf(types: SchemaLike): Readonly<Record<string, DataType>> {
  return Object.fromEntries(schemaOf(types).map(({ name, type }) => [name, type]))
}
