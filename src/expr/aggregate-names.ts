/** Names and options of aggregates and window functions. */
import type { ExprNode, FrameBound, OrderNode } from './node.ts'

/**
 * A value per group. `count` has no args or one, `countDistinct` one or more; `argMax`, `argMin`, `covariance`, `covariancePop` and `correlation` have two; the others
 * have one. `first`, `last`, `list` and `stringAgg` read `options.orderBy`.
 */
export type AggregateName =
  | 'count'
  | 'countDistinct'
  | 'approxCountDistinct'
  | 'sum'
  | 'product'
  | 'mean'
  | 'min'
  | 'max'
  | 'argMin'
  | 'argMax'
  | 'mode'
  | 'anyValue'
  | 'median'
  | 'quantile'
  | 'quantiles'
  | 'approxQuantile'
  | 'stddev'
  | 'stddevPop'
  | 'variance'
  | 'variancePop'
  | 'skew'
  | 'kurtosis'
  | 'entropy'
  | 'covariance'
  | 'covariancePop'
  | 'correlation'
  | 'histogram'
  | 'first'
  | 'last'
  | 'list'
  | 'stringAgg'
  | 'any'
  | 'all'
  | 'bitAndAgg'
  | 'bitOrAgg'
  | 'bitXorAgg'
/** A value per row that needs a window. */
export type WindowName =
  | 'rank'
  | 'denseRank'
  | 'rowNumber'
  | 'percentRank'
  | 'cumeDist'
  | 'ntile'
  | 'lag'
  | 'lead'
  | 'firstValue'
  | 'lastValue'
  | 'nthValue'
  | 'ewm'

/** What stays out of a frame: the row itself, it and its equals, or its equals only. */
export type FrameExclude = 'current' | 'group' | 'ties'

/** The options only aggregates and windows have. */
export interface AggregateOptions {
  readonly q?: number
  readonly qs?: readonly number[]
  readonly rows?: number
  readonly buckets?: number
  readonly nth?: number
  readonly edges?: readonly number[]
  readonly distinct?: boolean
  readonly skipNulls?: boolean
  readonly alpha?: number
  readonly adjust?: boolean
  readonly partitionBy?: readonly ExprNode[]
  readonly orderBy?: readonly OrderNode[]
  /** `of`: what the bounds of a `range` count, where they are not 0: microseconds when absent. */
  readonly frame?: {
    readonly unit: 'rows' | 'range'
    readonly from: FrameBound
    readonly to: FrameBound
    readonly of?: 'number'
    readonly exclude?: FrameExclude
  }
}
