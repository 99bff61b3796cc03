/** The verbs of a table that need all its rows, beside those that stand in `Dataset`. */
import type { Columns, OrderBy, PerRow, TotalValues, Values } from '../expr/index.ts'
import type { MomentNames, NumberNames, Picked, Picks, Relation, RunOptions } from '../plan/index.ts'
import type { CalendarDate, Decimal, Duration, IsOpen, Keep, Merge, Null, OpenRow, Problem, Without } from '../schema/index.ts'
import type { Joined, JoinCheck, JoinOn } from './join-types.ts'
import type { Aggregates, ColumnFigures, Dataset } from './types.ts'

/** An order: a name, or a callback that says it. */
export type OrderPick<R> = (keyof R & string) | ((r: Columns<R>) => OrderBy<PerRow>)
/** `'1d'`, `'15m'`, or a unit of the calendar. */
export type Every = Duration | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'hour' | 'minute' | 'second'

type Moment<L, R> = (MomentNames<L> | NumberNames<L>) & (MomentNames<R> | NumberNames<R>)
type RightOf<At> = At extends string ? At : At[keyof At]
/** The other table without its moment, unless that is a key. */
type Partner<R2, At> = IsOpen<R2> extends true ? OpenRow : Without<R2, Extract<RightOf<At>, PropertyKey>>

/** Columns that a set operation needs on both sides. */
type SameShape<A, B> = IsOpen<A> | IsOpen<B> extends false
  ? [Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>] extends [never]
    ? unknown
    : Problem<'needs the same columns on both sides; these differ', Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>>
  : unknown

export interface TableVerbs<R> {
  /**
   * Rows that are in both tables, each once; `all`: as often as in the one that has it less often. NULL equals NULL here.
   *
   * @example await january.select('customer').intersect(february.select('customer')).count()
   * @throws plan.type naming every column that one side lacks or has with another type
   */
  intersect<R2>(other: Relation<R2> & SameShape<R, R2>, options?: { readonly all?: boolean }): Dataset<R>
  /**
   * Rows that are not in the other table, each once; `all`: every row of the other takes one away. NULL equals NULL here.
   *
   * @example await january.select('customer').except(february.select('customer')).show()
   * @throws plan.type naming every column that one side lacks or has with another type
   */
  except<R2>(other: Relation<R2> & SameShape<R, R2>, options?: { readonly all?: boolean }): Dataset<R>
  /**
   * Each row with the nearest row of the other table at or before its moment (`direction`: or at or after it, or on either side; of two as near, the earlier). Keys in
   * `on` must be equal; NULL has no partner. `within`: a partner further away does not count. `exact: false`: nor one at the very moment. Of several rows of one key
   * and moment it may be any. The other table's moment is left out.
   *
   * @example trades.joinAsOf(quotes, { on: 'symbol', at: 'time', within: '5m' })
   * @throws plan.unknown-column, plan.type when keys or moments cannot be compared, plan.duplicate-column when both sides have a column and there is no suffix
   */
  joinAsOf<
    R2,
    const At extends Moment<R, R2> | { readonly [C in keyof R]?: keyof R2 & string },
    const On extends JoinOn<R, R2> = [],
    const How extends 'left' | 'inner' = 'left',
    const S extends string = never,
  >(
    other: Relation<R2>,
    options: {
      readonly at: At
      readonly on?: On
      readonly direction?: 'backward' | 'forward' | 'nearest'
      readonly within?: Duration | number
      readonly exact?: boolean
      readonly how?: How
      readonly suffix?: S
    } & JoinCheck<R, Partner<R2, At>, On, 'left', S>,
  ): Dataset<Joined<R, Partner<R2, At>, On, How extends 'inner' ? 'inner' : 'left', S>>

  /** The first rows (default 5): `limit` by its other name. */
  head(rows?: number): Dataset<R>
  /** The last rows (default 5), in their order. */
  tail(rows?: number): Dataset<R>
  /** Rows from `start` up to `end`, which is left out; negative numbers count from the end, as in arrays: `slice(-10)`. */
  slice(start: number, end?: number): Dataset<R>
  /**
   * Adds the place of each row in the order of the table, from 0 or `from`, as the first column.
   *
   * @example houses.sort('price').withRowIndex('place', { from: 1 })
   */
  withRowIndex<const N extends string>(name: N, options?: { readonly from?: number }): Dataset<Merge<{ [C in N]: number }, R>>
  /**
   * The greatest rows by a column, or the first in an order (`r => r.price.asc()`), of the table or of each group; they come in that order. NULLs come last. Of rows
   * that are equal it takes some; `ties: 'all'` takes all that are equal to the last one.
   *
   * @example houses.topK(3, 'price', { per: 'city' })
   * @throws plan.unknown-column, plan.argument
   */
  topK(
    rows: number,
    by: OrderPick<R> | readonly OrderPick<R>[],
    options?: { readonly per?: (keyof R & string) | readonly (keyof R & string)[]; readonly ties?: 'some' | 'all' },
  ): Dataset<R>

  /**
   * Numbers as classes of about equal sizes, between quantiles of the column (of each group with `by`), in the column `into`: 1, 2, ... or the labels. So many classes, or
   * the shares at which they begin and end. A value at an edge belongs to the class below it; NULL and NaN are NULL.
   *
   * @example people.qcut('income', 4, { into: 'quarter', labels: ['low', 'middle', 'upper', 'top'] })
   * @throws plan.unknown-column, plan.type when the column is no number, plan.argument
   */
  qcut<const C extends NumberNames<R>, const N extends string, const L extends string = never>(
    column: C,
    quantiles: number | readonly number[],
    options: { readonly into: N; readonly labels?: readonly L[]; readonly by?: (keyof R & string) | readonly (keyof R & string)[] },
  ): Dataset<Merge<R, { [K in N]: ([L] extends [never] ? number : L) | null }>>
  /**
   * One row per period of time (per group with `by`), empty periods too, sorted: from the first period of the table to its last. `fill` says what an empty one has: what
   * the aggregates are without rows, counts 0 and others NULL (`null`, default), the figures of the period before (`forward`), a number, or no row at all (`skip`).
   * Days and longer units are those of the calendar, of `timeZone` if given (UTC); other spans are counted from 1970, or from `origin`. Rows without a moment are left out.
   *
   * @example sales.resample('at', 'month', r => ({ total: r.amount.sum(), n: count() }), { by: 'city', fill: 0 })
   * @throws plan.unknown-column, plan.type when the column has no moments, plan.argument, plan.duplicate-column
   */
  resample<
    const At extends MomentNames<R>,
    A extends Aggregates,
    const K extends Picks<R>[number] | Picks<R> = [],
    const F extends 'skip' | 'null' | 'forward' | number = 'null',
  >(
    at: At,
    every: Every,
    make: (r: Columns<R>) => A,
    options?: { readonly by?: K; readonly fill?: F; readonly timeZone?: string; readonly origin?: string | Date },
  ): Dataset<
    Merge<
      Merge<
        Picked<R, K extends Picks<R> ? K : [Extract<K, Picks<R>[number]>]>,
        { [C in At]: C extends keyof R ? Exclude<R[C], null> : never }
      >,
      F extends 'skip' ? Values<A> : TotalValues<A>
    >
  >

  /**
   * The values of a column, NULL too, with how often each is there and its share of all rows; the most frequent first.
   *
   * @example await houses.valueCounts('city').show()
   * @throws plan.unknown-column, plan.duplicate-column when the column is called count or share
   */
  valueCounts<const C extends keyof R & string>(column: C): Dataset<Merge<Keep<R, C>, { count: number; share: number }>>
  /** One row per column: how many NULLs it has, and their share of the rows (NULL when there are no rows). */
  nullCounts(): Dataset<{ column: string; nulls: number; share: number | null }>
  /**
   * The correlation of each column of numbers with each: a row per column, named in `column`, and a column per column. Of each pair the rows count in which both have a
   * value; NULL where there are less than two, or where a column does not vary.
   *
   * @example await houses.correlation({ method: 'spearman' }).show()
   * @throws plan.unknown-column, plan.type, plan.argument
   */
  correlation<const C extends NumberNames<R> = NumberNames<R>>(options?: {
    readonly columns?: readonly C[]
    readonly method?: 'pearson' | 'spearman'
  }): Dataset<Merge<{ column: string }, { [K in C]: number | null }>>
  /**
   * How often the values of two columns meet: a row per value of the first, a column per value of the second; or another aggregate in `values`. Without `into` the data
   * are asked for the columns first, hence the promise. `normalize`: shares of all, of each row, or of each column. `margins`: totals as of `pivot`, the row of them last; with shares of
   * rows only that row, with shares of columns only a column. NULL gets no column.
   *
   * @example await (await people.crosstab('city', 'smokes', { normalize: 'rows' })).show()
   * @throws plan.unknown-column, plan.argument when there is no value
   */
  crosstab<const I extends keyof R & string, const M extends boolean | string = false>(
    rows: I,
    columns: keyof R & string,
    options?: {
      readonly values?: (r: Columns<R>) => Aggregates[string]
      readonly into?: readonly (string | number | bigint | boolean | Date | CalendarDate | Decimal)[]
      readonly normalize?: 'all' | 'rows' | 'columns'
      readonly margins?: M
    },
    run?: RunOptions,
  ): Promise<Dataset<OpenRow & (M extends false ? Keep<R, I> : { [K in I]: R[K] | string | null })>>
  /**
   * The values of a column, in memory.
   *
   * @example const prices = await houses.column('price')
   * @throws plan.unknown-column
   */
  column<const C extends keyof R & string>(name: C, options?: RunOptions): Promise<R[C][]>
  /**
   * The program that makes this table: sources, verbs and expressions as they were written. Where the same files lie it makes a table with the same plan. A fitted model
   * is a constant that has to be filled in; functions are the JavaScript they travel as.
   *
   * @example await writeFile('report.ts', sales.toTypeScript())
   * @throws plan.no-program for what no text makes again: more than 1,000 rows in memory, functions that import other files
   */
  toTypeScript(): string
}

/** What `distinct` takes besides columns. */
export interface DistinctOptions<R> {
  /** Which of several rows stays; `none`: only rows that are alone. Default: first. */
  readonly keep?: 'first' | 'last' | 'none'
  /** What first and last mean. Rows equal in it, and without it all, are ordered by the other columns. */
  readonly orderBy?: OrderPick<R> | readonly OrderPick<R>[]
}
/** What `fillNull` takes besides columns. */
export interface FillHow<R, S> {
  readonly strategy: S
  readonly orderBy?: OrderPick<R> | readonly OrderPick<R>[]
  readonly by?: (keyof R & string) | readonly (keyof R & string)[]
}
/** Means, medians and lines are floats. */
export type Filled<R, C extends PropertyKey, S> = S extends 'mean' | 'median' | 'interpolate'
  ? Merge<R, { [K in C]: number | (K extends keyof R ? Null<R[K]> : never) }>
  : R
/** What `describe` tells, with the percentiles asked for. */
export type Described<P extends number> = [P] extends [never]
  ? ColumnFigures
  : ColumnFigures & { [percentile: `p${number}`]: number | null }
