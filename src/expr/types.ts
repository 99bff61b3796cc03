// oxlint-disable typescript/no-explicit-any -- `any` is a kind or a value here that fits every constraint, so that a mistake is one error and not two
/**
 * Expressions: plain nodes with typed builders.
 *
 * `Expr<T, K>`: T is the value (with `null` when it can be NULL), K is the set of kinds it was made from. A constant has kind `never`,
 * an operator takes the union of its operands' kinds, and a verb accepts a set of kinds. So no kind arithmetic is needed:
 * `r.a.sum().div(count())` is `'aggregate' | 'count'` and fits `agg`; `r.a.sum().div(r.b)` holds `'column'` and does not.
 */
import type {
  CalendarDate,
  Decimal,
  DecimalName,
  Duration,
  FieldType,
  FieldValue,
  Interval,
  IsAny,
  LocalDateTime,
  Null,
  TimeOfDay,
  TimeUnit,
  TypeName,
} from '../schema/index.ts'
import type {
  AnyAggregates,
  BooleanAggregates,
  NumberAggregates,
  OrderedAggregates,
  TextAggregates,
  ValueAggregates,
} from './aggregate-types.ts'
import type { ExprNode } from './node.ts'
import type {
  BytesScalars,
  ClockScalars,
  DateScalars,
  IntervalScalars,
  Item,
  ListScalars,
  MapScalars,
  NumberScalars,
  TextScalars,
  TimestampScalars,
  ValueScalars,
} from './scalar-types.ts'

export type {
  EwmOptions,
  Framed,
  Gathering,
  HistogramBin,
  HistogramBins,
  Order,
  OrderBy,
  Ranking,
  Running,
  SkipNulls,
  WindowSpec,
} from './aggregate-types.ts'

/** `column`: a value per row. `window`: a value per row that looks at other rows. `aggregate`, `count`: a value per group (a count is never NULL). */
export type Kind = 'column' | 'window' | 'aggregate' | 'count'
export type PerRow = 'column' | 'window'
export type PerGroup = 'aggregate' | 'count'

export interface Expr<out T = unknown, out K extends Kind = Kind> {
  readonly node: ExprNode
  readonly '~type': T
  readonly '~kind': K
  /**
   * Which methods it has. First in each family, so that the compiler knows at once that two families differ: TypeScript 5 compares all of
   * ExprOf with all of ExprOf to learn how it varies, and method by method that took two minutes and ended in TS2589.
   */
  readonly '~family'?: string
}

// Operands -------------------------------------------------------------------------------------------------------------

export type Literal =
  | string
  | number
  | bigint
  | boolean
  | Date
  | CalendarDate
  | TimeOfDay
  | LocalDateTime
  | Interval
  | Decimal
  | Uint8Array
  | null
type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T extends bigint ? bigint : T
/**
 * What may stand on the other side of a T: a literal of it, or an expression of the same family. Enumerations check literals.
 * The kind is `any` here so that a wrong operand is one error: the compiler falls back to this constraint, and `any` fits every verb.
 */
export type Operand<T, K extends Kind = any> =
  | Exclude<T, null>
  | (Exclude<T, null> extends Date ? Date | string : never)
  | (Exclude<T, null> extends CalendarDate | TimeOfDay | LocalDateTime | Interval ? string : never)
  | (Exclude<T, null> extends Decimal ? number : never)
  | Expr<Widen<T> | null, K>

export type ValueOf<E> = E extends { readonly '~type': infer T } ? T : Widen<E>
export type KindOf<E> = E extends { readonly '~kind': infer K extends Kind } ? K : never
export type NullOf<E> = E extends { readonly '~type': infer T } ? Null<T> : Null<E>
/** The row made by an object of expressions and literals. */
export type Values<A> = { [C in keyof A]: ValueOf<A[C]> }
/** The same for an aggregation without keys: the table may be empty, so only counts are sure to exist. */
export type TotalValues<A> = { [C in keyof A]: 'aggregate' extends KindOf<A[C]> ? ValueOf<A[C]> | null : ValueOf<A[C]> }
export type Condition<K extends Kind = PerRow> = Expr<boolean | null, K>

// Families: which methods a value has ------------------------------------------------------------------------------------

/** The builder for a value of type T. */
export type ExprOf<T, K extends Kind> =
  IsAny<T> extends true
    ? AnyExpr<K>
    : [T] extends [number | bigint | Decimal | null]
      ? NumberExpr<T, K>
      : [T] extends [string | null]
        ? TextExpr<T, K>
        : [T] extends [boolean | null]
          ? BooleanExpr<T, K>
          : [T] extends [Date | LocalDateTime | null]
            ? TimestampExpr<T, K>
            : [T] extends [CalendarDate | null]
              ? DateExpr<T, K>
              : [T] extends [TimeOfDay | null]
                ? ClockExpr<T, K>
                : [T] extends [Interval | null]
                  ? IntervalExpr<T, K>
                  : [T] extends [ReadonlyMap<unknown, unknown> | null]
                    ? MapExpr<T, K>
                    : [T] extends [readonly unknown[] | null]
                      ? ListExpr<T, K>
                      : [T] extends [Uint8Array | null]
                        ? BytesExpr<T, K>
                        : [T] extends [object | null]
                          ? StructExpr<T, K>
                          : ValueExpr<T, K>

/** What a cast makes: the name of a type, or `list('int64')`, `oneOf('a', 'b')` and their like. */
export type CastTo = TypeName | DecimalName | FieldType<unknown>

/** What every value can do. */
export interface ValueExpr<T, K extends Kind> extends Expr<T, K>, ValueScalars<T, K>, ValueAggregates<T, K> {
  eq<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  ne<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  isNull(): BooleanExpr<boolean, K>
  isNotNull(): BooleanExpr<boolean, K>
  /** The first that is not NULL. */
  fillNull<const O extends Operand<T>>(other: O): ExprOf<Exclude<T, null> | NullOf<O>, K | KindOf<O>>
  /** Fails the query on a value that does not fit. */
  cast<const N extends CastTo>(to: N): ExprOf<FieldValue<N> | Null<T>, K>
  /** NULL for a value that does not fit. */
  tryCast<const N extends CastTo>(to: N): ExprOf<FieldValue<N> | null, K>
}

export interface OrderedExpr<T, K extends Kind> extends ValueExpr<T, K>, OrderedAggregates<T> {
  lt<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  lte<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  gt<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  gte<const O extends Operand<T>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  between<const A extends Operand<T>, const B extends Operand<T>>(
    low: A,
    high: B,
  ): BooleanExpr<boolean | Null<T> | NullOf<A> | NullOf<B>, K | KindOf<A> | KindOf<B>>
}

export type Exact<T> = T extends bigint ? bigint : T extends number ? number : T extends Decimal ? Decimal : never
/** number, bigint and Decimal. Sides of one arithmetic operator have one type, as in JavaScript; cast one of them otherwise. */
export interface NumberExpr<T, K extends Kind> extends OrderedExpr<T, K>, NumberScalars<T, K>, NumberAggregates<T> {
  readonly '~family'?: 'number'
  add<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  sub<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  mul<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  /** Real division, of integers too. */
  div<const O extends Arith<T>>(other: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  mod<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  pow<const O extends Arith<T>>(other: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  neg(): NumberExpr<Exact<T> | Null<T>, K>
  abs(): NumberExpr<Exact<T> | Null<T>, K>
  round(digits?: number): NumberExpr<Exact<T> | Null<T>, K>
  floor(): NumberExpr<Exact<T> | Null<T>, K>
  ceil(): NumberExpr<Exact<T> | Null<T>, K>
  sqrt(): NumberExpr<number | Null<T>, K>
  log(base?: number): NumberExpr<number | Null<T>, K>
  exp(): NumberExpr<number | Null<T>, K>
  clip(low: number, high: number): NumberExpr<Exact<T> | Null<T>, K>
  isNan(): BooleanExpr<boolean | Null<T>, K>
}
export type Arith<T> = Exact<T> | (Exclude<T, null> extends Decimal ? number : never) | Expr<Exact<T> | null, any>

export type Text = string | Expr<string | null, any>
export interface TextExpr<T, K extends Kind> extends OrderedExpr<T, K>, TextScalars<T, K>, TextAggregates<T> {
  readonly '~family'?: 'text'
  upper(): TextExpr<string | Null<T>, K>
  lower(): TextExpr<string | Null<T>, K>
  length(): NumberExpr<number | Null<T>, K>
  slice(start: number, end?: number): TextExpr<string | Null<T>, K>
  /** NULL when one side is NULL. */
  concat<const O extends Text>(other: O): TextExpr<string | Null<T> | NullOf<O>, K | KindOf<O>>
  contains<const O extends Text>(part: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  startsWith<const O extends Text>(part: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  endsWith<const O extends Text>(part: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  matches(pattern: RegExp): BooleanExpr<boolean | Null<T>, K>
  /** The group of the first match; NULL when nothing matches. */
  extract(pattern: RegExp, group?: number): TextExpr<string | null, K>
  replace(pattern: string | RegExp, by: string): TextExpr<string | Null<T>, K>
  split(separator: string): ListExpr<string[] | Null<T>, K>
}

export interface BooleanExpr<T, K extends Kind> extends ValueExpr<T, K>, BooleanAggregates<T> {
  readonly '~family'?: 'boolean'
  and<const O extends boolean | Expr<boolean | null, any>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  or<const O extends boolean | Expr<boolean | null, any>>(other: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  not(): BooleanExpr<boolean | Null<T>, K>
}

export interface DateExpr<T, K extends Kind> extends OrderedExpr<T, K>, DateScalars<T, K> {
  readonly '~family'?: 'date' | 'timestamp'
  /** Whole units from the other to this. */
  diff<const O extends Operand<T>>(other: O, unit: TimeUnit): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  /** Later by a duration (`'7d'`), so many units, or an interval, whose months come first and then its days and its time. */
  plus<const A extends Amount>(amount: A, unit?: TimeUnit): ExprOf<T | NullOf<A>, K | KindOf<A>>
  minus<const A extends Amount>(amount: A, unit?: TimeUnit): ExprOf<T | NullOf<A>, K | KindOf<A>>
  /** The interval from the other to this: days between days, microseconds between moments. */
  since<const O extends Operand<T>>(other: O): IntervalExpr<Interval | Null<T> | NullOf<O>, K | KindOf<O>>
}
type Amount = Duration | number | Interval | Expr<number | Interval | null, any>
export interface TimestampExpr<T, K extends Kind> extends DateExpr<T, K>, TimestampScalars<T, K> {
  readonly '~family'?: 'timestamp'
  /** The beginning of the span it is in: `r.at.bin('5m')`. Spans are counted from 1970, UTC, moved by `offset`. */
  bin(size: Duration, options?: { readonly offset?: Duration }): ExprOf<T, K>
}

/** Times of day. */
export interface ClockExpr<T, K extends Kind> extends OrderedExpr<T, K>, ClockScalars<T, K> {
  readonly '~family'?: 'time'
}

/** Intervals: months, days and microseconds. They are compared by their length, with months of 30 days of 24 hours. */
export interface IntervalExpr<T, K extends Kind> extends OrderedExpr<T, K>, IntervalScalars<T, K> {
  readonly '~family'?: 'interval'
}

/** Maps. */
export interface MapExpr<T, K extends Kind> extends ValueExpr<T, K>, MapScalars<T, K> {
  readonly '~family'?: 'map'
}

/** Bytes. */
export interface BytesExpr<T, K extends Kind> extends ValueExpr<T, K>, BytesScalars<T, K> {
  readonly '~family'?: 'bytes'
}

export interface ListExpr<T, K extends Kind> extends ValueExpr<T, K>, ListScalars<T, K> {
  readonly '~family'?: 'list'
  /** The item at an index from 0, from the end when negative; NULL when out of range. */
  at(index: number): ExprOf<Item<T> | null, K>
  length(): NumberExpr<number | Null<T>, K>
  contains(item: Item<T>): BooleanExpr<boolean | Null<T>, K>
  map<E extends Expr>(each: (item: ExprOf<Item<T>, 'column'>) => E): ListExpr<ValueOf<E>[] | Null<T>, K>
  join(this: Expr<readonly string[] | null>, separator: string): TextExpr<string | Null<T>, K>
}
/** A struct: its fields are properties too, but for names that methods have. */
export type StructExpr<T, K extends Kind> = StructMethods<T, K> & {
  readonly [N in Exclude<keyof Exclude<T, null>, keyof StructMethods<T, K>>]: ExprOf<Exclude<T, null>[N] | Null<T>, K>
}
export interface StructMethods<T, K extends Kind> extends ValueExpr<T, K> {
  readonly '~family'?: 'struct'
  field<const N extends keyof Exclude<T, null> & string>(name: N): ExprOf<Exclude<T, null>[N] | Null<T>, K>
}

// Untyped --------------------------------------------------------------------------------------------------------------

type MethodName =
  | keyof NumberExpr<number, never>
  | keyof TextExpr<string, never>
  | keyof BooleanExpr<boolean, never>
  | keyof TimestampExpr<Date, never>
  | keyof ListExpr<unknown[], never>
  | keyof StructMethods<object, never>
  | keyof BytesExpr<Uint8Array, never>
  | keyof IntervalExpr<Interval, never>
  | keyof MapExpr<ReadonlyMap<unknown, unknown>, never>
/** A value of unknown type: every method exists, kinds are still checked, and the plan checks the types when it is built. */
export type AnyExpr<K extends Kind> = Expr<any, K> & { readonly '~family'?: 'any' } & {
  readonly [M in Exclude<MethodName, keyof AnyAggregates<K> | keyof Expr>]: <O extends readonly unknown[]>(
    ...args: O
  ) => AnyExpr<K | KindOf<O[number]>>
} & AnyAggregates<K>

/**
 * The columns a callback sees: `r => r.price.gt(1)`.
 * On an open row the columns are `any`, not AnyExpr: an index signature of AnyExpr reads as `AnyExpr | undefined` under
 * noUncheckedIndexedAccess, which `tsc --init` switches on. `col('price')` is an AnyExpr, with completions.
 */
export type Columns<R> = { readonly [C in keyof R]: string extends C ? any : ExprOf<R[C], 'column'> }

// Case --------------------------------------------------------------------------------------------------------------------

export interface Case<T, K extends Kind> {
  when<C extends Condition<Kind>, const V extends CaseValue<T>>(condition: C, value: V): Case<T | Kept<V>, K | KindOf<C> | KindOf<V>>
  otherwise<const V extends CaseValue<T>>(value: V): ExprOf<T | Kept<V>, K | KindOf<V>>
  /** NULL when no condition held. */
  end(): ExprOf<T | null, K>
}
export type Kept<V> = V extends { readonly '~type': infer T } ? T : V extends number ? number : V extends boolean ? boolean : V
export type CaseValue<T> = Widen<T> | null | Expr<Widen<T> | null, any>
