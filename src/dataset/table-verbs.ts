import { TidemillError } from '../errors/index.ts'
import { buildExprs, buildOrder, count, literalNode, type OrderNode } from '../expr/index.ts'
import {
  type AsOfDirection,
  checkTable,
  checkVerb,
  type FillStrategy,
  lazySite,
  type Make,
  misuse,
  namedOf,
  needTable,
  type PickArgument,
  picksOf,
  type Plan,
  type Relation,
  RowSteps,
  type RunOptions,
  verbs,
} from '../plan/index.ts'
import { crosstabbed, type CrosstabOptions, marginLevel } from './crosstab.ts'
import { keyPairs, type JoinKeys } from './key-pairs.ts'
import { periodOf } from './period.ts'
import { marginsOf, pivotArgs, type PivotOptions, type PivotValue } from './pivot-args.ts'
import { microsWithin } from './within.ts'

type AnyMake = (r: unknown) => object
export interface AsOfOptions {
  readonly on?: JoinKeys
  readonly at: string | Readonly<Record<string, string>>
  readonly direction?: AsOfDirection
  readonly within?: string | number
  readonly exact?: boolean
  readonly how?: 'left' | 'inner'
  readonly suffix?: string
}
export interface DistinctOptions {
  readonly keep?: 'first' | 'last' | 'none'
  readonly orderBy?: PickArgument | readonly PickArgument[]
}
export interface FillOptions {
  readonly strategy: FillStrategy
  readonly orderBy?: PickArgument | readonly PickArgument[]
  readonly by?: string | readonly string[]
}
export interface ResampleOptions {
  readonly by?: PickArgument | readonly PickArgument[]
  readonly fill?: 'skip' | 'null' | 'forward' | number
  readonly timeZone?: string
  readonly origin?: string | Date
}

/** The verbs of tables that need all rows, over plain plans: what is behind the interface `TableVerbs`. `Self` is the table that comes back. */
export abstract class TableSteps<Self> extends RowSteps<Self> {
  /** The table itself, as the type its verbs give back. */
  protected abstract get self(): Self & {
    rows(options?: RunOptions): Promise<object[]>
  }

  union(other: Relation<unknown> | readonly Relation<unknown>[], options?: { readonly missing?: 'fail' | 'null' }): Self {
    checkVerb.union(other, options)
    const tables = Array.isArray(other) ? (other as readonly Relation<unknown>[]) : [other as Relation<unknown>]
    const [first, ...rest] = tables.map(one => this.otherPlan(one, 'union'))
    if (first === undefined) return this.self
    return this.derive(
      verbs.union(this.plan, { other: first, ...(rest.length === 0 ? {} : { others: [first, ...rest] }), ...options }, lazySite()),
    )
  }
  intersect(other: Relation<unknown>, options?: { readonly all?: boolean }): Self {
    checkTable.set('intersect', options)
    return this.derive(verbs.intersect(this.plan, { other: this.otherPlan(other, 'intersect'), ...options }, lazySite()))
  }
  except(other: Relation<unknown>, options?: { readonly all?: boolean }): Self {
    checkTable.set('except', options)
    return this.derive(verbs.except(this.plan, { other: this.otherPlan(other, 'except'), ...options }, lazySite()))
  }
  joinAsOf(other: Relation<unknown>, options: AsOfOptions): Self {
    const right = this.otherPlan(other, 'joinAsOf')
    checkTable.joinAsOf(options)
    const { on, at, within, ...rest } = options
    const [by] = keyPairs(at)
    if (by === undefined) throw misuse('joinAsOf wants a column in at, not an empty object')
    const reach = within === undefined ? {} : { within: microsWithin(within) }
    return this.derive(
      verbs.joinAsOf(this.plan, { other: right, on: on === undefined ? [] : keyPairs(on), by, ...reach, ...rest }, lazySite()),
    )
  }
  distinct(...columns: readonly (string | DistinctOptions)[]): Self {
    checkVerb.distinct(columns)
    const names = columns.filter(column => typeof column === 'string')
    const options = columns.find(column => typeof column === 'object')
    const how = options === undefined ? {} : { keep: options.keep, orderBy: this.#orders(options.orderBy) }
    return this.derive(verbs.distinct(this.plan, { columns: names, ...how }, lazySite()))
  }
  sample(
    size: { readonly rows: number } | { readonly fraction: number },
    options?: { readonly seed?: number; readonly by?: string; readonly replacement?: boolean },
  ): Self {
    checkVerb.sample(size, options)
    return this.derive(verbs.sample(this.plan, { size, ...options }, lazySite()))
  }
  head(rows = 5): Self {
    checkTable.rows('head', rows)
    return this.derive(verbs.limit(this.plan, { rows }, lazySite()))
  }
  tail(rows = 5): Self {
    checkTable.rows('tail', rows)
    return this.derive(verbs.tail(this.plan, { rows }, lazySite()))
  }
  slice(start: number, end?: number): Self {
    checkTable.slice(start, end)
    return this.derive(verbs.slice(this.plan, { start, end }, lazySite()))
  }
  withRowIndex(name: string, options?: { readonly from?: number }): Self {
    checkTable.withRowIndex(name, options)
    return this.derive(verbs.withRowIndex(this.plan, { name, ...options }, lazySite()))
  }
  topK(
    rows: number,
    by: PickArgument | readonly PickArgument[],
    options?: { readonly per?: string | readonly string[]; readonly ties?: 'some' | 'all' },
  ): Self {
    checkTable.topK(rows, by, options)
    // What says no direction asks for the greatest.
    const orders = [by].flat().flatMap(item => buildOrder(this.plan.fields, this.plan.open, item as string | AnyMake, true))
    const per = options?.per === undefined ? {} : { per: [options.per].flat() }
    return this.derive(verbs.topK(this.plan, { rows, by: orders, ...per, ties: options?.ties }, lazySite()))
  }
  override fillNull(values: Readonly<Record<string, unknown>> | readonly string[], how?: FillOptions): Self {
    if (!Array.isArray(values)) return super.fillNull(values as Readonly<Record<string, unknown>>)
    checkTable.fillNull(values, how)
    const { strategy, orderBy, by } = how as FillOptions
    const groups = by === undefined ? {} : { by: [by].flat() }
    const order = orderBy === undefined ? {} : { orderBy: this.#orders(orderBy) }
    return this.derive(verbs.fillFrom(this.plan, { columns: values as readonly string[], strategy, ...order, ...groups }, lazySite()))
  }
  qcut(
    column: string,
    quantiles: number | readonly number[],
    options: { readonly into: string; readonly labels?: readonly string[]; readonly by?: string | readonly string[] },
  ): Self {
    checkTable.qcut(column, quantiles, options)
    const { by, ...rest } = options
    return this.derive(verbs.qcut(this.plan, { column, quantiles, ...rest, ...(by === undefined ? {} : { by: [by].flat() }) }, lazySite()))
  }
  resample(at: string, every: string, make: Make, options: ResampleOptions = {}): Self {
    checkTable.resample(at, every, make, options)
    const { by, fill = 'null', timeZone, origin } = options
    const aggs = namedOf(buildExprs('resample', this.plan.fields, this.plan.open, ['aggregate'], make as AnyMake))
    const keys = by === undefined ? [] : picksOf('resample', this.plan, [by].flat(), ['column'])
    const args = {
      column: at,
      period: periodOf(every, origin),
      keys,
      aggs,
      fill: typeof fill === 'number' ? literalNode(fill) : fill,
      timeZone,
    }
    return this.derive(verbs.resample(this.plan, args, lazySite()))
  }
  valueCounts(column: string): Self {
    checkTable.column('valueCounts', column)
    return this.derive(verbs.valueCounts(this.plan, { column }, lazySite()))
  }
  nullCounts(): Self {
    return this.derive(verbs.nullCounts(this.plan, {}, lazySite()))
  }
  correlation(options?: { readonly columns?: readonly string[]; readonly method?: 'pearson' | 'spearman' }): Self {
    checkTable.correlation(options)
    return this.derive(verbs.correlation(this.plan, { columns: options?.columns ?? [], method: options?.method }, lazySite()))
  }
  unpivot(options: {
    readonly columns?: readonly string[]
    readonly keep?: readonly string[]
    readonly name: string
    readonly value: string
  }): Self {
    checkVerb.unpivot(options)
    return this.derive(verbs.unpivot(this.plan, options, lazySite()))
  }
  describe(options?: { readonly percentiles?: readonly number[] }): Self {
    checkTable.describe(options)
    return this.derive(verbs.describe(this.plan, { ...options }, lazySite()))
  }
  pivot(options: PivotOptions & { readonly into: readonly PivotValue[] }): Self {
    checkVerb.pivot(options)
    return this.derive(verbs.pivot(this.plan, pivotArgs(this.plan, options, options.into), lazySite()))
  }
  async pivotAll(options: PivotOptions, run?: RunOptions): Promise<Self> {
    const at = lazySite()
    checkVerb.pivotAll(options)
    return this.derive(verbs.pivot(this.plan, pivotArgs(this.plan, options, await this.#valuesOf(options.columns, run)), at))
  }
  async crosstab(index: string, columns: string, options: CrosstabOptions = {}, run?: RunOptions): Promise<Self> {
    const at = lazySite()
    checkTable.crosstab(index, columns, options)
    const { values = () => count() as object, into, normalize } = options
    const margins = marginsOf(options.margins)
    const found = into ?? (await this.#valuesOf(columns, run))
    if (found.length === 0) throw new TidemillError('plan.argument', `crosstab has no columns: ${columns} has no values`)
    const totals = margins === undefined ? {} : { margins, level: marginLevel }
    const args = pivotArgs(this.plan, { index, columns, values, ...totals }, found)
    return this.derive(crosstabbed(verbs.pivot(this.plan, args, at), index, { normalize, margins }, at))
  }
  async column(name: string, options?: RunOptions): Promise<unknown[]> {
    checkTable.column('column', name)
    const one = this.derive(verbs.select(this.plan, { columns: [name] }, lazySite())) as Self & {
      rows(options?: RunOptions): Promise<object[]>
    }
    return (await one.rows(options)).map(row => (row as Readonly<Record<string, unknown>>)[name])
  }

  /** The plan of another table of the same engine. */
  protected otherPlan(other: Relation<unknown>, verb: string): Plan {
    needTable(verb, other, `a.${verb}(b${verb === 'join' || verb.startsWith('joinW') || verb === 'joinAsOf' ? ', ...' : ''})`)
    if (other.engine !== this.engine)
      throw new TidemillError('plan.argument', `${verb} of tables of two engines: ${this.engine.name} and ${other.engine.name}`, {
        hint: 'read both in one session',
      })
    return other.plan
  }

  /** The values of a column, in their order; NULL is none of them. */
  async #valuesOf(column: string, run: RunOptions | undefined): Promise<PivotValue[]> {
    const at = lazySite()
    const known = verbs.distinct(
      verbs.dropNulls(verbs.select(this.plan, { columns: [column] }, at), { columns: [column] }, at),
      { columns: [] },
      at,
    )
    const sorted = verbs.sort(known, { by: buildOrder(known.fields, known.open, column) }, at)
    const table = this.derive(sorted) as Self & { rows(options?: RunOptions): Promise<object[]> }
    return (await table.rows(run)).map(row => (row as Readonly<Record<string, PivotValue>>)[column] ?? '')
  }

  #orders(by: PickArgument | readonly PickArgument[] | undefined): OrderNode[] {
    if (by === undefined) return []
    return [by].flat().flatMap(item => buildOrder(this.plan.fields, this.plan.open, item as string | AnyMake))
  }
}
