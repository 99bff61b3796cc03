/** The verbs of tables and streams, as types. B is the builder that comes back. */
import type { BatchView } from '../batch/index.ts'
import type { Columns, Condition, Expr, Literal, Operand, PerRow, Values } from '../expr/index.ts'
import type {
  FieldType,
  Given,
  IsAny,
  IsOpen,
  Keep,
  Merge,
  NonNull,
  Problem,
  Renamed,
  Row,
  SchemaLike,
  TypeName,
  Types,
  Without,
} from '../schema/index.ts'
import type { Builder, Explanation, Gap, Of, Relation, TypedTransform } from './seams.ts'

/** What a column can be set to. */
export type Assignments = { readonly [column: string]: Literal | Expr<unknown, PerRow> }

type Item<T> = Exclude<T, null> extends readonly (infer E)[] ? E : never
type ListNames<R> =
  IsOpen<R> extends true ? string : { [C in keyof R]: Exclude<R[C], null> extends readonly unknown[] ? C : never }[keyof R] & string

/** Names, and callbacks that make columns. One type parameter and no overloads, so that a wrong name is reported as a wrong name. */
export type Picks<R> = readonly ((keyof R & string) | ((r: Columns<R>) => Assignments))[]
export type Picked<R, P extends Picks<R>> = [R] extends [unknown]
  ? [Exclude<P[number], string>] extends [never]
    ? Keep<R, Extract<P[number], string>>
    : Merge<Keep<R, Extract<P[number], string>>, Values<P[number] extends infer F ? (F extends (r: never) => infer A ? A : never) : never>>
  : never

/** Columns both sides have, of different families: what stops a union. */
type Unlike<A, B> = { [C in keyof A | keyof B]: C extends keyof A & keyof B ? (Widened<A[C]> extends Widened<B[C]> ? never : C) : C }[
  | keyof A
  | keyof B]
type Widened<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T extends null ? never : T
type SameColumns<A, B> = IsOpen<A> | IsOpen<B> extends false
  ? Unlike<A, B> extends infer U
    ? [U] extends [never]
      ? unknown
      : Problem<'union needs the same columns on both sides; these differ', U>
    : never
  : unknown

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
  /** Gives columns other names: `rename({ old: 'new' })`. */
  rename<const M extends { readonly [C in keyof R]?: string }>(names: M): Of<B, Renamed<R, M>>
  /** Adds or replaces columns; every expression sees the columns as they were before. */
  withColumns<A extends Assignments>(make: (r: Columns<R>) => A): Of<B, Merge<R, Values<A>>>
  /** Keeps the rows for which the condition is true; NULL counts as false. */
  filter(keep: (r: Columns<R>) => Condition<PerRow>): Of<B, R>
  /** Replaces NULLs by a value per column. */
  fillNull<const V extends { readonly [C in keyof R]?: Operand<R[C], 'column'> }>(values: V): Of<B, NonNull<R, keyof V>>
  /** Drops rows with a NULL in one of the columns, or in any column. */
  dropNulls<const C extends keyof R & string = keyof R & string>(...columns: C[]): Of<B, NonNull<R, C>>
  /** One row per item of a list column; an empty or NULL list gives no row. */
  explode<const C extends ListNames<R>>(column: C): Of<B, Merge<R, { [K in C]: K extends keyof R ? Item<R[K]> : never }>>
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
  /** The plan as written, the plan after the rules, what the engine makes of it. */
  explain(): Promise<Explanation>
}

/** The verbs of a table that streams have too, or have in a form of their own. */
export interface Verbs<R, B extends Builder> extends RowVerbs<R, B> {
  /** The rows of both; columns are matched by name. */
  union<R2>(other: Relation<R2, B> & SameColumns<R, R2>): Of<B, { [C in keyof R]: R[C] | (C extends keyof R2 ? R2[C] : never) }>

  /**
   * Your own function, row by row, on worker threads. Names of its module go with it; values of an enclosing function go in `with`.
   * Without a schema the columns are found when the first rows have run.
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
}

/** Columns that In asks for and R lacks, or has with another type. */
type Missing<R, In> = { [C in keyof In]: C extends keyof R ? ([R[C]] extends [In[C]] ? never : C) : C }[keyof In]
export type Fits<R, In> = IsOpen<R> | IsAny<In> extends false
  ? [Missing<R, In>] extends [never]
    ? unknown
    : Problem<'missing column, or of another type', Missing<R, In>>
  : unknown
