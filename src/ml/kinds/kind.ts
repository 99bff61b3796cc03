/** What a kind of model is once it is fitted: plain state, and pure functions that read it. Nothing here touches a file or an engine. */
import type { ExprNode } from '../../expr/index.ts'
import type { DataType } from '../../schema/index.ts'

export type Role = 'transformer' | 'regressor' | 'classifier' | 'clusterer' | 'detector'

/** What a classifier can tell apart. */
export type Label = string | number | boolean
/** A value a row out of a fixed list, by its number there; -1 is NULL. Text columns and predicted labels. */
export interface Coded {
  readonly codes: Int32Array
  readonly values: readonly Label[]
}
/** `width` numbers a row, row after row: the probabilities of the classes. A row that starts with NaN is NULL. */
export interface Lists {
  readonly items: Float64Array
  readonly width: number
}
/** The values of a column; in numbers NaN stands for NULL. */
export type Values = Float64Array | Coded | Lists
/** Columns by name, all of the same length. */
export type Columns = ReadonlyMap<string, Values>
/** A column that a model writes. */
export interface Output {
  readonly name: string
  readonly type: DataType
}
/** State as it is written down: JSON, in which long runs of numbers stand as named tensors. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly values: Float64Array | Int32Array
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
  /**
   * The columns it writes. A scaler writes over its inputs, an encoder makes new ones; a regressor adds `prediction`; a classifier adds `prediction` and then
   * `probabilities`, in the order of its `classes`.
   */
  outputs(state: S): readonly Output[]
  /** A classifier's labels, in order. */
  classes?(state: S): readonly Label[]
  /** NULLs come as NaN or -1. A kind that cannot do without a value gives NaN (or -1) for that row, so a predictor gives NULL where a feature is NULL. */
  predict(state: S, columns: Columns, rows: number): Columns
  /**
   * The same as expressions; `column` gives the expression of an input (float64, or text). Undefined where the model cannot be one, or would be too large;
   * `predict` then runs in the plan. Outputs may be left out (a classifier's `probabilities`); the plan then runs `predict` too.
   */
  express(state: S, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> | undefined
  /** Inputs whose NULLs it fills or understands; a NULL in any other makes the outputs that read it NULL. */
  fills?(state: S): readonly string[]
  store(state: S): Stored
  /** The state again, checked; throws a plain Error that says what is wrong with the data. */
  restore(stored: Stored): S
  /** How much each input mattered while learning; they add up to 1. */
  importance?(state: S): readonly number[]
}

/** Float64 columns of these names. */
export function numberOutputs(names: readonly string[]): readonly Output[] {
  return names.map(name => ({ name, type: 'float64' }))
}

/** A column of numbers that must be there: the caller has checked the names. */
export function columnOf(columns: Columns, name: string): Float64Array {
  const column = columns.get(name)
  if (column === undefined) throw new RangeError(`no column ${name} in the block`)
  if (!(column instanceof Float64Array)) throw new RangeError(`column ${name} of the block is not of numbers`)
  return column
}

/** A column of text that must be there. */
export function codedOf(columns: Columns, name: string): Coded {
  const column = columns.get(name)
  if (column === undefined) throw new RangeError(`no column ${name} in the block`)
  if (column instanceof Float64Array || 'items' in column) throw new RangeError(`column ${name} of the block is not of text`)
  return column
}

/** The type of a predicted label. */
export function labelType(classes: readonly Label[]): DataType {
  const type = typeof classes[0]
  if (type === 'number') return 'int64'
  return type === 'boolean' ? 'boolean' : 'string'
}
