/** What the table of functions says about each. */
import type { Primitive } from '../schema/index.ts'
import type { ExprOptions } from './node.ts'
import type { ValueFamily } from './value-family.ts'

/** `scalar`: a value per row. `aggregate`: a value per group. `window`: a value per row that means something under `over` only. `wrapper`: changes the aggregate inside it. */
export type FunctionKind = 'scalar' | 'aggregate' | 'window' | 'wrapper'

/** Families, or `same`: a type that has a type in common with the first operand, or `any`. */
export type Takes = readonly ValueFamily[] | 'same' | 'any'

/**
 * A type, or a rule for it. `first`: the type of the first operand. `arithmetic`: the common number type, int32 with an integer literal is int64, decimals grow
 * their digits. `rounded`: `first`, a decimal with one digit more. `common`: the type all operands fit in. `branches`: the same for the results of a `case`.
 * `total`: int64 for integers, a decimal of 38 digits, else `first`. `list`: a list of the first operand. `mapped`: a list of the second. `item`: the item of
 * the list. `to`: `options.to`, to which the first can be cast. `said`: `options.to`. `field`: the field `options.name` of the struct. `itemTotal`: `total` of the items. `integers`: a list of int64. `mapValue`, `mapKeys`, `mapValues`: the value of the map, lists of its
 * keys and values. `commonList`: a list of
 * `common`. `struct`: the operands under `options.names`. `reals`: a list of float64. `bins`: a list of { low, high, count }.
 */
export type Gives =
  | Primitive
  | 'first'
  | 'arithmetic'
  | 'rounded'
  | 'common'
  | 'branches'
  | 'total'
  | 'list'
  | 'mapped'
  | 'item'
  | 'to'
  | 'said'
  | 'field'
  | 'reals'
  | 'bins'
  | 'texts'
  | 'itemTotal'
  | 'integers'
  | 'commonList'
  | 'mapValue'
  | 'mapKeys'
  | 'mapValues'
  | 'struct'

/**
 * When the result can be NULL. `any`: when an operand is NULL. `first`: when the first is. `all`: when all are. `branches`: when a result of the `case` is.
 * `shift`: always, but for a default that is not. `inner`: always, but for the aggregates that are never NULL. `frame`: as the operand, and when a frame can be empty. `invalid`: `any`, and when what cannot be read
 * is asked to be NULL.
 */
export type Nulls = 'never' | 'always' | 'any' | 'first' | 'all' | 'branches' | 'shift' | 'inner' | 'frame' | 'invalid'

export interface FunctionInfo {
  readonly kind: FunctionKind
  /** Families of the first operand. */
  readonly of: Takes
  /** What the other operands must be. */
  readonly takes: Takes
  /** Least and most operands. */
  readonly args: readonly [least: number, most: number]
  readonly gives: Gives
  readonly nulls: Nulls
  /** Which options it reads. */
  readonly options: readonly (keyof ExprOptions)[]
  /** One sentence for the docs page. */
  readonly doc: string
}

/** What a row of the table says; the rest is usual: one operand of any type, NULL when it is NULL. */
export interface Short {
  readonly of?: Takes
  readonly takes?: Takes
  readonly args?: readonly [number, number]
  readonly gives: Gives
  readonly nulls?: Nulls
  readonly options?: readonly (keyof ExprOptions)[]
}
/** Makes rows of one kind. */
export const row =
  (kind: FunctionKind): ((doc: string, row: Short) => FunctionInfo) =>
  (doc: string, { of = 'any', takes = 'any', args = [1, 1], gives, nulls = 'any', options = [] }: Short): FunctionInfo =>
    Object.freeze({ kind, of, takes, args, gives, nulls, options, doc })
