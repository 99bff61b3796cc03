/** Times of day, wall clocks and intervals as text, and intervals as one number. */
import { civilOf } from './civil.ts'

const dayMicros = 86_400_000_000n

/** Microseconds of a day as `10:30:00.25`, without a fraction where there is none. */
export function clockText(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n)
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return fraction === '' ? clock : `${clock}.${fraction}`
}

/** Microseconds since 1970 as `2026-11-21T10:30:00.25`, without a zone, for every year. */
export function momentText(micros: bigint): string {
  const inDay = ((micros % dayMicros) + dayMicros) % dayMicros
  return `${dayText(Number((micros - inDay) / dayMicros))}T${clockText(inDay)}`
}

/** A day since 1970 as `2026-11-21`; `-0044-03-15` before the year 0, `12026-01-01` after 9999. */
export function dayText(days: number): string {
  const { year, month, day } = civilOf(days)
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}

/** Months, days and microseconds, each with its sign. */
export interface IntervalParts {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/** An interval as batches keep it: microseconds above 64 bits of days above months. */
export function packInterval({ months, days, micros }: IntervalParts): bigint {
  return (micros << 64n) | (BigInt.asUintN(32, BigInt(days)) << 32n) | BigInt.asUintN(32, BigInt(months))
}

/** What `packInterval` was given. */
export function unpackInterval(packed: bigint): IntervalParts {
  return {
    months: Number(BigInt.asIntN(32, packed)),
    days: Number(BigInt.asIntN(32, packed >> 32n)),
    micros: packed >> 64n,
  }
}

/** A length by which intervals are compared: a month is 30 days, a day 24 hours, as in SQL. */
export function intervalLength(packed: bigint): bigint {
  const { months, days, micros } = unpackInterval(packed)
  return (BigInt(months) * 30n + BigInt(days)) * dayMicros + micros
}

/** ISO 8601: `P1Y2M3DT4H5M6.5S`; parts may have a sign of their own. An empty interval is `PT0S`. */
export function intervalText({ months, days, micros }: IntervalParts): string {
  const years = Math.trunc(months / 12)
  const hours = micros / 3_600_000_000n
  const minutes = (micros % 3_600_000_000n) / 60_000_000n
  const rest = micros % 60_000_000n
  const part = (value: number | bigint, unit: string): string => (Number(value) === 0 ? '' : `${value}${unit}`)
  const date = `${part(years, 'Y')}${part(months % 12, 'M')}${part(days, 'D')}`
  const clock = `${part(hours, 'H')}${part(minutes, 'M')}${rest === 0n ? '' : `${secondsText(rest)}S`}`
  if (date === '' && clock === '') return 'PT0S'
  return clock === '' ? `P${date}` : `P${date}T${clock}`
}

function secondsText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros
  const fraction = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${micros < 0n ? '-' : ''}${size / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`
}

const isoInterval =
  /^P(?=[-+0-9T])(?:([-+]?\d{1,9})Y)?(?:([-+]?\d{1,10})M)?(?:([-+]?\d{1,10})W)?(?:([-+]?\d{1,10})D)?(?:T(?=[-+0-9])(?:([-+]?\d{1,10})H)?(?:([-+]?\d{1,12})M)?(?:([-+]?)(\d{1,13})(?:\.(\d{1,6}))?S)?)?$/

/** An ISO 8601 duration as months, days and microseconds; undefined for other texts, and beyond 32 bits of months or days. */
export function parseInterval(text: string): IntervalParts | undefined {
  const found = isoInterval.exec(text)
  if (found === null) return undefined
  const [years, months, weeks, days, hours, minutes] = found.slice(1, 7).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const [, , , , , , , sign = '', seconds = '0', fraction = ''] = found
  const size = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  const made = {
    months: years * 12 + months,
    days: weeks * 7 + days,
    micros: BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n + (sign === '-' ? -size : size),
  }
  const fits = made.months === (made.months | 0) && made.days === (made.days | 0) && BigInt.asIntN(64, made.micros) === made.micros
  return fits ? { ...made, months: made.months | 0, days: made.days | 0 } : undefined
}
