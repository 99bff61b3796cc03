import { buildCondition, buildExprs, exprOf, retype } from '../../expr/index.ts'
import { type Schema, type SchemaLike, schemaOf } from '../../schema/index.ts'
import { mapArgs, type MapOptions } from './map-args.ts'
import type { Engine, Transform } from '../seams.ts'
import type { Plan } from '../nodes.ts'
import { verbs } from '../verbs/index.ts'
import { checkVerb } from './check-verbs.ts'
import { type Make, namedOf, type PickArgument, picksOf } from './picks.ts'
import { lazySite } from './site.ts'

type AnyMake = (r: unknown) => object

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
  rename(names: Readonly<Record<string, string>>): Self {
    checkVerb.rename(names)
    return this.derive(verbs.rename(this.plan, { names }, lazySite()))
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
  dropNulls(...columns: readonly string[]): Self {
    checkVerb.dropNulls(columns)
    return this.derive(verbs.dropNulls(this.plan, { columns }, lazySite()))
  }
  explode(column: string): Self {
    checkVerb.explode(column)
    return this.derive(verbs.explode(this.plan, { column }, lazySite()))
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
