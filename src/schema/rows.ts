/** The algebra of row types: what verbs do to the columns the compiler knows. */
/** A row whose columns the compiler does not know. Verbs that name columns make it known again: `select('a')` -> `{ a: any }`. */
export interface OpenRow {
  // The one place where a column may be anything.
  // oxlint-disable-next-line typescript/no-explicit-any
  [column: string]: any
}
export type IsOpen<R> = string extends keyof R ? true : false
export type IsAny<T> = 0 extends 1 & T ? true : false
export type Null<T> = Extract<T, null>

/** Columns of B replace columns of A. The outer conditional drains the instantiation depth: chains of 120 steps stay legal. */
export type Merge<A, B> = [A] extends [unknown]
  ? string extends keyof A | keyof B
    ? OpenRow & B
    : { [K in keyof A | keyof B]: K extends keyof B ? B[K] : K extends keyof A ? A[K] : never }
  : never

export type Keep<R, K extends PropertyKey> = { [C in K]: C extends keyof R ? R[C] : never }
export type Without<R, K extends PropertyKey> = [R] extends [unknown] ? { [C in keyof R as C extends K ? never : C]: R[C] } : never
export type Renamed<R, M> = [R] extends [unknown]
  ? { [C in keyof R as C extends keyof M ? (M[C] extends string ? M[C] : C) : C]: R[C] }
  : never
export type NonNull<R, K extends PropertyKey> = [R] extends [unknown] ? { [C in keyof R]: C extends K ? Exclude<R[C], null> : R[C] } : never
export type Nullable<R> = { [C in keyof R]: R[C] | null }
/** Names of the columns whose values fit T, NULLs aside. */
export type NamesOf<R, T> =
  IsOpen<R> extends true ? string : { [C in keyof R]: [Exclude<R[C], null>] extends [T] ? C : never }[keyof R] & string

/** A sentence instead of a type: what the compiler prints when a known mistake is made. `Names` are the columns it is about. */
export interface Problem<out Message extends string, out Names = never> {
  readonly '~problem': readonly [Message, Names]
}
