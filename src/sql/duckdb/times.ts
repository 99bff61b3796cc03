import type { TimeFunctionName } from '../../expr/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { arg, argType } from './numbers.ts'
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

/** The beginning of the span, also before 1970: `%` has the sign of the first. */
function bin(call: Call): string {
  const { amountMicros = '1', offsetMicros = '0' } = call.node.options ?? {}
  const x = `epoch_us(${arg(call, 0)})`
  const size = `CAST('${amountMicros}' AS BIGINT)`
  return `CAST(make_timestamp(${x} - (((${x} - CAST('${offsetMicros}' AS BIGINT)) % ${size}) + ${size}) % ${size}) AS ${typeName(call.node.type)})`
}

/** Whole seconds or milliseconds, rounded down also before 1970. */
function epoch(call: Call): string {
  const size = call.node.options?.unit === 'millisecond' ? 1_000 : 1_000_000
  const x = `epoch_us(${moment(call, 0)})`
  return `CAST((${x} - ((${x} % ${size}) + ${size}) % ${size}) // ${size} AS ${typeName(call.node.type)})`
}

export const times: Readonly<Record<TimeFunctionName, Printer>> = {
  year: part('year'),
  month: part('month'),
  day: part('day'),
  weekday: part('isodow'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  truncate: call => `CAST(date_trunc(${quoteText(call.node.options?.unit ?? 'day')}, ${arg(call, 0)}) AS ${typeName(call.node.type)})`,
  bin,
  diff,
  plus,
  format: call => `strftime(${moment(call, 0)}, ${quoteText(call.node.options?.pattern ?? '%Y-%m-%d')})`,
  toDate: call => {
    const zone = call.node.options?.timeZone
    if (zone === undefined || zone === 'UTC') return `CAST(${arg(call, 0)} AS DATE)`
    return `CAST(timezone(${quoteText(zone)}, CAST(${arg(call, 0)} AS TIMESTAMPTZ)) AS DATE)`
  },
  epoch,
}
