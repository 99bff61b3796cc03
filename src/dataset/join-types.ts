/** What a join asks of its two sides, and the row it makes. */
import type { IsOpen, Merge, Nullable, OpenRow, Problem } from '../schema/index.ts'

/** One name on both sides, several, or left name to right name. */
export type JoinOn<L, R> = Shared<L, R> | readonly Shared<L, R>[] | { readonly [C in keyof L]?: keyof R & string }
type Shared<L, R> =
  IsOpen<L> extends true
    ? IsOpen<R> extends true
      ? string
      : keyof R & string
    : IsOpen<R> extends true
      ? keyof L & string
      : keyof L & keyof R & string
export interface JoinOptions<On, How, S> {
  readonly on: On
  /** Default: inner. */
  readonly how?: How
  /** Appended to the right side's columns that the left side has too. */
  readonly suffix?: S
  /** How often a key may be there, left to right; a run that finds it more often fails. Default: as often as it is. */
  readonly validate?: 'one-to-one' | 'one-to-many' | 'many-to-one'
  /** When a key is there several times on both sides, the run fails, or warns (which reads both sides once more, before it). Default: neither. */
  readonly onManyToMany?: 'warn' | 'fail'
}
type LeftKeys<On> = On extends readonly (infer C)[] ? C : On extends string ? On : keyof On
type RightKeys<On> = On extends readonly (infer C)[] ? C : On extends string ? On : On[keyof On]
type RightKey<On, C> = On extends string | readonly unknown[] ? C : C extends keyof On ? On[C] : never

type Clash<L, R, On> = Exclude<keyof R & keyof L, RightKeys<On>>
type KeysUnlike<L, R, On> = {
  [C in LeftKeys<On> & keyof L]: RightKey<On, C> extends infer D extends keyof R
    ? [Exclude<R[D], null>] extends [Family<L[C]>]
      ? never
      : C
    : never
}[LeftKeys<On> & keyof L]
type Family<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T extends null ? never : T
/** Wants a suffix when names clash, and keys of one family. */
export type JoinCheck<L, R, On, How, S> = [IsOpen<L> | IsOpen<R>] extends [false]
  ? [KeysUnlike<L, R, On>] extends [never]
    ? How extends 'semi' | 'anti'
      ? unknown
      : [Clash<L, R, On>] extends [never]
        ? unknown
        : [S] extends [never]
          ? Problem<'both sides have these columns: give a suffix, or rename them', Clash<L, R, On>>
          : unknown
    : Problem<'the keys have different types', KeysUnlike<L, R, On>>
  : unknown

type Suffixed<L, R, On, S extends string> = {
  [C in keyof R as C extends RightKeys<On> ? never : C extends keyof L ? `${C & string}${S}` : C]: R[C]
}
type KeyColumns<L, R, On, How> = {
  [C in LeftKeys<On> & keyof L]: How extends 'inner'
    ? Exclude<L[C], null>
    : How extends 'left'
      ? L[C]
      : RightKey<On, C> extends infer D extends keyof R
        ? How extends 'right'
          ? R[D]
          : L[C] | R[D]
        : L[C]
}
export type Joined<L, R, On, How, S extends string> = [L] extends [unknown]
  ? How extends 'semi' | 'anti'
    ? L
    : string extends keyof L | keyof R
      ? OpenRow
      : Merge<
          Merge<How extends 'right' | 'full' ? Nullable<L> : L, KeyColumns<L, R, On, How>>,
          How extends 'left' | 'full' ? Nullable<Suffixed<L, R, On, S>> : Suffixed<L, R, On, S>
        >
  : never
