import type { TimeFunctionName } from '../../expr/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { toText } from './casts.ts'
import { guard } from './guards.ts'
import { arg, argType } from './numbers.ts'
import { once, onceAll } from './once.ts'
import { quoteText } from './text.ts'
import { typeName } from './types.ts'

const part =
  (name: string): Printer =>
  call =>
    `CAST(${name}(${arg(call, 0)}) AS ${typeName(call.node.type)})`

const micros: Readonly<Record<string, number>> = {
  week: 604_800_000_000,
  day: 86_400_000_000,
  hour: 3_600_000_000,
  minute: 60_000_000,
  second: 1_000_000,
  millisecond: 1_000,
  microsecond: 1,
}
const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }

function moment(call: Call, index: number): string {
  return argType(call, index) === 'date' ? `CAST(${arg(call, index)} AS TIMESTAMP)` : arg(call, index)
}

/** Whole units passed, sign kept. DuckDB's date_sub clamps the ends of months. */
function diff(call: Call): string {
  const unit = call.node.options?.unit ?? 'day'
  const [a, b] = [moment(call, 0), moment(call, 1)]
  const size = micros[unit]
  if (size !== undefined) return `CAST((epoch_us(${a}) - epoch_us(${b})) // ${size} AS ${typeName(call.node.type)})`
  const count = `((year(${a}) - year(${b})) * 12 + month(${a}) - month(${b}))`
  const rest = (x: string): string => `(epoch_us(${x}) - epoch_us(date_trunc('month', ${x})))`
  const whole = `(${count} - CASE WHEN ${count} > 0 AND ${rest(a)} < ${rest(b)} THEN 1 WHEN ${count} < 0 AND ${rest(a)} > ${rest(b)} THEN -1 ELSE 0 END)`
  return `CAST(${whole} // ${months[unit] ?? 1} AS ${typeName(call.node.type)})`
}

function plus(call: Call): string {
  const { amountMicros, amount, unit = 'day' } = call.node.options ?? {}
  const type = typeName(call.node.type)
  if (amountMicros !== undefined) return `CAST(${arg(call, 0)} + to_microseconds(CAST('${amountMicros}' AS BIGINT)) AS ${type})`
  // A number may come as an option or as a second argument.
  const count = call.args[1] ?? `CAST('${amount ?? 0}' AS BIGINT)`
  const inMonths = months[unit]
  if (inMonths !== undefined) return `CAST(${arg(call, 0)} + to_months(CAST(${count} * ${inMonths} AS INTEGER)) AS ${type})`
  return `CAST(${arg(call, 0)} + to_microseconds(CAST(${count} AS BIGINT) * ${micros[unit] ?? micros['day']}) AS ${type})`
}

function plusInterval(call: Call): string {
  const [x, by] = [arg(call, 0), arg(call, 1)]
  const type = argType(call, 0)
  if (type !== 'date') return type === 'interval' ? `(${x} + ${by})` : `CAST(${x} + ${by} AS ${typeName(call.node.type)})`
  return onceAll([x, by], (day = '', length = '') => {
    const failed = guard('expr.argument', {}, `'a day moves by whole days, not by ' || ${toText(length, 'interval')}`)
    return `CASE WHEN ${timeOf(length)} % 86400000000 = 0 THEN CAST(${day} + ${length} AS DATE) WHEN ${day} IS NOT NULL AND ${length} IS NOT NULL THEN ${failed} END`
  })
}

/** The microseconds of an interval, without its days and months. */
function timeOf(x: string): string {
  return `(datepart('hour', ${x}) * 3600000000 + datepart('minute', ${x}) * 60000000 + datepart('microsecond', ${x}))`
}

function since(call: Call): string {
  const [a, b] = [arg(call, 0), arg(call, 1)]
  return argType(call, 0) === 'date' ? `to_days(CAST(${a} - ${b} AS INTEGER))` : `to_microseconds(epoch_us(${a}) - epoch_us(${b}))`
}

const lengthPart =
  (name: string, after = ''): Printer =>
  call =>
    `CAST(datepart('${name}', ${arg(call, 0)})${after} AS BIGINT)`

/** The beginning of the span, also before 1970: `%` has the sign of the first. */
function bin(call: Call): string {
  const { amountMicros = '1', offsetMicros = '0' } = call.node.options ?? {}
  const x = `epoch_us(${arg(call, 0)})`
  const size = `CAST('${amountMicros}' AS BIGINT)`
  return `CAST(make_timestamp(${x} - (((${x} - CAST('${offsetMicros}' AS BIGINT)) % ${size}) + ${size}) % ${size}) AS ${typeName(call.node.type)})`
}

/** Whole seconds or milliseconds, rounded down also before 1970. */
function epoch(call: Call): string {
  const size = micros[call.node.options?.unit ?? 'second'] ?? 1_000_000
  const x = `epoch_us(${moment(call, 0)})`
  return `CAST((${x} - ((${x} % ${size}) + ${size}) % ${size}) // ${size} AS ${typeName(call.node.type)})`
}

/** What a clock in the zone shows. */
function wall(instant: string, zone: string): string {
  return zone === 'UTC' ? instant : `timezone(${quoteText(zone)}, CAST(${instant} AS TIMESTAMPTZ))`
}

/** As `instantOf` of the kernels: the offset a day before, else the one a day after, else (a skipped hour) the first again. */
function instantOf(value: string, zone: string): string {
  if (zone === 'UTC') return value
  return once(value, clock => {
    const by = (sign: '-' | '+'): string => {
      const near = `(${clock} ${sign} INTERVAL 1 DAY)`
      return `make_timestamp(epoch_us(${clock}) - (epoch_us(${wall(near, zone)}) - epoch_us(${near})))`
    }
    const [before, after] = [by('-'), by('+')]
    return `CASE WHEN ${wall(before, zone)} = ${clock} THEN ${before} WHEN ${wall(after, zone)} = ${clock} THEN ${after} ELSE ${before} END`
  })
}

const clockUnits: ReadonlySet<string> = new Set(['hour', 'minute', 'second', 'millisecond', 'microsecond'])

function truncate(call: Call): string {
  const { unit = 'day', timeZone = 'UTC' } = call.node.options ?? {}
  const type = typeName(call.node.type)
  if (timeZone === 'UTC') return `CAST(date_trunc(${quoteText(unit)}, ${arg(call, 0)}) AS ${type})`
  if (!clockUnits.has(unit))
    return `CAST(${instantOf(`CAST(date_trunc(${quoteText(unit)}, ${wall(arg(call, 0), timeZone)}) AS TIMESTAMP)`, timeZone)} AS ${type})`
  // Hours and less are cut off the instant, so that an hour that comes twice keeps its pass.
  return once(arg(call, 0), at => {
    const clock = wall(at, timeZone)
    return `make_timestamp(epoch_us(${at}) - (epoch_us(${clock}) - epoch_us(date_trunc(${quoteText(unit)}, ${clock}))))`
  })
}

/** A day that does not exist is our error and names its parts; years from 1 to 9999. */
function made(call: Call): string {
  const values = call.args.map(text => `CAST(${text} AS BIGINT)`)
  const ofDay = call.node.op === 'makeDate'
  return onceAll(values, (...names) => {
    const [year = '', , , hour = '', minute = '', second = ''] = names
    const day = `try(make_date(${names.slice(0, 3).join(', ')}))`
    const noDay = guard('expr.argument', {}, `'no day: ' || concat_ws('-', ${names.slice(0, 3).join(', ')})`)
    const known = names.map(name => `${name} IS NOT NULL`).join(' AND ')
    const sure = `CASE WHEN ${year} BETWEEN 1 AND 9999 THEN coalesce(${day}, ${noDay}) ELSE ${noDay} END`
    if (ofDay) return `CASE WHEN ${known} THEN ${sure} END`
    const noTime = guard('expr.argument', {}, `'no time of day: ' || concat_ws(':', ${names.slice(3).join(', ')})`)
    const inDay = `${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 AND ${second} BETWEEN 0 AND 59`
    return `CASE WHEN ${known} THEN CAST(${sure} AS TIMESTAMP) + CASE WHEN ${inDay} THEN to_microseconds(((${hour} * 60 + ${minute}) * 60 + ${second}) * 1000000) ELSE ${noTime} END END`
  })
}

export const times: Readonly<Record<TimeFunctionName, Printer>> = {
  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  week: part('week'),
  isoYear: part('isoyear'),
  day: part('day'),
  dayOfYear: part('dayofyear'),
  weekday: part('isodow'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  millisecond: call => `CAST(millisecond(${moment(call, 0)}) % 1000 AS BIGINT)`,
  microsecond: call => `CAST(microsecond(${moment(call, 0)}) % 1000000 AS BIGINT)`,
  isLeapYear: call => `(year(${arg(call, 0)}) % 4 = 0 AND (year(${arg(call, 0)}) % 100 <> 0 OR year(${arg(call, 0)}) % 400 = 0))`,
  daysInMonth: call => `CAST(day(last_day(${arg(call, 0)})) AS BIGINT)`,
  truncate,
  bin,
  diff,
  plus,
  plusInterval,
  since,
  negInterval: call => `(- ${arg(call, 0)})`,
  mulInterval: call => `(${arg(call, 0)} * CAST(${arg(call, 1)} AS BIGINT))`,
  years: lengthPart('year'),
  months: lengthPart('month'),
  days: lengthPart('day'),
  hours: lengthPart('hour'),
  minutes: lengthPart('minute'),
  // What DuckDB calls microseconds are those of the minute.
  seconds: lengthPart('microsecond', ' // 1000000'),
  microseconds: lengthPart('microsecond', ' % 1000000'),
  format: call => `strftime(${moment(call, 0)}, ${quoteText(call.node.options?.pattern ?? '%Y-%m-%d')})`,
  toDate: call => {
    const zone = call.node.options?.timeZone
    if (zone === undefined || zone === 'UTC') return `CAST(${arg(call, 0)} AS DATE)`
    return `CAST(timezone(${quoteText(zone)}, CAST(${arg(call, 0)} AS TIMESTAMPTZ)) AS DATE)`
  },
  epoch,
  fromEpoch: call => {
    const size = micros[call.node.options?.unit ?? 'second'] ?? 1_000_000
    return `make_timestamp(CAST(${arg(call, 0)} AS BIGINT) * ${size})`
  },
  inZone: call => wall(arg(call, 0), call.node.options?.timeZone ?? 'UTC'),
  atZone: call => instantOf(arg(call, 0), call.node.options?.timeZone ?? 'UTC'),
  makeDate: made,
  makeDatetime: made,
}
