// oxlint-disable typescript/no-explicit-any -- `any` is a value here that fits every constraint, so that a mistake is one error and not two
/** What aggregates and windows are to the compiler: the families of values extend these. */
import type { Duration, Null } from '../schema/index.ts'
import type {
  AnyExpr,
  BooleanExpr,
  Condition,
  Exact,
  Expr,
  ExprOf,
  Kind,
  ListExpr,
  NullOf,
  NumberExpr,
  Operand,
  PerGroup,
  TextExpr,
} from './types.ts'

type Column<T = unknown> = Expr<T, 'column'>
type NumberColumn = Expr<number | bigint | null, 'column'>

/** What every value can do. */
export interface ValueAggregates<T, K extends Kind> {
  asc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  desc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>

  /** How many are not NULL. */
  count(this: Column<T>): NumberExpr<number, 'count'>
  /** How many different values there are, NULL not counted. */
  countDistinct(this: Column<T>): NumberExpr<number, 'count'>
  /** About how many different values there are, in little memory. The standard error is 2.3 %, of streams 1.6 %. */
  approxCountDistinct(this: Column<T>): NumberExpr<number, 'count'>
  /** The value of the first row in the given order. */
  first(this: Column<T>, options: { readonly orderBy: OrderBy<'column'> }): ExprOf<T, 'aggregate'>
  /** The value of the last row in the given order. */
  last(this: Column<T>, options: { readonly orderBy: OrderBy<'column'> }): ExprOf<T, 'aggregate'>
  /** The value in the row where the other column is greatest: `r.name.argMax(r.price)`. Of equal ones it may be any. */
  argMax(this: Column<T>, by: Column): ExprOf<T | null, 'aggregate'>
  /** The value in the row where the other column is least. Of equal ones it may be any. */
  argMin(this: Column<T>, by: Column): ExprOf<T | null, 'aggregate'>
  /** Some value that is not NULL. */
  anyValue(this: Column<T>): ExprOf<T, 'aggregate'>
  /** The entropy of the frequencies of the values, in bits. */
  entropy(this: Column<T>): NumberExpr<number | Null<T>, 'aggregate'>
  /** All values, NULLs too. `distinct`: each once, the least first. Without an order it may be any. */
  list(this: Column<T>, options?: Gathering): ListExpr<T[], 'aggregate'>

  /** The value so many rows before; where there is none `otherwise`, or NULL. `skipNulls` counts only rows with a value. */
  lag(this: Column<T>, rows?: number): Ranking<T | null>
  lag(this: Column<T>, rows: number, options: SkipNulls): Ranking<T | null>
  lag<const O extends Operand<T>>(this: Column<T>, rows: number, otherwise: O, options?: SkipNulls): Ranking<T | NullOf<O>>
  /** The value so many rows after. */
  lead(this: Column<T>, rows?: number): Ranking<T | null>
  lead(this: Column<T>, rows: number, options: SkipNulls): Ranking<T | null>
  lead<const O extends Operand<T>>(this: Column<T>, rows: number, otherwise: O, options?: SkipNulls): Ranking<T | NullOf<O>>
  /** The value in the first row of the frame. */
  firstValue(this: Column<T>, options?: SkipNulls): Framed<T>
  /** The value in the last row of the frame, which ends at the current row and its equals unless told otherwise. */
  lastValue(this: Column<T>, options?: SkipNulls): Framed<T>
  /** The value in the nth row of the frame, from 1; NULL when the frame is shorter. */
  nthValue(this: Column<T>, nth: number, options?: SkipNulls): Framed<T | null>
  /** How many values there are up to this row. */
  cumCount(this: Column<T>, window: Running): NumberExpr<number, 'window'>

  /** Turns an aggregate into a value per row. */
  over<const W extends WindowSpec>(this: Expr<T, PerGroup>, window: W): ExprOf<T | FrameNull<W, K>, 'window'>
  /**
   * The aggregate of the last `size` rows, this one included, or of the rows of a span of time: `r.price.mean().rolling('7d', { orderBy: r.day })`, where a row
   * exactly so long ago is out. NULL while fewer than `minRows` have a value: all of them unless told otherwise, one of a span of time.
   */
  rolling(
    this: Expr<T, PerGroup>,
    size: number | Duration,
    window: Running & { readonly minRows?: number; readonly center?: boolean },
  ): ExprOf<T | null, 'window'>
  /** Aggregates the rows that meet the condition only; NULL when there is none. */
  where(this: Expr<T, PerGroup>, condition: Condition<'column'>): ExprOf<T | ('aggregate' extends K ? null : never), K>
}

/** What values with an order can do. */
export interface OrderedAggregates<T> {
  min(this: Column<T>): ExprOf<T, 'aggregate'>
  max(this: Column<T>): ExprOf<T, 'aggregate'>
  /** The most frequent value; of equally frequent ones the least. */
  mode(this: Column<T>): ExprOf<T, 'aggregate'>
  /** The least value up to this row. */
  cumMin(this: Column<T>, window: Running): ExprOf<T, 'window'>
  /** The greatest value up to this row. */
  cumMax(this: Column<T>, window: Running): ExprOf<T, 'window'>
}

type Real<T> = NumberExpr<number | Null<T>, 'aggregate'>

/** What numbers can do. */
export interface NumberAggregates<T> {
  sum(this: Column<T>): NumberExpr<Exact<T> | Null<T>, 'aggregate'>
  /** The product, as a float. */
  product(this: Column<T>): Real<T>
  mean(this: Column<T>): Real<T>
  /** The mean where each value counts as often as its weight says; rows without a weight are left out. */
  weightedMean(this: Column<T>, weight: NumberColumn): NumberExpr<number | null, 'aggregate'>
  /** The root of the product: e to the mean of the logarithms. */
  geometricMean(this: Column<T>): Real<T>
  /** One through the mean of 1 / x. */
  harmonicMean(this: Column<T>): Real<T>
  median(this: Column<T>): Real<T>
  quantile(this: Column<T>, q: number): Real<T>
  /** Several quantiles as one list: `quantiles([0.25, 0.5, 0.75])`. */
  quantiles(this: Column<T>, qs: readonly number[]): ListExpr<number[] | Null<T>, 'aggregate'>
  /** About a quantile of the finite values, in little memory: wrong by about 1 % of the rows in the middle, by less at the ends. */
  approxQuantile(this: Column<T>, q: number): NumberExpr<number | null, 'aggregate'>
  /** Sample standard deviation; NULL for one row. */
  stddev(this: Column<T>): NumberExpr<number | null, 'aggregate'>
  /** Standard deviation of a whole population; 0 for one row. */
  stddevPop(this: Column<T>): Real<T>
  /** Sample variance; NULL for one row. */
  variance(this: Column<T>): NumberExpr<number | null, 'aggregate'>
  /** Variance of a whole population; 0 for one row. */
  variancePop(this: Column<T>): Real<T>
  /** Skewness of a sample, corrected for bias, as pandas; NULL of fewer than 3 rows. */
  skew(this: Column<T>): NumberExpr<number | null, 'aggregate'>
  /** Excess kurtosis of a sample, corrected for bias, as pandas; NULL of fewer than 4 rows. */
  kurtosis(this: Column<T>): NumberExpr<number | null, 'aggregate'>
  /** Sample covariance with another column, of the rows where both have a value. */
  covariance(this: Column<T>, other: NumberColumn): NumberExpr<number | null, 'aggregate'>
  /** Covariance of a whole population. */
  covariancePop(this: Column<T>, other: NumberColumn): NumberExpr<number | null, 'aggregate'>
  /** Pearson's correlation with another column, of the rows where both have a value. */
  correlation(this: Column<T>, other: NumberColumn): NumberExpr<number | null, 'aggregate'>
  /** How many values lie in each bin: from its `low` up to its `high`, which belongs to the next bin (the last has both). Others are left out. */
  histogram(this: Column<T>, bins: HistogramBins): ListExpr<HistogramBin[], 'aggregate'>
  /** Integers: the bits that all have. */
  bitAndAgg(this: Column<T>): NumberExpr<Exact<T> | Null<T>, 'aggregate'>
  /** Integers: the bits that one has. */
  bitOrAgg(this: Column<T>): NumberExpr<Exact<T> | Null<T>, 'aggregate'>
  /** Integers: the bits that an odd number of them has. */
  bitXorAgg(this: Column<T>): NumberExpr<Exact<T> | Null<T>, 'aggregate'>

  /** The sum of the rows up to this one, row by row. */
  cumSum(this: Column<T>, window: Running): NumberExpr<Exact<T> | Null<T>, 'window'>
  /** The mean of the rows up to this one. */
  cumMean(this: Column<T>, window: Running): NumberExpr<number | Null<T>, 'window'>
  /** This row less the one so many rows before (1); NULL in the first. pandas calls it `diff`. */
  change(this: Column<T>, window: Running & { readonly rows?: number }): NumberExpr<Exact<T> | null, 'window'>
  /** The change as a share of what was before: 0.1 is 10 % more. */
  percentChange(this: Column<T>, window: Running & { readonly rows?: number }): NumberExpr<number | null, 'window'>
  /**
   * Exponentially weighted mean of the rows up to this one, as pandas: the weight of a row shrinks by 1 - alpha with each row after it, NULL rows too. `adjust: false` is the
   * recursion y = alpha x + (1 - alpha) y from the first value on. Give one of `alpha`, `span`, `halfLife` and `com`.
   */
  ewmMean(this: Column<T>, options: EwmOptions): Ranking<number | Null<T>>
}

/** What text can do. */
export interface TextAggregates<T> {
  /** The texts in one, with a separator (`,`) between them; NULLs are left out. Without an order it may be any. */
  stringAgg(this: Column<T>, separator?: string, options?: Gathering): TextExpr<string | Null<T>, 'aggregate'>
}

/** What booleans can do. */
export interface BooleanAggregates<T> {
  any(this: Column<T>): BooleanExpr<boolean | Null<T>, 'aggregate'>
  all(this: Column<T>): BooleanExpr<boolean | Null<T>, 'aggregate'>
  /** How many are true. */
  sum(this: Column<T>): NumberExpr<number | Null<T>, 'aggregate'>
  /** The share that is true. */
  mean(this: Column<T>): Real<T>
  min(this: Column<T>): BooleanExpr<T, 'aggregate'>
  max(this: Column<T>): BooleanExpr<T, 'aggregate'>
  /** The more frequent one; false when they are equally frequent. */
  mode(this: Column<T>): BooleanExpr<T, 'aggregate'>
  /** How many were true up to this row. */
  cumSum(this: Column<T>, window: Running): NumberExpr<number | Null<T>, 'window'>
}

/** The order of a gathered list; values told apart are sorted by themselves. */
export interface Gathering {
  readonly orderBy?: OrderBy<'column'>
  readonly distinct?: boolean
}
export interface SkipNulls {
  readonly skipNulls?: boolean
}
/** The edges of the bins, or so many bins of equal width. */
export type HistogramBins = { readonly edges: readonly number[] } | { readonly low: number; readonly high: number; readonly bins: number }
export interface HistogramBin {
  readonly low: number
  readonly high: number
  readonly count: number
}
export type EwmOptions = { readonly adjust?: boolean } & (
  | { readonly alpha: number }
  | { readonly span: number }
  | { readonly halfLife: number }
  | { readonly com: number }
)

// Untyped --------------------------------------------------------------------------------------------------------------

type AnyAggregate =
  | Exclude<
      keyof NumberAggregates<number> | keyof TextAggregates<string> | keyof BooleanAggregates<boolean> | keyof OrderedAggregates<number>,
      AnyWindow | 'ewmMean'
    >
  | 'first'
  | 'last'
  | 'argMax'
  | 'argMin'
  | 'anyValue'
  | 'entropy'
  | 'list'
type AnyCount = 'count' | 'countDistinct' | 'approxCountDistinct'
type AnyRanking = 'lag' | 'lead' | 'firstValue' | 'lastValue' | 'nthValue' | 'ewmMean'
type AnyWindow = 'cumSum' | 'cumMean' | 'cumMin' | 'cumMax' | 'cumCount' | 'change' | 'percentChange'
/** Aggregates and orders of a value of unknown type. */
export type AnyAggregates<K extends Kind> = {
  readonly [M in AnyAggregate]: (this: Expr<any, 'column'>, ...args: readonly unknown[]) => AnyExpr<'aggregate'>
} & {
  readonly [M in AnyCount]: (this: Expr<any, 'column'>) => NumberExpr<number, 'count'>
} & {
  readonly [M in AnyRanking]: (this: Expr<any, 'column'>, ...args: readonly unknown[]) => Framed<any>
} & {
  readonly [M in AnyWindow]: (this: Expr<any, 'column'>, window: Running & { readonly rows?: number }) => AnyExpr<'window'>
} & {
  asc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  desc(options?: { readonly nulls?: 'first' | 'last' }): Order<K>
  over(this: Expr<any, PerGroup>, window: WindowSpec): AnyExpr<'window'>
  rolling(
    this: Expr<any, PerGroup>,
    size: number | Duration,
    window: Running & { readonly minRows?: number; readonly center?: boolean },
  ): AnyExpr<'window'>
}

// Order and windows ----------------------------------------------------------------------------------------------------

export interface Order<out K extends Kind = Kind> {
  readonly '~order': K
}
export type OrderBy<K extends Kind> = Expr<unknown, K> | Order<K> | readonly (Expr<unknown, K> | Order<K>)[]

type Bound = number | 'unbounded'
type RangeBound = Bound | Duration | `-${Duration}`
export interface WindowSpec {
  readonly partitionBy?: Expr<unknown, 'column'> | readonly Expr<unknown, 'column'>[]
  readonly orderBy?: OrderBy<'column'>
  /** Rows before (negative) and after this one: `[-6, 0]`. */
  readonly rows?: readonly [from: Bound, to: Bound]
  /** So far before and after the value of this row in the order: `['-1h', 0]` of times, `[-5, 5]` of numbers. */
  readonly range?: readonly [from: RangeBound, to: RangeBound]
  /** What stays out of the frame: the row itself (without an order: the mean of the others), it and its equals, or its equals only. */
  readonly exclude?: 'current' | 'group' | 'ties'
}
/** A window that has its frame from its name. */
export interface Running {
  readonly partitionBy?: Expr<unknown, 'column'> | readonly Expr<unknown, 'column'>[]
  readonly orderBy: OrderBy<'column'>
}
/** An aggregate over a frame that leaves out the current row may see no rows at all. */
type FrameNull<W, K> = W extends { readonly exclude: string }
  ? EmptyNull<K>
  : W extends { readonly rows: readonly [infer A extends Bound, infer B extends Bound] }
    ? OutsideNull<A, B, K>
    : W extends { readonly range: readonly [infer A extends RangeBound, infer B extends RangeBound] }
      ? OutsideNull<A, B, K>
      : never
type OutsideNull<A extends RangeBound, B extends RangeBound, K> = `${A}` extends `-${string}` | '0' | 'unbounded'
  ? `${B}` extends `-${string}`
    ? EmptyNull<K>
    : never
  : EmptyNull<K>
type EmptyNull<K> = 'aggregate' extends K ? null : never

/** Waits for its window: rank, row number, lag and lead mean nothing without an order. */
export interface Ranking<T> {
  over(window: Running): ExprOf<T, 'window'>
}
/** Waits for its window, which may have a frame. */
export interface Framed<T> {
  over<const W extends WindowSpec & { readonly orderBy: OrderBy<'column'> }>(window: W): ExprOf<T | FrameNull<W, 'aggregate'>, 'window'>
}
