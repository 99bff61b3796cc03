/** The verbs of tables and streams, as types. B is the builder that comes back. */
import type { BatchView } from '../batch/index.ts'
import type { Columns, Condition, Expr, Literal, Operand, PerRow, Values } from '../expr/index.ts'
import type {
  Duration,
  FieldSpec,
  FieldType,
  Given,
  IsAny,
  IsOpen,
  Keep,
  Merge,
  NonNull,
  OpenRow,
  Problem,
  Renamed,
  Row,
  SchemaLike,
  TypeName,
  Types,
  Without,
} from '../schema/index.ts'
import type { Builder, Explanation, ExplainOptions, Gap, Of, Relation, TypedTransform } from './seams.ts'
import type {
  CastRow,
  Item,
  ListNames,
  NumberNames,
  OfTypes,
  ReplacementsOf,
  SameColumns,
  StructNames,
  Unioned,
  Unnested,
} from './verb-rows.ts'
import type { TypeFamily } from './verbs/index.ts'

/** What a column can be set to. */
export type Assignments = { readonly [column: string]: Literal | Expr<unknown, PerRow> }

/** Names, and callbacks that make columns. One type parameter and no overloads, so that a wrong name is reported as a wrong name. */
export type Picks<R> = readonly ((keyof R & string) | ((r: Columns<R>) => Assignments))[]
export type Picked<R, P extends Picks<R>> = [R] extends [unknown]
  ? [Exclude<P[number], string>] extends [never]
    ? Keep<R, Extract<P[number], string>>
    : Merge<Keep<R, Extract<P[number], string>>, Values<P[number] extends infer F ? (F extends (r: never) => infer A ? A : never) : never>>
  : never

/** Row by row, so that it makes no difference whether the rows end. */
export interface RowVerbs<R, B extends Builder> {
  /**
   * Keeps columns, makes new ones, or both, in the order given.
   *
   * @example orders.select('id', r => ({ net: r.amount.sub(r.tax) }))
   * @throws plan.unknown-column, plan.duplicate-column
   */
  select<const P extends Picks<R>>(...columns: P): Of<B, Picked<R, P>>
  /** Leaves columns out. */
  drop<const C extends keyof R & string>(...columns: C[]): Of<B, Without<R, C>>
  /**
   * Gives columns other names; they keep their places. A function gives every column a name; the compiler does not know them then.
   *
   * @example houses.rename({ medianHouseValue: 'price' })
   * @throws plan.unknown-column, plan.duplicate-column
   */
  rename<const M extends { readonly [C in keyof R]?: string }>(names: M): Of<B, Renamed<R, M>>
  rename(each: (name: string) => string): Of<B, OpenRow>
  /**
   * Puts these columns first, in this order; the others follow as they were.
   *
   * @example houses.reorder('price', 'rooms')
   * @throws plan.unknown-column
   */
  reorder<const C extends keyof R & string>(...columns: C[]): Of<B, R>
  /**
   * Keeps the columns of some kinds of types.
   *
   * @example await houses.selectTypes('number').correlation().show()
   * @throws plan.argument when no column is of such a kind
   */
  selectTypes<const F extends TypeFamily>(...families: F[]): Of<B, OfTypes<R, F>>
  /**
   * Gives columns other types, in their places; a value that does not fit fails the run. Nothing is rounded or cut.
   *
   * @example orders.cast({ id: 'string', amount: 'decimal(18,2)' })
   * @throws plan.unknown-column, plan.type when a column can never be cast so
   */
  cast<const M extends { readonly [C in keyof R]?: FieldSpec }>(types: M): Of<B, CastRow<R, M>>
  /**
   * Gives columns other types, in their places; a value that does not fit becomes NULL.
   *
   * @example raw.tryCast({ age: 'int32', bornOn: 'date' })
   * @throws plan.unknown-column, plan.type when a column can never be cast so
   */
  tryCast<const M extends { readonly [C in keyof R]?: FieldSpec }>(types: M): Of<B, CastRow<R, M, true>>
  /**
   * Replaces values of columns by others, all at once; values that are not named stay. NULL may be either side. Old values of an object are its names.
   *
   * @example orders.replace({ city: { NYC: 'New York', LA: 'Los Angeles' }, amount: [[-1, null]] })
   * @throws plan.unknown-column, expr.type when a value is of another family than its column
   */
  replace<const V extends { readonly [C in keyof R]?: ReplacementsOf<R[C]> }>(values: V): Of<B, R>
  /**
   * Numbers below the first bound become it, numbers above the second become that; null is no bound. NULL stays, NaN counts as above.
   *
   * @example people.clip({ age: [0, 120], income: [0, null] })
   * @throws plan.unknown-column, expr.type when a column is no number, expr.argument when the bounds are the wrong way round
   */
  clip(bounds: { readonly [C in NumberNames<R>]?: readonly [low: number | null, high: number | null] }): Of<B, R>
  /**
   * Numbers as classes between rising edges, in the column `into`: n edges make n - 1 classes. A class has its right edge (`closed: 'left'`: its left one), and the
   * outermost edges are within. What is outside, NULL and NaN, is NULL. Without labels a class is called by its edges: `(18, 65]`.
   *
   * @example people.cut('age', [0, 18, 65, Infinity], { into: 'group', labels: ['child', 'adult', 'senior'] })
   * @throws plan.unknown-column, plan.type when the column is no number, plan.argument when edges do not rise or labels are too few
   */
  cut<const C extends NumberNames<R>, const N extends string, const L extends string = string>(
    column: C,
    edges: readonly number[],
    options: { readonly into: N; readonly labels?: readonly L[]; readonly closed?: 'left' | 'right' },
  ): Of<B, Merge<R, { [K in N]: L | null }>>
  /** Adds or replaces columns; every expression sees the columns as they were before. */
  withColumns<A extends Assignments>(make: (r: Columns<R>) => A): Of<B, Merge<R, Values<A>>>
  /** Keeps the rows for which the condition is true; NULL counts as false. */
  filter(keep: (r: Columns<R>) => Condition<PerRow>): Of<B, R>
  /** Replaces NULLs by a value per column. */
  fillNull<const V extends { readonly [C in keyof R]?: Operand<R[C], 'column'> }>(values: V): Of<B, NonNull<R, keyof V>>
  /** Drops rows with a NULL in one of the columns, or in any column. */
  dropNulls<const C extends keyof R & string = keyof R & string>(...columns: C[]): Of<B, NonNull<R, C>>
  /** Keeps the rows that have so many values in the columns, or in all columns: `dropNulls({ atLeast: 3 })`. */
  dropNulls(options: { readonly atLeast: number; readonly columns?: readonly (keyof R & string)[] }): Of<B, R>
  /**
   * One row per item of a list column; an empty or NULL list gives no row, with `outer` one row with a NULL. Of several lists the items at one place share a row, and
   * a shorter list is filled up with NULLs.
   *
   * @example articles.explode('tags')
   * @throws plan.unknown-column, plan.type when a column is no list
   */
  explode<const C extends ListNames<R>>(column: C): Of<B, Merge<R, { [K in C]: K extends keyof R ? Item<R[K]> : never }>>
  explode<const C extends ListNames<R>>(
    columns: C | readonly C[],
    options?: { readonly outer?: boolean },
  ): Of<B, Merge<R, { [K in C]: K extends keyof R ? Item<R[K]> | null : never }>>
  /**
   * A column for each field of a struct, in its place. Where the struct is NULL all of them are.
   *
   * @example people.unnest('address', { prefix: 'address_' })
   * @throws plan.unknown-column, plan.type when the column is no struct, plan.duplicate-column when a field has the name of a column
   */
  unnest<const C extends StructNames<R>, const P extends string = ''>(
    column: C,
    options?: { readonly prefix?: P },
  ): Of<B, Unnested<R, C, P>>
  /**
   * Hands the table to a function of yours: steps that are used again read as a part of the chain.
   *
   * @example houses.pipe(withoutOutliers).filter(r => r.rooms.gt(2))
   */
  pipe<D, T>(this: D, each: (table: D) => T): T
  /** Like `map`, a batch of rows at a time; how many rows a batch has is not promised. */
  mapBatches<const S extends SchemaLike, W extends object = {}>(
    each: (batch: BatchView<R>, given: W) => Iterable<Row<S>> | Promise<Iterable<Row<S>>>,
    options: HostOptions<W> & { readonly schema: S },
  ): Of<B, Row<S>>
  /** Puts a fitted model, or any transform, into the plan. */
  transform<In, Adds>(step: TypedTransform<In, Adds> & Fits<R, In>): Of<B, Merge<R, Adds>>

  /** Says the row type by hand; nothing is checked at run time. Also ends the depth of a very long chain. */
  as<R2>(): Of<B, R2>
  /** Casts and checks the columns against a schema, matched by name; other columns are dropped. */
  as<const S extends SchemaLike>(schema: S): Of<B, Row<S>>
  /**
   * The plan as written, the plan after the rules, what the engine makes of it. `analyze` runs the plan, throws its rows away, and tells for each step its rows, its time, and what
   * was read, held in memory and spilled; functions on workers too. It costs a run, and what lies between the engine and the workers is held by the engine meanwhile.
   *
   * @example console.log(await sales.explain({ analyze: true }))
   */
  explain(options?: ExplainOptions): Promise<Explanation>
}

/** The verbs of a table that streams have too, or have in a form of their own. */
export interface Verbs<R, B extends Builder> extends RowVerbs<R, B> {
  /**
   * The rows of both, or of all; columns are matched by name and keep the order of the first. Numbers of different types become the type that holds both.
   * `missing: 'null'`: a column that one side lacks is NULL in its rows; without, it is an error.
   *
   * @example january.union([february, march], { missing: 'null' })
   * @throws plan.type naming every column that one side lacks or has with another type
   */
  union<R2, const M extends 'fail' | 'null' = 'fail'>(
    other: (Relation<R2, B> | readonly Relation<R2, B>[]) & SameColumns<R, R2, M>,
    options?: { readonly missing?: M },
  ): Of<B, Unioned<R, R2, M>>

  /**
   * Your own function, row by row, on worker threads. Names of its module go with it; values of an enclosing function go in `with`.
   * Without a schema the columns are found when the first rows have run.
   * Where its text tells which columns it reads (`row.a`, `({ a }) =>`), no others are read; a row that it spreads or hands on is whole.
   *
   * @example houses.map((h, { rate }) => ({ ...h, cost: h.price * rate }), { with: { rate } })
   * @throws workers.captured when the function uses a variable of an enclosing function
   */
  map<U extends object, W extends object = {}>(
    each: (row: R, given: W) => U | Promise<U>,
    options?: HostOptions<W> & { readonly schema?: SpecFor<NoInfer<U>> },
  ): Of<B, { [C in keyof U]: U[C] }>
  /** Like `map`, with any number of rows for each row. */
  flatMap<U extends object, W extends object = {}>(
    each: (row: R, given: W) => Iterable<U> | AsyncIterable<U>,
    options?: HostOptions<W> & { readonly schema?: SpecFor<NoInfer<U>> },
  ): Of<B, { [C in keyof U]: U[C] }>
  /** What the engine cannot do of this, known before it runs. */
  gaps(): readonly Gap[]
}

/** The declared schema of a row a function returns. */
export type SpecFor<U> = {
  readonly [C in keyof U]:
    | Specs<Exclude<U[C], null>>
    | (null extends U[C] ? `${Specs<Exclude<U[C], null>> & string}?` : never)
    | FieldType<U[C]>
}
type Specs<T> = { [N in TypeName]: [T] extends [Given<Types[N]>] ? N : never }[TypeName]
export interface HostOptions<W extends object = {}> {
  /** Values the function gets as its second argument; they must be cloneable. */
  readonly with?: W
  /** Rows in flight per worker for async functions. Default: 16. */
  readonly concurrency?: number
  /**
   * What happens to a row on which the function throws, of which it makes what does not fit, or with which it is not done in time: the run fails, the row is left out, or it is
   * left out and written to a file of JSON lines with its number, its values and the error. Of `flatMap` all its results are left out; of `mapBatches` all rows of its batch.
   * How many rows were left out is told as a warning. Default: 'fail'.
   */
  readonly onError?: 'fail' | 'skip' | { readonly quarantine: string }
  /**
   * How long one call may take, `'5s'`; then its worker is ended and the error names the row. Looked at every quarter of it, at least four times a second. Default: no end.
   */
  readonly timeout?: Duration
  /** Errors show the values of the row. Default: false, as errors end up in logs. */
  readonly showValues?: boolean
}

/** Columns that In asks for and R lacks, or has with another type. */
type Missing<R, In> = { [C in keyof In]: C extends keyof R ? ([R[C]] extends [In[C]] ? never : C) : C }[keyof In]
export type Fits<R, In> = IsOpen<R> | IsAny<In> extends false
  ? [Missing<R, In>] extends [never]
    ? unknown
    : Problem<'missing column, or of another type', Missing<R, In>>
  : unknown
