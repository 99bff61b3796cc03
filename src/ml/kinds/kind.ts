/** What a kind of model is once it is fitted: plain state, and pure functions that read it. Nothing here touches a file or an engine. */
import type { ExprNode } from '../../expr/index.ts'

export type Role = 'transformer' | 'regressor' | 'classifier' | 'clusterer' | 'detector'

/** Columns by name, all of the same length, without NULLs. */
export type Numbers = ReadonlyMap<string, Float64Array>
/** State as it is written down: JSON, in which long runs of numbers stand as named tensors. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly values: Float64Array
}
export interface Stored {
  readonly json: Readonly<Record<string, unknown>>
  readonly tensors: Readonly<Record<string, Tensor>>
}

/**
 * One kind of fitted model. `predict` on columns, `express` as expressions (for kernels and SQL) and a single row do the same IEEE operations in
 * the same order, so all give the same bits.
 */
export interface Kind<S extends object = object> {
  readonly kind: string
  /** A pipeline does what its last step does. */
  role(state: S): Role
  /** The columns it reads, in the order of the sums. */
  inputs(state: S): readonly string[]
  /** The columns it writes. A transformer writes over its inputs; a regressor adds `prediction`. */
  outputs(state: S): readonly string[]
  predict(state: S, columns: Numbers, rows: number): Numbers
  /** The same as expressions; `column` gives the float64 expression of an input. */
  express(state: S, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode>
  store(state: S): Stored
  /** The state again, checked; throws a plain Error that says what is wrong with the data. */
  restore(stored: Stored): S
}

/** A column that must be there: the caller has checked the names. */
export function columnOf(columns: Numbers, name: string): Float64Array {
  const column = columns.get(name)
  if (column === undefined) throw new RangeError(`no column ${name} in the block`)
  return column
}
