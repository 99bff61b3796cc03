/** Values that JavaScript has no type for. */
import { civilOf, daysOfCivil } from './civil.ts'
import { clockText, type IntervalParts, intervalText, momentText } from './times.ts'

/** An instant in microseconds UTC. It is a `Date`, so charts and formatters take it; `epochMicros` keeps what a Date drops. */
export interface Timestamp extends Date {
  readonly epochMicros: bigint
  /** `2026-11-21T10:30:00.123456Z`: with its microseconds, unlike a Date. */
  toJSON(): string
}

/** A day without a time zone. */
export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
  /** `2026-11-21` */
  toString(): string
  toJSON(): string
}

/** A time of day without a zone, to the microsecond. */
export interface TimeOfDay {
  /** 0 to 23; 24 only as 24:00:00, the end of a day. */
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  /** `10:30:00.25` */
  toString(): string
  toJSON(): string
}

/** What a clock on the wall showed: a day and a time without a zone. It is no instant, and no zone ever shifts it. */
export interface LocalDateTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  /** `2026-11-21T10:30:00.25`, without `Z`. */
  toString(): string
  toJSON(): string
}

/** A length of time in parts that do not turn into each other: a month has no fixed number of days, a day with a change of clocks not 24 hours. */
export interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
  /** ISO 8601: `P1Y2M3DT4H5M6.5S` */
  toString(): string
  toJSON(): string
}

/** An exact decimal number: `unscaled` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly scale: number
  readonly unscaled: bigint
  toNumber(): number
  toString(): string
  toJSON(): string
}

class TimestampValue extends Date implements Timestamp {
  readonly epochMicros: bigint
  constructor(micros: bigint) {
    super(Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0))
    this.epochMicros = micros
  }
  override toJSON(): string {
    return `${momentText(this.epochMicros)}Z`
  }
}

/** The instant so many microseconds after 1970, UTC. */
export function timestampOf(micros: bigint): Timestamp {
  return new TimestampValue(micros)
}

/** Microseconds since 1970 of a Timestamp or of a plain Date. */
export function microsOf(date: Date): bigint {
  return 'epochMicros' in date ? (date as Timestamp).epochMicros : BigInt(date.getTime()) * 1000n
}

class CalendarDateValue implements CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
  constructor(year: number, month: number, day: number) {
    this.year = year
    this.month = month
    this.day = day
  }
  toString(): string {
    const sign = this.year < 0 ? '-' : ''
    return `${sign}${String(Math.abs(this.year)).padStart(4, '0')}-${String(this.month).padStart(2, '0')}-${String(this.day).padStart(2, '0')}`
  }
  toJSON(): string {
    return this.toString()
  }
}

/** A day from its parts; month and day count from 1. */
export function calendarDate(year: number, month: number, day: number): CalendarDate {
  return new CalendarDateValue(year, month, day)
}

/** The day so many days after 1970-01-01. */
export function dateOfDays(days: number): CalendarDate {
  const { year, month, day } = civilOf(days)
  return new CalendarDateValue(year, month, day)
}

/** Days since 1970-01-01. */
export function daysOf(date: CalendarDate): number {
  return daysOfCivil(date.year, date.month, date.day)
}

class TimeOfDayValue implements TimeOfDay {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  constructor(hour: number, minute: number, second: number, microsecond: number) {
    this.hour = hour
    this.minute = minute
    this.second = second
    this.microsecond = microsecond
  }
  toString(): string {
    return clockText(microsOfTime(this))
  }
  toJSON(): string {
    return this.toString()
  }
}

/** A time of day from its parts: `timeOfDay(10, 30)`. */
export function timeOfDay(hour: number, minute: number, second = 0, microsecond = 0): TimeOfDay {
  return new TimeOfDayValue(hour, minute, second, microsecond)
}

/** The time so many microseconds after midnight. */
export function timeOfMicros(micros: bigint): TimeOfDay {
  const rest = Number(micros)
  const seconds = Math.floor(rest / 1_000_000)
  return new TimeOfDayValue(Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, rest % 1_000_000)
}

/** Microseconds since midnight. */
export function microsOfTime({ hour, minute, second, microsecond }: Omit<TimeOfDay, 'toString' | 'toJSON'>): bigint {
  return BigInt(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond)
}

class LocalDateTimeValue implements LocalDateTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  constructor(days: number, micros: bigint) {
    const { year, month, day } = civilOf(days)
    const { hour, minute, second, microsecond } = timeOfMicros(micros)
    this.year = year
    this.month = month
    this.day = day
    this.hour = hour
    this.minute = minute
    this.second = second
    this.microsecond = microsecond
  }
  toString(): string {
    return momentText(microsOfLocal(this))
  }
  toJSON(): string {
    return this.toString()
  }
}

/** The wall clock so many microseconds after 1970-01-01T00:00:00 on that clock. */
export function localOfMicros(micros: bigint): LocalDateTime {
  const rest = ((micros % dayMicros) + dayMicros) % dayMicros
  return new LocalDateTimeValue(Number((micros - rest) / dayMicros), rest)
}

/** A wall clock from its parts; month and day count from 1: `localDateTime(2026, 11, 21, 10, 30)`. */
export function localDateTime(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, microsecond = 0): LocalDateTime {
  return new LocalDateTimeValue(daysOfCivil(year, month, day), microsOfTime({ hour, minute, second, microsecond }))
}

/** Microseconds since 1970-01-01T00:00:00 on the same clock. */
export function microsOfLocal(local: Omit<LocalDateTime, 'toString' | 'toJSON'>): bigint {
  return BigInt(daysOfCivil(local.year, local.month, local.day)) * dayMicros + microsOfTime(local)
}

const dayMicros = 86_400_000_000n

class IntervalValue implements Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
  constructor({ months, days, micros }: IntervalParts) {
    this.months = months
    this.days = days
    this.micros = micros
  }
  toString(): string {
    return intervalText(this)
  }
  toJSON(): string {
    return this.toString()
  }
}

/** An interval of months, days and microseconds: `interval({ months: 1, days: 2 })`. */
export function interval({ months = 0, days = 0, micros = 0n }: Partial<IntervalParts>): Interval {
  return new IntervalValue({ months, days, micros })
}

class MapValue<K, V> extends Map<K, V> {
  /** An object where all keys are texts, else pairs of key and value. */
  toJSON(): unknown {
    const pairs = [...this]
    if (pairs.every(([key]) => typeof key === 'string')) return Object.fromEntries(pairs.map(([key, value]) => [key, jsonValue(value)]))
    return pairs.map(([key, value]) => ({ key: jsonValue(key), value: jsonValue(value) }))
  }
}

/**
 * A value of a row as JSON can hold it without loss: bigints as digits, bytes as base64, NaN and the infinities by their names, also inside lists and objects. Values
 * with a `toJSON` stay.
 */
export function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (Array.isArray(value)) return value.map(jsonValue)
  if ('toJSON' in value) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonValue(part)]))
}

/** A `Map` that has a JSON form: an object where all keys are texts, else `[{ key, value }]`. */
export function mapOf<K, V>(pairs: Iterable<readonly [K, V]>): Map<K, V> {
  return new MapValue(pairs)
}

class DecimalValue implements Decimal {
  readonly unscaled: bigint
  readonly scale: number
  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }
  toNumber(): number {
    return Number(this.toString())
  }
  toString(): string {
    const digits = String(this.unscaled < 0n ? -this.unscaled : this.unscaled).padStart(this.scale + 1, '0')
    const whole = digits.slice(0, digits.length - this.scale)
    const sign = this.unscaled < 0n ? '-' : ''
    return this.scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(digits.length - this.scale)}`
  }
  toJSON(): string {
    return this.toString()
  }
}

/** `decimal(1234n, 2)` is 12.34. */
export function decimal(unscaled: bigint, scale: number): Decimal {
  return new DecimalValue(unscaled, scale)
}

/** True for what `calendarDate` made, also in another copy of the package. */
export function isCalendarDate(value: unknown): value is CalendarDate {
  return typeof value === 'object' && value !== null && 'year' in value && 'month' in value && 'day' in value && !('hour' in value)
}

/** True for what `timeOfDay` made, also in another copy of the package. */
export function isTimeOfDay(value: unknown): value is TimeOfDay {
  return typeof value === 'object' && value !== null && 'hour' in value && 'microsecond' in value && !('year' in value)
}

/** True for what `localDateTime` made, also in another copy of the package. */
export function isLocalDateTime(value: unknown): value is LocalDateTime {
  return typeof value === 'object' && value !== null && 'year' in value && 'day' in value && 'hour' in value && 'microsecond' in value
}

/** True for what `interval` made, also in another copy of the package. */
export function isInterval(value: unknown): value is Interval {
  return typeof value === 'object' && value !== null && 'months' in value && 'days' in value && 'micros' in value
}

/** True for what `decimal` made, also in another copy of the package. */
export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'object' && value !== null && 'unscaled' in value && 'scale' in value
}
