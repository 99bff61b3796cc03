import type { CallNode, FunctionName, LiteralNode, OrderNode } from '../expr/index.ts'
import type { ScanNode } from '../plan/index.ts'
import type { DataType } from '../schema/index.ts'

/** One call, its arguments already printed. */
export interface Call {
  readonly node: CallNode
  readonly args: readonly string[]
  /** Adds FILTER and OVER to the text of an aggregate or a window function. */
  after(aggregate: string): string
  order(by: readonly OrderNode[]): string
  /** Prints `args[index]` with the column `item` standing for a name: the body of a lambda. */
  lambda(index: number, item: string, name: string): string
}
export type Printer = (call: Call) => string

/** A SELECT in parts, so that neighbouring steps share one. */
export interface Select {
  /** `*` when undefined. */
  readonly columns?: string | undefined
  readonly from: string
  readonly where?: string | undefined
  readonly tail?: string | undefined
}

/** How one database writes what the printer cannot say in plain SQL. */
export interface Dialect {
  readonly name: string
  readonly functions: Readonly<Record<FunctionName, Printer>>
  quoteName(name: string): string
  quoteText(text: string): string
  typeName(type: DataType): string
  literal(node: LiteralNode): string
  /** A value made to fit the type of a column it is united with. */
  convert(text: string, from: DataType, to: DataType): string
  /** Reads a source; output columns by position, named as `names`. `id` comes back in the error of a value that does not fit. */
  scan(scan: ScanNode, names: readonly string[], id: number): Select
  joins: Readonly<Record<'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti', string>>
  /** One row per item of the lists at these places; `columns` are printed names. `outer`: a row without items stays, with NULLs. */
  explode(columns: readonly string[], places: readonly number[], from: string, outer: boolean): Select
  /** With more FILTER clauses in one aggregation their conditions go inside, as CASE. */
  mostFilters: number
  /** Stands between two sides of which each left row takes the nearest right row by the inequality of the condition. */
  asOf: string
  /** Fails the statement: two rows of a key where one may be; `which` says what was promised, `key` is SQL text. */
  twiceError(which: string, key: string): string
  /** A SELECT that the database works out by itself, whatever stands around it. */
  fence(select: string): string
  /** So far before or after a value of a type, as a bound of a RANGE: microseconds of times. */
  rangeStep(size: number, of: DataType): string
  /** md5 as lower-case hex text. */
  md5(text: string): string
  text(value: string): string
  /** A row's place in the order of the input, from 0. */
  rowNumber: string
  /** Rows of a list of numbers as a subquery for IN. */
  numbers(values: readonly number[]): string
}
