/** Expressions as plain data: what every builder makes and every engine reads. */
import type { DataType } from '../schema/index.ts'
import type { AggregateName, AggregateOptions, WindowName } from './aggregate-names.ts'
import type { ScalarName, ScalarOptions } from './scalar-names.ts'

export type { AggregateName, WindowName }

export interface ColumnNode {
  readonly op: 'column'
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
}
/**
 * A constant. `value` is a plain JSON value: integers of type int64/bigint beyond 2^53 and decimals are text, dates `2026-11-21`, timestamps
 * microseconds as text, NaN and the infinities the texts 'NaN', 'Infinity', '-Infinity'.
 */
export interface LiteralNode {
  readonly op: 'literal'
  readonly value: string | number | boolean | null
  readonly type: DataType
  readonly nullable: boolean
}
/** A function of the table `functions`; `options` are plain data that are not expressions (a unit, a pattern, the frame of a window). */
export interface CallNode {
  readonly op: FunctionName
  readonly args: readonly ExprNode[]
  readonly type: DataType
  readonly nullable: boolean
  readonly options?: ExprOptions
}
export type ExprNode = ColumnNode | LiteralNode | CallNode

export interface OrderNode {
  readonly expr: ExprNode
  readonly descending: boolean
  readonly nulls: 'first' | 'last'
}
/** A bound of a frame in rows (`range` frames: microseconds): negative before, positive after the row. */
export type FrameBound = number | 'unbounded'

/** Every option any function has; a function's row in the table says which it reads. */
export interface ExprOptions extends AggregateOptions, ScalarOptions {
  readonly unit?: string
  readonly to?: DataType
  readonly digits?: number
  readonly base?: number
  readonly low?: number
  readonly high?: number
  readonly start?: number
  readonly end?: number
  readonly index?: number
  readonly group?: number
  readonly pattern?: string
  readonly flags?: string
  readonly by?: string
  readonly separator?: string
  readonly name?: string
  readonly amountMicros?: string
  readonly offsetMicros?: string
  readonly amount?: number
  readonly timeZone?: string
  /** `listMap`, `listFilter`: the item is the column of this name inside `args[1]`. */
  readonly item?: string
}

export type FunctionName = ScalarName | AggregateName | WindowName | 'over' | 'where'
