/** Names and options of aggregates and window functions. */
import type { ExprNode, FrameBound, OrderNode } from './node.ts'

/** A value per group. `first` and `last` read `options.orderBy`. `count` has no args or one; the others have one. */
export type AggregateName =
  | 'count'
  | 'countDistinct'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'median'
  | 'quantile'
  | 'stddev'
  | 'variance'
  | 'first'
  | 'last'
  | 'list'
  | 'any'
  | 'all'
/** A value per row that needs a window. */
export type WindowName = 'rank' | 'denseRank' | 'rowNumber' | 'percentRank' | 'lag' | 'lead'

/** The options only aggregates and windows have. */
export interface AggregateOptions {
  readonly q?: number
  readonly rows?: number
  readonly partitionBy?: readonly ExprNode[]
  readonly orderBy?: readonly OrderNode[]
  readonly frame?: { readonly unit: 'rows' | 'range'; readonly from: FrameBound; readonly to: FrameBound }
}
