/** Declared schemas: `{ price: 'float64', city: 'string?', tags: list('string') }`. */
import type { CalendarDate, Decimal, Interval, LocalDateTime, TimeOfDay, Timestamp } from './values.ts'
import type { DataType } from './data-type.ts'

export type TimeUnit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond' | 'microsecond'
/** `'250ms'`, `'10s'`, `'5m'`, `'1h'`, `'7d'`. */
export type Duration = `${number}${'us' | 'ms' | 's' | 'm' | 'h' | 'd'}`

/** Type name in a schema or a cast -> the TypeScript value a row holds. */
export interface Types {
  boolean: boolean
  /** -128 to 127. Numbers narrower than 32 bits, and uint32, calculate as int64. */
  int8: number
  int16: number
  int32: number
  /** Read as a number; a value beyond 2^53 is an error that names `bigint`. */
  int64: number
  /** int64 for keys and counters that really pass 2^53. */
  bigint: bigint
  uint8: number
  uint16: number
  uint32: number
  /** 0 to 2^64 - 1. */
  uint64: bigint
  /** Single precision; calculates as float64. */
  float32: number
  float64: number
  decimal: Decimal
  string: string
  /** JSON text. */
  json: string
  /** `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`, in small letters. */
  uuid: string
  bytes: Uint8Array
  date: CalendarDate
  /** A time of day without a zone. */
  time: TimeOfDay
  /** A wall clock without a time zone: what a clock on some wall showed. Never shifted. */
  datetime: LocalDateTime
  /** An instant. */
  timestamp: Timestamp
  interval: Interval
}
export type TypeName = keyof Types
/** What a function of the user may give for a value: an instant may be a plain Date. */
export type Given<T> = T extends Timestamp ? Date : T
/** A row that a function of the user gives. */
export type GivenRow<R> = { readonly [C in keyof R]: Given<R[C]> }

/** A field that a plain type name cannot say: a list, a struct, a map, an enumeration. */
export interface FieldType<out T> {
  readonly '~value': T
  /** @internal */
  readonly '~data': { readonly type: DataType; readonly nullable: boolean }
  nullable(): FieldType<T | null>
}
/** `'decimal(18,2)'`; plain `'decimal'` is `'decimal(38,9)'`. */
export type DecimalName = `decimal(${number},${number})`
export type FieldSpec = TypeName | `${TypeName}?` | DecimalName | `${DecimalName}?` | FieldType<unknown>
export interface SchemaSpec {
  readonly [column: string]: FieldSpec
}
export type FieldValue<F> = F extends TypeName
  ? Types[F]
  : F extends `${infer N extends TypeName}?`
    ? Types[N] | null
    : F extends DecimalName
      ? Decimal
      : F extends `${DecimalName}?`
        ? Decimal | null
        : F extends FieldType<infer T>
          ? T
          : never

/** The part of the Standard Schema interface (version 1) that types need; zod, valibot and arktype objects satisfy it. */
export interface StandardSchema<out Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => unknown
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

export type SchemaLike = SchemaSpec | StandardSchema
/** The row type of a declared schema or of a Standard Schema. An optional property becomes a nullable column. */
export type Row<S> =
  S extends StandardSchema<infer O>
    ? { -readonly [K in keyof O]-?: undefined extends O[K] ? Exclude<O[K], undefined> | null : O[K] }
    : { -readonly [K in keyof S]: FieldValue<S[K]> }
