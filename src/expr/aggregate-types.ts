// oxlint-disable typescript/no-explicit-any -- `any` is a value here that fits every constraint, so that a mistake is one error and not two
/** What aggregates and windows are to the compiler: the families of values extend these. */
import type { Duration, Null } from '../schema/index.ts'
import type { AnyExpr, BooleanExpr, Condition, Exact, Expr, ExprOf, Kind, ListExpr, NumberExpr, PerGroup } from './types.ts'

/** What every value can do. */
export interface ValueAggregates<T, K extends Kind> {
  asc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  desc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>

  count(this: Expr<T, 'column'>): NumberExpr<number, 'count'>
  countDistinct(this: Expr<T, 'column'>): NumberExpr<number, 'count'>
  /** The value of the first row in the given order. */
  first(this: Expr<T, 'column'>, options: { readonly orderBy: OrderBy<'column'> }): ExprOf<T, 'aggregate'>
  last(this: Expr<T, 'column'>, options: { readonly orderBy: OrderBy<'column'> }): ExprOf<T, 'aggregate'>
  list(this: Expr<T, 'column'>): ListExpr<T[], 'aggregate'>
  lag(this: Expr<T, 'column'>, rows?: number): Ranking<T | null>
  lead(this: Expr<T, 'column'>, rows?: number): Ranking<T | null>

  /** Turns an aggregate into a value per row. */
  over<const W extends WindowSpec>(this: Expr<T, PerGroup>, window: W): ExprOf<T | FrameNull<W, K>, 'window'>
  /** Aggregates the rows that meet the condition only; NULL when there is none. */
  where(this: Expr<T, PerGroup>, condition: Condition<'column'>): ExprOf<T | ('aggregate' extends K ? null : never), K>
}

/** What values with an order can do. */
export interface OrderedAggregates<T> {
  min(this: Expr<T, 'column'>): ExprOf<T, 'aggregate'>
  max(this: Expr<T, 'column'>): ExprOf<T, 'aggregate'>
}

/** What numbers can do. */
export interface NumberAggregates<T> {
  sum(this: Expr<T, 'column'>): NumberExpr<Exact<T> | Null<T>, 'aggregate'>
  mean(this: Expr<T, 'column'>): NumberExpr<number | Null<T>, 'aggregate'>
  median(this: Expr<T, 'column'>): NumberExpr<number | Null<T>, 'aggregate'>
  quantile(this: Expr<T, 'column'>, q: number): NumberExpr<number | Null<T>, 'aggregate'>
  /** Sample standard deviation; NULL for one row. */
  stddev(this: Expr<T, 'column'>): NumberExpr<number | null, 'aggregate'>
  variance(this: Expr<T, 'column'>): NumberExpr<number | null, 'aggregate'>
}

/** What booleans can do. */
export interface BooleanAggregates<T> {
  any(this: Expr<T, 'column'>): BooleanExpr<boolean | Null<T>, 'aggregate'>
  all(this: Expr<T, 'column'>): BooleanExpr<boolean | Null<T>, 'aggregate'>
}

// Untyped --------------------------------------------------------------------------------------------------------------

type AggregateName =
  | 'sum'
  | 'mean'
  | 'median'
  | 'quantile'
  | 'stddev'
  | 'variance'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'list'
  | 'any'
  | 'all'
/** Aggregates and orders of a value of unknown type. */
export type AnyAggregates<K extends Kind> = {
  readonly [M in AggregateName]: (this: Expr<any, 'column'>, ...args: readonly unknown[]) => AnyExpr<'aggregate'>
} & {
  readonly [M in 'count' | 'countDistinct']: (this: Expr<any, 'column'>) => NumberExpr<number, 'count'>
} & {
  readonly [M in 'lag' | 'lead']: (this: Expr<any, 'column'>, rows?: number) => Ranking<any>
} & {
  asc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  desc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  over(this: Expr<any, PerGroup>, window: WindowSpec): AnyExpr<'window'>
}

// Order and windows ----------------------------------------------------------------------------------------------------

export interface Order<out K extends Kind = Kind> {
  readonly '~order': K
}
export type OrderBy<K extends Kind> = Expr<unknown, K> | Order<K> | readonly (Expr<unknown, K> | Order<K>)[]

type Bound = number | 'unbounded'
export interface WindowSpec {
  readonly partitionBy?: Expr<unknown, 'column'> | readonly Expr<unknown, 'column'>[]
  readonly orderBy?: OrderBy<'column'>
  /** Rows before (negative) and after this one: `[-6, 0]`. */
  readonly rows?: readonly [from: Bound, to: Bound]
  readonly range?: readonly [from: `-${Duration}` | 'unbounded' | 0, to: Duration | 'unbounded' | 0]
}
/** An aggregate over a frame that leaves out the current row may see no rows at all. */
type FrameNull<W, K> = W extends { readonly rows: readonly [infer A extends Bound, infer B extends Bound] }
  ? `${A}` extends `-${number}` | '0' | 'unbounded'
    ? `${B}` extends `-${number}`
      ? 'aggregate' extends K
        ? null
        : never
      : never
    : null
  : never

/** Waits for its window: rank, row number, lag and lead mean nothing without an order. */
export interface Ranking<T> {
  over(window: WindowSpec & { readonly orderBy: OrderBy<'column'> }): ExprOf<T, 'window'>
}
