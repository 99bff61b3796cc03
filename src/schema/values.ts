/** Values that JavaScript has no type for. */
import { civilOf } from './civil.ts'

/** An instant in microseconds UTC. It is a `Date`, so charts and formatters take it; `epochMicros` keeps what a Date drops. */
export interface Timestamp extends Date {
  readonly epochMicros: bigint
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
  const day = new Date(0)
  day.setUTCFullYear(date.year, date.month - 1, date.day)
  return Math.round(day.getTime() / 86_400_000)
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
  return typeof value === 'object' && value !== null && 'year' in value && 'month' in value && 'day' in value
}

/** True for what `decimal` made, also in another copy of the package. */
export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'object' && value !== null && 'unscaled' in value && 'scale' in value
}
