// oxlint-disable typescript/no-explicit-any -- `any` is a kind here that fits every constraint, so that a mistake is one error and not two
/** What functions of values are to the compiler: the families of values extend these. */
import type {
  CalendarDate,
  DecimalName,
  FieldType,
  FieldValue,
  Interval,
  LocalDateTime,
  Null,
  TimeUnit,
  TypeName,
} from '../schema/index.ts'
import type {
  Arith,
  BooleanExpr,
  BytesExpr,
  DateExpr,
  Exact,
  Expr,
  ExprOf,
  IntervalExpr,
  Kind,
  KindOf,
  ListExpr,
  NullOf,
  NumberExpr,
  Operand,
  Text,
  TextExpr,
  TimestampExpr,
} from './types.ts'

/** Parts, units and formats in a time zone; without one in UTC, and a wall clock as it is. */
export interface InZone {
  readonly timeZone?: string
}
/** What becomes of a text that cannot be read: an error, or NULL. */
export interface WhenInvalid {
  readonly invalid?: 'error' | 'null'
}

/** What every value can do. */
export interface ValueScalars<T, K extends Kind> {
  /** One of the values, or an item of a list beside it. */
  in(values: readonly Exclude<T, null>[]): BooleanExpr<boolean | Null<T>, K>
  in<const L extends Expr<readonly T[] | readonly Exclude<T, null>[] | null, any>>(
    list: L,
  ): BooleanExpr<boolean | Null<T> | NullOf<L>, K | KindOf<L>>
  /** NULL where it equals the other: `r.age.nullIf(-1)`. */
  nullIf<const O extends Operand<T>>(other: O): ExprOf<T | null, K | KindOf<O>>
  /** A whole number from 0 to 2^52 - 1 of the value's text, the same on every engine and in every version; `mod` deals rows to buckets. */
  hash(options?: { readonly seed?: number }): NumberExpr<number | Null<T>, K>
}

/** What numbers can do. */
export interface NumberScalars<T, K extends Kind> {
  /** -1, 0 or 1; NaN of NaN. */
  sign(): NumberExpr<number | Null<T>, K>
  /** Towards zero. */
  trunc(): NumberExpr<Exact<T> | Null<T>, K>
  cbrt(): NumberExpr<number | Null<T>, K>
  log2(): NumberExpr<number | Null<T>, K>
  log10(): NumberExpr<number | Null<T>, K>
  /** Of radians. */
  sin(): NumberExpr<number | Null<T>, K>
  cos(): NumberExpr<number | Null<T>, K>
  tan(): NumberExpr<number | Null<T>, K>
  /** In radians; NaN outside -1 to 1. */
  asin(): NumberExpr<number | Null<T>, K>
  acos(): NumberExpr<number | Null<T>, K>
  atan(): NumberExpr<number | Null<T>, K>
  /** The angle of the point (x, y): `r.y.atan2(r.x)`. */
  atan2<const O extends Arith<T>>(x: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  sinh(): NumberExpr<number | Null<T>, K>
  cosh(): NumberExpr<number | Null<T>, K>
  tanh(): NumberExpr<number | Null<T>, K>
  asinh(): NumberExpr<number | Null<T>, K>
  acosh(): NumberExpr<number | Null<T>, K>
  atanh(): NumberExpr<number | Null<T>, K>
  hypot<const O extends Arith<T>>(other: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  /** Of radians. */
  degrees(): NumberExpr<number | Null<T>, K>
  /** Of degrees. */
  radians(): NumberExpr<number | Null<T>, K>
  /** The quotient rounded down, of integers an integer: -7 by 2 is -4. */
  floorDiv<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  isFinite(): BooleanExpr<boolean | Null<T>, K>
  isInfinite(): BooleanExpr<boolean | Null<T>, K>
  /** Of integers. */
  bitAnd<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  bitOr<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  bitXor<const O extends Arith<T>>(other: O): NumberExpr<Exact<T> | Null<T> | NullOf<O>, K | KindOf<O>>
  bitNot(): NumberExpr<Exact<T> | Null<T>, K>
  /** Times 2 to the power of `bits`; a result outside the type is an error. */
  shiftLeft(bits: number): NumberExpr<Exact<T> | Null<T>, K>
  /** By 2 to the power of `bits`, rounded down. */
  shiftRight(bits: number): NumberExpr<Exact<T> | Null<T>, K>
  /** The character of a code point. */
  toChar(): TextExpr<string | Null<T>, K>
  /** The instant so many units after 1970. */
  fromEpoch(unit: 'second' | 'millisecond' | 'microsecond' | 'day'): TimestampExpr<Date | Null<T>, K>
}

/** What texts can do. */
export interface TextScalars<T, K extends Kind> {
  /** Without blanks at both ends, or without any of these characters. */
  trim(chars?: string): TextExpr<string | Null<T>, K>
  trimStart(chars?: string): TextExpr<string | Null<T>, K>
  trimEnd(chars?: string): TextExpr<string | Null<T>, K>
  /** Filled up to a width in code points; a longer text stays as it is. */
  padStart(width: number, fill?: string): TextExpr<string | Null<T>, K>
  padEnd(width: number, fill?: string): TextExpr<string | Null<T>, K>
  repeat(times: number): TextExpr<string | Null<T>, K>
  reverse(): TextExpr<string | Null<T>, K>
  /** The code point, from 0, where the part stands first; -1 when it is not there. */
  indexOf<const O extends Text>(part: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  /** A pattern of SQL for the whole text: `%` any text, `_` one character, `\` takes the next as it is. */
  like<const O extends Text>(pattern: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  /** The same, capital and small letters alike. */
  ilike<const O extends Text>(pattern: O): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  /** How often a text stands in it, or a pattern matches. */
  countMatches(pattern: string | RegExp): NumberExpr<number | Null<T>, K>
  /** The group of every match. */
  extractAll(pattern: RegExp, group?: number): ListExpr<string[] | Null<T>, K>
  /** One part of a split, from 0, from the end when negative; NULL when there are fewer. */
  splitPart(separator: string, index: number): TextExpr<string | null, K>
  /** The first letter capital, the others small. */
  capitalize(): TextExpr<string | Null<T>, K>
  /** The same for each word. */
  title(): TextExpr<string | Null<T>, K>
  /** A normal form of Unicode; NFC unless said. */
  normalize(form?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): TextExpr<string | Null<T>, K>
  stripAccents(): TextExpr<string | Null<T>, K>
  /** The least number of characters to put in, leave out or change; an error where the lengths have a product above 100 million. */
  levenshtein<const O extends Text>(other: O): NumberExpr<number | Null<T> | NullOf<O>, K | KindOf<O>>
  /** The number of the first character; NULL of an empty text. */
  codePoint(): NumberExpr<number | null, K>
  /** A part of an address, empty when it has none. */
  urlPart(part: 'scheme' | 'host' | 'port' | 'path' | 'query' | 'fragment'): TextExpr<string | null, K>
  /** A parameter of an address as it is written there; NULL when it has none of the name. */
  urlParameter(name: string): TextExpr<string | null, K>
  /** The value at a path of JSON text: `r.body.json('$.user.id', { as: 'int64' })`. As text without `as`; NULL for null and for what is not there. */
  json(path: string, options?: WhenInvalid): TextExpr<string | null, K>
  json<const N extends TypeName | DecimalName | FieldType<unknown>>(
    path: string,
    options: WhenInvalid & { readonly as: N },
  ): ExprOf<FieldValue<N> | null, K>
  /** Read by a strptime pattern: `r.day.toDate('%d/%m/%Y')`. */
  toDate(pattern: string, options?: WhenInvalid & { readonly invalid?: 'error' }): DateExpr<CalendarDate | Null<T>, K>
  toDate(pattern: string, options: { readonly invalid: 'null' }): DateExpr<CalendarDate | null, K>
  /** The same with a time; in UTC, or with the offset `%z`. */
  toTimestamp(pattern: string, options?: { readonly invalid?: 'error' }): TimestampExpr<Date | Null<T>, K>
  toTimestamp(pattern: string, options: { readonly invalid: 'null' }): TimestampExpr<Date | null, K>
  /** The same as a wall clock. */
  toDatetime(pattern: string, options?: { readonly invalid?: 'error' }): TimestampExpr<LocalDateTime | Null<T>, K>
  toDatetime(pattern: string, options: { readonly invalid: 'null' }): TimestampExpr<LocalDateTime | null, K>
  /** In UTF-8. */
  toBytes(): BytesExpr<Uint8Array | Null<T>, K>
  fromHex(): BytesExpr<Uint8Array | Null<T>, K>
  fromBase64(): BytesExpr<Uint8Array | Null<T>, K>
  md5(): TextExpr<string | Null<T>, K>
  sha256(): TextExpr<string | Null<T>, K>
}

/** What bytes can do. */
export interface BytesScalars<T, K extends Kind> {
  /** The text that they are in UTF-8. */
  toText(): TextExpr<string | Null<T>, K>
  byteLength(): NumberExpr<number | Null<T>, K>
  toHex(): TextExpr<string | Null<T>, K>
  toBase64(): TextExpr<string | Null<T>, K>
  md5(): TextExpr<string | Null<T>, K>
  sha256(): TextExpr<string | Null<T>, K>
}

/** What days, instants and wall clocks can do. */
export interface DateScalars<T, K extends Kind> {
  year(options?: InZone): NumberExpr<number | Null<T>, K>
  quarter(options?: InZone): NumberExpr<number | Null<T>, K>
  month(options?: InZone): NumberExpr<number | Null<T>, K>
  /** Week of ISO 8601. */
  week(options?: InZone): NumberExpr<number | Null<T>, K>
  /** The year that the ISO week belongs to. */
  isoYear(options?: InZone): NumberExpr<number | Null<T>, K>
  day(options?: InZone): NumberExpr<number | Null<T>, K>
  dayOfYear(options?: InZone): NumberExpr<number | Null<T>, K>
  /** Monday is 1. */
  weekday(options?: InZone): NumberExpr<number | Null<T>, K>
  isLeapYear(options?: InZone): BooleanExpr<boolean | Null<T>, K>
  daysInMonth(options?: InZone): NumberExpr<number | Null<T>, K>
  /** The beginning of the unit. */
  truncate(unit: TimeUnit, options?: InZone): ExprOf<T, K>
  /** The last day, or the last microsecond, of the unit. */
  endOf(unit: Exclude<TimeUnit, 'microsecond'>, options?: InZone): ExprOf<T, K>
  format(pattern: string, options?: InZone): TextExpr<string | Null<T>, K>
}

/** What instants and wall clocks can do. */
export interface TimestampScalars<T, K extends Kind> {
  hour(options?: InZone): NumberExpr<number | Null<T>, K>
  minute(options?: InZone): NumberExpr<number | Null<T>, K>
  second(options?: InZone): NumberExpr<number | Null<T>, K>
  /** Of the second. */
  millisecond(): NumberExpr<number | Null<T>, K>
  microsecond(): NumberExpr<number | Null<T>, K>
  toDate(timeZone?: string): DateExpr<CalendarDate | Null<T>, K>
  epoch(unit: 'second' | 'millisecond' | 'microsecond'): NumberExpr<number | Null<T>, K>
  /** What a clock in the time zone shows at the instant. */
  inZone(this: Expr<Date | null>, timeZone: string): TimestampExpr<LocalDateTime | Null<T>, K>
  /**
   * The instant at which a clock in the time zone shows this. An hour that comes twice means its first pass; one that is skipped is read with the offset before
   * it: 02:30 becomes 03:30.
   */
  atZone(this: Expr<LocalDateTime | null>, timeZone: string): TimestampExpr<Date | Null<T>, K>
}

/** What times of day can do. */
export interface ClockScalars<T, K extends Kind> {
  hour(): NumberExpr<number | Null<T>, K>
  minute(): NumberExpr<number | Null<T>, K>
  second(): NumberExpr<number | Null<T>, K>
  /** Of the second. */
  millisecond(): NumberExpr<number | Null<T>, K>
  microsecond(): NumberExpr<number | Null<T>, K>
}

/** What intervals can do. */
export interface IntervalScalars<T, K extends Kind> {
  /** Each part with that of the other. */
  plus<const O extends Interval | Expr<Interval | null, any>>(other: O): IntervalExpr<Interval | Null<T> | NullOf<O>, K | KindOf<O>>
  minus<const O extends Interval | Expr<Interval | null, any>>(other: O): IntervalExpr<Interval | Null<T> | NullOf<O>, K | KindOf<O>>
  /** So many times, a whole number. */
  mul<const O extends number | Expr<number | null, any>>(times: O): IntervalExpr<Interval | Null<T> | NullOf<O>, K | KindOf<O>>
  neg(): IntervalExpr<Interval | Null<T>, K>
  /** Whole years of its months. */
  years(): NumberExpr<number | Null<T>, K>
  /** Beside the whole years. */
  months(): NumberExpr<number | Null<T>, K>
  /** Its hours are no days. */
  days(): NumberExpr<number | Null<T>, K>
  /** Whole hours of its time, which can be more than 24. */
  hours(): NumberExpr<number | Null<T>, K>
  /** Beside the whole hours. */
  minutes(): NumberExpr<number | Null<T>, K>
  /** Whole ones, beside the whole minutes. */
  seconds(): NumberExpr<number | Null<T>, K>
  /** Beside the whole seconds. */
  microseconds(): NumberExpr<number | Null<T>, K>
}

type KeyOf<T> = T extends ReadonlyMap<infer Key, unknown> ? Key : never
type InMap<T> = T extends ReadonlyMap<unknown, infer V> ? V : never
/** What maps can do. */
export interface MapScalars<T, K extends Kind> {
  /** The value of a key; NULL when it is not there. */
  get<const O extends Operand<KeyOf<T>>>(key: O): ExprOf<InMap<T> | null, K | KindOf<O>>
  keys(): ListExpr<KeyOf<T>[] | Null<T>, K>
  values(): ListExpr<InMap<T>[] | Null<T>, K>
}

export type Item<T> = T extends readonly (infer E)[] ? E : never
type Sum<T> = [Exclude<T, null>] extends [bigint] ? bigint : Exact<T>

/** What lists can do. */
export interface ListScalars<T, K extends Kind> {
  /** From item `start` up to `end`, which is left out; negative ones count from the end. */
  slice(start: number, end?: number): ListExpr<T, K>
  reverse(): ListExpr<T, K>
  /** NULL items last. */
  sort(options?: { readonly descending?: boolean }): ListExpr<T, K>
  /** Each item once, where it stands first. */
  distinct(): ListExpr<T, K>
  /** The items for which the condition is true. */
  filter(condition: (item: ExprOf<Item<T>, 'column'>) => Expr<boolean | null, any>): ListExpr<T, K>
  concat<const O extends readonly Item<T>[] | Expr<readonly Item<T>[] | null, any>>(other: O): ListExpr<T | NullOf<O>, K | KindOf<O>>
  append<const O extends Operand<Item<T>>>(item: O): ListExpr<(Item<T> | NullOf<O>)[] | Null<T>, K | KindOf<O>>
  /** The place of the item, from 0; -1 when it is not there. */
  indexOf(item: Exclude<Item<T>, null>): NumberExpr<number | Null<T>, K>
  containsAny<const O extends readonly Item<T>[] | Expr<readonly Item<T>[] | null, any>>(
    others: O,
  ): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  containsAll<const O extends readonly Item<T>[] | Expr<readonly Item<T>[] | null, any>>(
    others: O,
  ): BooleanExpr<boolean | Null<T> | NullOf<O>, K | KindOf<O>>
  flatten(this: Expr<readonly (readonly unknown[] | null)[] | null>): ListExpr<Exclude<Item<T>, null> | Null<T>, K>
  /** Of a list of numbers, without NULLs; NULL of none. */
  sumItems(): NumberExpr<Sum<Item<T>> | null, K>
  meanItems(): NumberExpr<number | null, K>
  minItems(): ExprOf<Item<T> | null, K>
  maxItems(): ExprOf<Item<T> | null, K>
  /** One item is true; NULL of none. */
  anyItem(this: Expr<readonly (boolean | null)[] | null>): BooleanExpr<boolean | null, K>
  allItems(this: Expr<readonly (boolean | null)[] | null>): BooleanExpr<boolean | null, K>
}
