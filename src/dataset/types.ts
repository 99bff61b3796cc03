/** Dataset: an immutable, typed, lazy table. */
import type { BatchView, ColumnValues } from '../batch/index.ts'
import type { Chart, PlotOptions } from '../chart/index.ts'
import type { describe, Description, jupyterDisplay, JupyterBundle } from '../display/index.ts'
import type { Columns, Condition, Expr, KindOf, Operand, OrderBy, PerGroup, PerRow, TotalValues, ValueOf, Values } from '../expr/index.ts'
import type {
  Builder,
  FillStrategy,
  HostOptions,
  JoinHow,
  Picked,
  Picks,
  Relation,
  RowSplit,
  RunOptions,
  Sink,
  SpecFor,
  Verbs,
  WriteReport,
} from '../plan/index.ts'
import type { Keep, Merge, NonNull, Nullable, OpenRow, Without } from '../schema/index.ts'
import type { Described, DistinctOptions, FillHow, Filled, TableVerbs } from './verb-types.ts'
import type { Joined, JoinCheck, JoinOn, JoinOptions } from './join-types.ts'

export interface DatasetBuilder extends Builder {
  readonly of: Dataset<this['row']>
}

/** What `margins` calls the totals. */
export type MarginName<M extends true | string> = M extends string ? M : 'All'
type Margined<V extends string, T, K> = { [Name in V]: T | ('aggregate' extends K ? null : never) }

export type Aggregates = { readonly [column: string]: Expr<unknown, PerGroup> }

/** What `describe()` tells of each column. */
export interface ColumnFigures {
  column: string
  type: string
  count: number
  nulls: number
  distinct: number
  mean: number | null
  stddev: number | null
  min: string | null
  median: number | null
  max: string | null
}

/** What `toResponse` writes. */
export interface ResponseOptions {
  /**
   * `json`: one array. `ndjson`: an object a line. `csv`: a header and a line a row. `arrow`: an Arrow IPC stream. `parquet`: one file, which is written to the
   * disk of this machine first. Default: json.
   */
  readonly format?: 'json' | 'ndjson' | 'csv' | 'arrow' | 'parquet'
  /** Makes a browser save it under this name. */
  readonly filename?: string
  /** Default: 200. */
  readonly status?: number
  readonly signal?: AbortSignal
}

/** How Arrow bytes are made. */
export interface ArrowRunOptions extends RunOptions {
  /** Compresses each buffer. Default: none. */
  readonly compression?: 'zstd' | undefined
}

export interface Dataset<R> extends Relation<R, DatasetBuilder>, Verbs<R, DatasetBuilder>, TableVerbs<R>, AsyncIterable<R> {
  /** Groups of rows with equal keys, to be aggregated: `groupBy('region', r => ({ month: r.at.truncate('month') }))`. */
  groupBy<const P extends Picks<R>>(...keys: P): Grouped<R, Picked<R, P>>
  /** One row for the whole table, also when it is empty. */
  agg<A extends Aggregates>(make: (r: Columns<R>) => A): Dataset<TotalValues<A>>
  /**
   * One row for each combination of the columns (default: all). Of several it keeps the first in the order of the other columns; options in the last place say which.
   *
   * @example orders.distinct('customer', { keep: 'last', orderBy: 'orderedAt' })
   * @throws plan.unknown-column
   */
  distinct<const C extends keyof R & string>(...columns: readonly (C | DistinctOptions<R>)[]): Dataset<R>
  /** Replaces NULLs by a value per column. */
  fillNull<const V extends { readonly [C in keyof R]?: Operand<R[C], 'column'> }>(values: V): Dataset<NonNull<R, keyof V>>
  /**
   * Replaces NULLs of columns from other rows: by the value before (`forward`) or after (`backward`) in an order, the straight line between both along it
   * (`interpolate`), or a figure of the column: mean, median, mode, min, max; of rows with equal `by` only. Where there is none the NULL stays.
   *
   * @example sensors.fillNull(['temperature'], { strategy: 'forward', orderBy: 'at', by: 'machine' })
   * @throws plan.unknown-column, plan.type, plan.argument when an order is missing
   */
  fillNull<const C extends keyof R & string, const S extends FillStrategy>(
    columns: readonly C[],
    how: FillHow<R, S>,
  ): Dataset<Filled<R, C, S>>
  /** Orders the rows: `sort('city', r => r.price.desc())`. NULLs come last unless told. */
  sort(...by: readonly ((keyof R & string) | ((r: Columns<R>) => OrderBy<PerRow>))[]): Dataset<R>
  /** The first rows, after leaving out `offset` of them. */
  limit(rows: number, options?: { readonly offset?: number }): Dataset<R>
  /**
   * Some rows by seed (default 0): so many, or a share; of each value of a column with `by`. The size is exact. `replacement`: rows are put back after they were drawn, so
   * that one may come several times, and a fraction may be above 1.
   *
   * @example people.sample({ rows: 100 }, { seed: 42, by: 'region' })
   * @throws plan.argument, plan.unknown-column
   */
  sample(
    size: { readonly rows: number } | { readonly fraction: number },
    options?: { readonly seed?: number; readonly by?: keyof R & string; readonly replacement?: boolean },
  ): Dataset<R>
  /**
   * Parts by share; the shares must add up to 1. `stratify` keeps the classes' shares, `together` keeps a group in one part, `inOrderOf` cuts by time.
   *
   * @example const { train, test } = flowers.split({ train: 0.8, test: 0.2 }, { seed: 42 })
   */
  split<const P extends { readonly [part: string]: number }>(
    parts: P,
    options:
      | { readonly seed: number; readonly stratify?: keyof R & string; readonly together?: keyof R & string }
      | { readonly inOrderOf: keyof R & string },
  ): { readonly [K in keyof P]: Dataset<R> }
  /** Parts by row numbers, counted from 0: `houses.split(californiaHousing.articleSplit)`. */
  split<const P extends string>(rows: RowSplit<P>): { readonly [K in P]: Dataset<R> }

  /**
   * Joins by equal keys. semi and anti keep this side's columns only. The outer side's columns can be NULL; keys appear once, under the left name. A key that is NULL
   * meets nothing, not even NULL. `validate` fails the run when a key is there twice on a side where it may be once; `onManyToMany` fails or warns when it is on both.
   *
   * @example orders.join(customers, { on: 'customerId', how: 'left', validate: 'many-to-one' })
   * @throws plan.unknown-column, plan.type, plan.duplicate-column; plan.join-keys when it runs
   */
  join<R2, const On extends JoinOn<R, R2>, const How extends JoinHow = 'inner', const S extends string = never>(
    other: Relation<R2>,
    options: JoinOptions<On, How, S> & JoinCheck<R, R2, On, How, S>,
  ): Dataset<Joined<R, R2, On, How, S>>
  /** Pairs of rows that meet any condition; keys of both sides stay. */
  joinWhere<R2, const S extends string = never>(
    other: Relation<R2>,
    condition: (left: Columns<R>, right: Columns<R2>) => Condition<'column'>,
    options?: { readonly suffix?: S },
  ): Dataset<Joined<R, R2, [], 'inner', S>>
  /** Every row with every row. */
  crossJoin<R2, const S extends string = never>(
    other: Relation<R2>,
    options?: { readonly suffix?: S },
  ): Dataset<Joined<R, R2, [], 'inner', S>>

  /** Column values named in `into` become columns, so the plan knows its columns. */
  pivot<
    const I extends keyof R & string,
    const C extends keyof R & string,
    const V extends string & Exclude<R[C], null>,
    E extends Expr<unknown, PerGroup>,
  >(options: {
    readonly index: I | readonly I[]
    readonly columns: C
    readonly into: readonly V[]
    readonly values: (r: Columns<R>) => E
  }): Dataset<Merge<Keep<R, I>, { [K in V]: ValueOf<E> | ('aggregate' extends KindOf<E> ? null : never) }>>
  /**
   * The same with totals, made of all rows that have one of the values: a column named `All`, or as `margins` says, and a row. In that row the first column of `index` has the name
   * of the totals where it is text; the others are NULL. `level` is a column that tells it from a row whose index is the same: empty text in the row of totals.
   */
  pivot<
    const I extends keyof R & string,
    const C extends keyof R & string,
    const V extends string & Exclude<R[C], null>,
    E extends Expr<unknown, PerGroup>,
    const M extends true | string,
    const L extends string = never,
  >(options: {
    readonly index: I | readonly I[]
    readonly columns: C
    readonly into: readonly V[]
    readonly values: (r: Columns<R>) => E
    readonly margins: M
    readonly level?: L
  }): Dataset<Merge<{ [K in I]: R[K] | MarginName<M> | null }, Margined<V | MarginName<M>, ValueOf<E>, KindOf<E>> & { [K in L]: string }>>
  /** Without names the data are asked first, hence the promise; the new columns are open. NULL gets no column. */
  pivotAll<const I extends keyof R & string>(
    options: {
      readonly index: I | readonly I[]
      readonly columns: keyof R & string
      readonly values: (r: Columns<R>) => Expr<unknown, PerGroup>
    },
    run?: RunOptions,
  ): Promise<Dataset<OpenRow & Keep<R, I>>>
  /** The same with totals, as of `pivot`. */
  pivotAll<const I extends keyof R & string, const M extends true | string>(
    options: {
      readonly index: I | readonly I[]
      readonly columns: keyof R & string
      readonly values: (r: Columns<R>) => Expr<unknown, PerGroup>
      readonly margins: M
      readonly level?: string
    },
    run?: RunOptions,
  ): Promise<Dataset<OpenRow & { [K in I]: R[K] | MarginName<M> | null }>>
  /** All columns but those of `keep` become rows: `unpivot({ keep: ['id'], name: 'month', value: 'sales' })`. */
  unpivot<const K extends keyof R & string, const N extends string, const V extends string>(options: {
    readonly keep: readonly K[]
    readonly name: N
    readonly value: V
  }): Dataset<Merge<Keep<R, K>, { [C in N]: Exclude<keyof R & string, K> } & { [C in V]: R[Exclude<keyof R, K>] }>>
  /** Columns become rows: one per column, with its name and its value. */
  unpivot<const C extends keyof R & string, const N extends string, const V extends string>(options: {
    readonly columns: readonly C[]
    readonly name: N
    readonly value: V
  }): Dataset<Merge<Without<R, C>, { [K in N]: C } & { [K in V]: R[C] }>>
  /** One row per column: values, NULLs, distinct values, mean, deviation, extremes, median, and percentiles: `describe({ percentiles: [0.25] })` has `p25`. */
  describe<const P extends number = never>(options?: { readonly percentiles?: readonly P[] }): Dataset<Described<P>>

  /** All rows as objects, in memory. */
  rows(options?: RunOptions): Promise<R[]>
  /** Batch by batch, as they come. */
  batches(options?: RunOptions): AsyncIterable<BatchView<R>>
  /** How many rows there are. */
  count(options?: RunOptions): Promise<number>
  /** Prints the first rows (default 10) as a table. */
  show(options?: { readonly rows?: number }): Promise<void>
  /**
   * Draws one or two columns, a third by colour, a fourth as small charts (`facet`). The chart is chosen by the types of the columns and the number of rows, and says
   * why in `reason`; every choice can be overridden. The engine counts: some thousand rows come back at most, however large the table is.
   *
   * @example await (await houses.plot({ x: 'medInc', y: 'medHouseVal' })).save('out/income.png')
   * @throws chart.argument, chart.unknown-column, chart.type
   */
  plot(options?: PlotOptions<keyof R & string>): Promise<Chart>
  /** Writes all rows; nothing is seen before the last row is written. */
  write(sink: Sink<R>, options?: RunOptions): Promise<WriteReport>
  /** Runs once and keeps the rows with the engine. Dispose of it to give the space back. */
  cache(options?: RunOptions): Promise<CachedDataset<R>>
  /**
   * Rows become columns, and columns rows, in their order: a column `column` with the old names, then one for each row, named by the values of `names`, else `row1`, `row2`, ... The
   * columns must have a common type. It runs at once and keeps the rows with the engine: dispose of it to give the space back.
   *
   * @example await (await byCity.transpose({ names: 'city' })).show()
   * @throws plan.argument for more than `most` rows (1,000) or 1,000 columns, for no rows, and for a name that is NULL; plan.duplicate-column, plan.type, plan.unknown-column
   */
  transpose(
    options?: { readonly names?: keyof R & string; readonly header?: string; readonly most?: number },
    run?: RunOptions,
  ): Promise<CachedDataset<OpenRow>>
  /**
   * Writes the rows to a Parquet file and goes on from there; the file outlives the process. Without a path it lies in the workspace. `reuse`: rows that were written for the
   * same plan, over files of the same sizes and times, are taken as they are. Dispose of it to remove the file.
   *
   * @example const joined = await orders.join(customers, { on: 'customerId' }).checkpoint({ reuse: true })
   * @throws connectors.exists when the path is there and is no checkpoint, plan.argument when `reuse` cannot tell whether inputs changed
   */
  checkpoint(options?: RunOptions & { readonly path?: string; readonly reuse?: boolean }): Promise<CheckpointDataset<R>>
  /**
   * All columns in memory, each as the typed array it lies in, as values, or value by value.
   *
   * @example
   * const { price } = await houses.toColumns()
   * price.data   // Float64Array
   */
  toColumns(options?: RunOptions): Promise<{ readonly [K in keyof R]: ColumnValues<R[K]> }>
  /** The rows as Arrow IPC bytes (a stream), for pandas, Polars, DuckDB, apache-arrow; `fromArrow` reads them. */
  toArrow(options?: ArrowRunOptions): Promise<Uint8Array>
  /**
   * The same piece by piece: memory holds one batch.
   *
   * @example await writeFile('houses.arrows', houses.arrowStream())
   */
  arrowStream(options?: ArrowRunOptions): AsyncIterable<Uint8Array>
  /**
   * The rows as a stream of an HTTP response. A batch is made when the last one was taken; a client that leaves cancels the query; an error in the middle breaks
   * the body off.
   *
   * @example return sales.toResponse({ format: 'csv', filename: 'sales.csv' })
   */
  toResponse(options?: ResponseOptions): Response

  [describe](): Description
  [jupyterDisplay](): Promise<JupyterBundle>
}

/** A dataset whose rows lie with the engine. */
export interface CachedDataset<R> extends Dataset<R>, AsyncDisposable {}

/** A dataset whose rows lie in a Parquet file. */
export interface CheckpointDataset<R> extends Dataset<R>, AsyncDisposable {
  readonly path: string
  /** True when the rows were there already. */
  readonly reused: boolean
}

export interface Grouped<R, Keys> {
  /** One row per group: the keys, then the aggregates. */
  agg<A extends Aggregates>(make: (r: Columns<R>) => A): Dataset<Merge<Keys, Values<A>>>
  /**
   * Subtotals: one row per group, then the totals with one key less each time from the end, down to the total of all, in which the keys left out are NULL.
   * `level` names a column with the keys a row is grouped by, `city, year`; it tells a total from a group whose key is NULL.
   *
   * @example sales.groupBy('region', 'city').rollup(r => ({ total: r.amount.sum() }), { level: 'level' })
   */
  rollup<A extends Aggregates, const L extends string = never>(
    make: (r: Columns<R>) => A,
    options?: { readonly level?: L },
  ): Dataset<Merge<Nullable<Keys>, { [C in L]: string } & TotalValues<A>>>
  /** Totals of every choice of the keys, as of `rollup`. */
  cube<A extends Aggregates, const L extends string = never>(
    make: (r: Columns<R>) => A,
    options?: { readonly level?: L },
  ): Dataset<Merge<Nullable<Keys>, { [C in L]: string } & TotalValues<A>>>
  /** Totals of these sets of keys, as of `rollup`: `groupingSets([['city'], ['year'], []], ...)`. */
  groupingSets<A extends Aggregates, const L extends string = never>(
    sets: readonly (readonly (keyof Keys & string)[])[],
    make: (r: Columns<R>) => A,
    options?: { readonly level?: L },
  ): Dataset<Merge<Nullable<Keys>, { [C in L]: string } & TotalValues<A>>>
  /** Your own function over all rows of a group, on worker threads. A group must fit in memory; its rows come in no fixed order. */
  mapGroups<U extends object, W extends object = {}>(
    each: (key: Keys, rows: Iterable<R>, given: W) => Iterable<U>,
    options?: HostOptions<W> & { readonly schema?: SpecFor<NoInfer<U>> },
  ): Dataset<{ [C in keyof U]: U[C] }>
  [describe](): Description
}
