/** Functions of days and moments, UTC. */
import { TidemillError } from '../errors/index.ts'
import type { CallNode, TimeFunctionName } from '../expr/index.ts'
import { civilOf, daysOfCivil } from '../schema/index.ts'
import { floorDivide } from './cast.ts'
import { lengths } from './intervals.ts'
import { type Kernel, perRow } from './kernel.ts'
import { fromMicros, microsOf, type Moment, momentOf, plusMonths } from './moments.ts'
import { dayMicros, type Raw } from './vector.ts'
import { instantOf, wallClock } from './zones.ts'

const unitMicros: Readonly<Record<string, bigint>> = {
  week: 604_800_000_000n,
  day: dayMicros,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1_000n,
  microsecond: 1n,
}
const unitMonths: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }

function part(read: (moment: Moment) => number): Kernel {
  return perRow(() => (value: Raw) => BigInt(read(momentOf(value))))
}

function weekdayOf(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1
}

export const times: Readonly<Record<TimeFunctionName, Kernel>> = {
  year: part(({ days }) => civilOf(days).year),
  quarter: part(({ days }) => Math.ceil(civilOf(days).month / 3)),
  month: part(({ days }) => civilOf(days).month),
  week: part(({ days }) => isoWeek(days).week),
  isoYear: part(({ days }) => isoWeek(days).year),
  day: part(({ days }) => civilOf(days).day),
  dayOfYear: part(({ days }) => days - daysOfCivil(civilOf(days).year, 1, 1) + 1),
  weekday: part(({ days }) => weekdayOf(days)),
  hour: part(({ micros }) => Math.floor(micros / 3_600_000_000)),
  minute: part(({ micros }) => Math.floor(micros / 60_000_000) % 60),
  second: part(({ micros }) => Math.floor(micros / 1_000_000) % 60),
  millisecond: part(({ micros }) => Math.floor(micros / 1_000) % 1_000),
  microsecond: part(({ micros }) => micros % 1_000_000),
  isLeapYear: perRow(() => (value: Raw) => yearLength(civilOf(momentOf(value).days).year) === 366),
  daysInMonth: part(({ days }) => {
    const { year, month } = civilOf(days)
    return monthLength(year, month)
  }),
  truncate: perRow(node => {
    const unit = unitOf(node)
    const zone = node.options?.timeZone
    if (zone === undefined || zone === 'UTC') return (value: Raw) => fromMicros(truncateTo(value, unit), node.type)
    const [clock, back] = [wallClock(zone), instantOf(zone)]
    // Hours and less are cut off the instant, so that an hour that comes twice keeps its pass.
    if (clockUnits.has(unit)) return (value: Raw) => (value as bigint) - sinceUnit(clock(value as bigint), unit)
    return (value: Raw) => fromMicros(back(truncateTo(clock(value as bigint), unit)), node.type)
  }),
  bin: perRow(node => {
    const size = BigInt(node.options?.amountMicros ?? 1)
    const offset = BigInt(node.options?.offsetMicros ?? 0)
    return (value: Raw) => fromMicros(floorDivide(microsOf(value) - offset, size) * size + offset, node.type)
  }),
  diff: perRow(node => {
    const unit = unitOf(node)
    const months = unitMonths[unit]
    if (months !== undefined) return (a: Raw, b: Raw) => BigInt(Math.trunc(wholeMonths(momentOf(a), momentOf(b)) / months))
    const size = unitMicros[unit] ?? dayMicros
    return (a: Raw, b: Raw) => (microsOf(a) - microsOf(b)) / size
  }),
  plus: perRow(node => {
    const { amountMicros, amount = 0 } = node.options ?? {}
    if (amountMicros !== undefined) return (value: Raw) => fromMicros(microsOf(value) + BigInt(amountMicros), node.type)
    const unit = unitOf(node)
    const months = unitMonths[unit]
    const size = unitMicros[unit] ?? dayMicros
    return (value: Raw, count: Raw = amount) =>
      months === undefined
        ? fromMicros(microsOf(value) + BigInt(count as number | bigint) * size, node.type)
        : plusMonths(value, Number(count) * months, node.type)
  }),
  ...lengths,
  format: perRow(({ options }) => {
    const pattern = options?.pattern ?? '%Y-%m-%d'
    return (value: Raw) => formatMoment(momentOf(value), pattern)
  }),
  toDate: perRow(({ options }) => {
    const clock = wallClock(options?.timeZone ?? 'UTC')
    return (value: Raw) => momentOf(clock(value as bigint)).days
  }),
  epoch: perRow(({ options }) => {
    const size = epochUnits[options?.unit ?? 'second'] ?? 1_000_000n
    return (value: Raw) => floorDivide(microsOf(value), size)
  }),
  fromEpoch: perRow(node => {
    const size = epochUnits[node.options?.unit ?? 'second'] ?? 1_000_000n
    return (value: Raw) => fromMicros(BigInt(value as bigint | number) * size, node.type)
  }),
  inZone: perRow(({ options }) => wallClock(options?.timeZone ?? 'UTC')),
  atZone: perRow(({ options }) => instantOf(options?.timeZone ?? 'UTC')),
  makeDate: perRow(() => (year: Raw, month: Raw, day: Raw) => dayOf(Number(year), Number(month), Number(day))),
  makeDatetime: perRow(() => (...parts: readonly Raw[]) => {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
    const days = dayOf(year, month, day)
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
      throw new TidemillError('expr.argument', `no time of day: ${hour}:${minute}:${second}`)
    return BigInt(days) * dayMicros + BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n
  }),
}

const epochUnits: Readonly<Record<string, bigint>> = { second: 1_000_000n, millisecond: 1_000n, microsecond: 1n, day: dayMicros }
const clockUnits: ReadonlySet<string> = new Set(['hour', 'minute', 'second', 'millisecond', 'microsecond'])

function sinceUnit(micros: bigint, unit: string): bigint {
  return micros - truncateTo(micros, unit)
}

/** A day that exists; years from 1 to 9999. */
function dayOf(year: number, month: number, day: number): number {
  if (year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month))
    return daysOfCivil(year, month, day)
  throw new TidemillError('expr.argument', `no day: ${year}-${month}-${day}`)
}

function monthLength(year: number, month: number): number {
  return (month === 12 ? daysOfCivil(year + 1, 1, 1) : daysOfCivil(year, month + 1, 1)) - daysOfCivil(year, month, 1)
}

function yearLength(year: number): number {
  return daysOfCivil(year + 1, 1, 1) - daysOfCivil(year, 1, 1)
}

/** The week that holds the Thursday, in the year of that Thursday. */
function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - weekdayOf(days) + 4
  const { year } = civilOf(thursday)
  return { year, week: Math.floor((thursday - daysOfCivil(year, 1, 1)) / 7) + 1 }
}

function unitOf(node: CallNode): string {
  const unit = node.options?.unit ?? 'day'
  if (unit in unitMicros || unit in unitMonths) return unit
  throw new TidemillError(
    'expr.argument',
    `unknown unit: ${unit} (have ${[...Object.keys(unitMonths), ...Object.keys(unitMicros)].join(', ')})`,
  )
}

function truncateTo(value: Raw, unit: string): bigint {
  const months = unitMonths[unit]
  if (months !== undefined) {
    const { year, month } = civilOf(momentOf(value).days)
    return BigInt(daysOfCivil(year, month - ((month - 1) % months), 1)) * dayMicros
  }
  if (unit === 'week') {
    const { days } = momentOf(value)
    return BigInt(days - weekdayOf(days) + 1) * dayMicros
  }
  const size = unitMicros[unit] ?? dayMicros
  return floorDivide(microsOf(value), size) * size
}

/** Months passed: one has passed when its day and time are reached. */
function wholeMonths(a: Moment, b: Moment): number {
  const [x, y] = [civilOf(a.days), civilOf(b.days)]
  const count = (x.year - y.year) * 12 + x.month - y.month
  const rest = (x.day - y.day) * 86_400_000_000 + a.micros - b.micros
  if (count > 0 && rest < 0) return count - 1
  return count < 0 && rest > 0 ? count + 1 : count
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function formatMoment({ days, micros }: Moment, pattern: string): string {
  const { year, month, day } = civilOf(days)
  const pad = (value: number, width: number): string => String(value).padStart(width, '0')
  const monthName = monthNames[month - 1] ?? ''
  const dayName = dayNames[weekdayOf(days) - 1] ?? ''
  return pattern.replace(/%(.)/g, (whole, letter: string) => {
    switch (letter) {
      case 'Y':
        return year < 0 ? `-${pad(-year, 4)}` : pad(year, 4)
      case 'm':
        return pad(month, 2)
      case 'd':
        return pad(day, 2)
      case 'H':
        return pad(Math.floor(micros / 3_600_000_000), 2)
      case 'M':
        return pad(Math.floor(micros / 60_000_000) % 60, 2)
      case 'S':
        return pad(Math.floor(micros / 1_000_000) % 60, 2)
      case 'f':
        return pad(micros % 1_000_000, 6)
      case 'y':
        return pad(((year % 100) + 100) % 100, 2)
      case 'j':
        return pad(days - daysOfCivil(year, 1, 1) + 1, 3)
      case 'b':
        return monthName.slice(0, 3)
      case 'B':
        return monthName
      case 'a':
        return dayName.slice(0, 3)
      case 'A':
        return dayName
      case '%':
        return '%'
      default:
        throw new TidemillError('expr.argument', `unknown part of a pattern: ${whole} (have %Y %m %d %H %M %S %f %y %j %b %B %a %A %%)`)
    }
  })
}
