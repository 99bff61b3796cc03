/** What the verbs do to the columns that the compiler knows. */
import type {
  CalendarDate,
  Decimal,
  FieldSpec,
  FieldValue,
  Interval,
  IsOpen,
  LocalDateTime,
  Merge,
  Null,
  OpenRow,
  Problem,
  TimeOfDay,
  Without,
} from '../schema/index.ts'
import type { TypeFamily } from './verbs/index.ts'

/** An item of a list column. */
export type Item<T> = Exclude<T, null> extends readonly (infer E)[] ? E : never
/** Names of columns of lists. */
export type ListNames<R> =
  IsOpen<R> extends true ? string : { [C in keyof R]: Exclude<R[C], null> extends readonly unknown[] ? C : never }[keyof R] & string

/** Which of the kinds of `selectTypes` a value is. */
type FamilyOf<T> = [T] extends [never]
  ? never
  : T extends number | bigint | Decimal
    ? 'number'
    : T extends string
      ? 'text'
      : T extends boolean
        ? 'boolean'
        : T extends Date | CalendarDate | LocalDateTime
          ? 'time'
          : T extends TimeOfDay
            ? 'clock'
            : T extends Interval
              ? 'interval'
              : T extends readonly unknown[]
                ? 'list'
                : T extends Uint8Array
                  ? 'bytes'
                  : T extends ReadonlyMap<unknown, unknown>
                    ? 'map'
                    : 'struct'
/** The columns of some kinds. */
export type OfTypes<R, F extends TypeFamily> = string extends keyof R
  ? OpenRow
  : { [C in keyof R as [FamilyOf<Exclude<R[C], null>>] extends [F] ? C : never]: R[C] }

/** Columns with other types, in their places. */
export type CastRow<R, M, Try extends boolean = false> = string extends keyof R
  ? OpenRow
  : Merge<
      R,
      {
        [C in keyof M]:
          | (M[C] extends FieldSpec ? Exclude<FieldValue<M[C]>, null> : never)
          | (Try extends true ? null : C extends keyof R ? Null<R[C]> : never)
      }
    >

/** Names of columns of structs. */
export type StructNames<R> =
  IsOpen<R> extends true ? string : { [C in keyof R]: FamilyOf<Exclude<R[C], null>> extends 'struct' ? C : never }[keyof R] & string
/** A struct's fields in place of it. */
export type Unnested<R, C extends PropertyKey, P extends string> = string extends keyof R
  ? OpenRow
  : Merge<Without<R, C>, Fields<C extends keyof R ? R[C] : never, P>>
type Fields<T, P extends string> = [T] extends [never]
  ? {}
  : { [F in keyof Exclude<T, null> & string as `${P}${F}`]: Exclude<T, null>[F] | Null<T> }

/** Names of columns of numbers. */
export type NumberNames<R> =
  IsOpen<R> extends true ? string : { [C in keyof R]: FamilyOf<Exclude<R[C], null>> extends 'number' ? C : never }[keyof R] & string
/** Names of columns of moments: days, instants, wall clocks. */
export type MomentNames<R> =
  IsOpen<R> extends true ? string : { [C in keyof R]: FamilyOf<Exclude<R[C], null>> extends 'time' ? C : never }[keyof R] & string

/** Old and new values of a column. */
export type ReplacementsOf<T> =
  | readonly (readonly [from: Exclude<T, null> | null, to: Exclude<T, null> | null])[]
  | ReadonlyMap<Exclude<T, null> | null, Exclude<T, null> | null>
  | ([Exclude<T, null>] extends [string | number | bigint | boolean] ? { readonly [from: string]: Exclude<T, null> | null } : never)

/** Columns both sides have, of different families: what stops a union. */
type Unlike<A, B> = { [C in keyof A | keyof B]: C extends keyof A & keyof B ? (Widened<A[C]> extends Widened<B[C]> ? never : C) : C }[
  | keyof A
  | keyof B]
type UnlikeShared<A, B> = { [C in keyof A & keyof B]: Widened<A[C]> extends Widened<B[C]> ? never : C }[keyof A & keyof B]
type Widened<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T extends null ? never : T
/** Wants the same columns on both sides; with `missing: 'null'` those that both have must be alike. */
export type SameColumns<A, B, M = 'fail'> = IsOpen<A> | IsOpen<B> extends false
  ? (M extends 'null' ? UnlikeShared<A, B> : Unlike<A, B>) extends infer U
    ? [U] extends [never]
      ? unknown
      : Problem<'union needs the same columns on both sides; these differ', U>
    : never
  : unknown
/** The rows of both. */
export type Unioned<A, B, M = 'fail'> = string extends keyof A
  ? OpenRow
  : M extends 'null'
    ? string extends keyof B
      ? OpenRow
      : { [C in keyof A | keyof B]: (C extends keyof A ? A[C] : null) | (C extends keyof B ? B[C] : null) }
    : { [C in keyof A]: A[C] | (C extends keyof B ? B[C] : never) }
