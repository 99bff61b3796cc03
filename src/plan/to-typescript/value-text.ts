import { isCalendarDate, isDecimal, isInterval, isLocalDateTime, isTimeOfDay, printSchemaSpec, type Schema } from '../../schema/index.ts'
import { problem } from '../problem.ts'

/** A text in single quotes, and nothing that ends a line in it. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}

export function propertyName(name: string): string {
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

/**
 * A plain value as code: options, rows.
 *
 * @throws plan.no-program for a value that no text makes again
 */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return quoted(value)
  if (value instanceof RegExp) return String(value)
  if (value instanceof Date && Object.getPrototypeOf(value) === Date.prototype) return `new Date(${quoted(value.toISOString())})`
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (value instanceof Uint8Array) return `Uint8Array.from([${[...value].join(', ')}])`
  if (isDecimal(value)) return `decimal(${value.unscaled}n, ${value.scale})`
  if (isCalendarDate(value)) return `calendarDate(${value.year}, ${value.month}, ${value.day})`
  if (isLocalDateTime(value))
    return `localDateTime(${[value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond].join(', ')})`
  if (isTimeOfDay(value)) return `timeOfDay(${[value.hour, value.minute, value.second, value.microsecond].join(', ')})`
  if (isInterval(value)) return `interval({ months: ${value.months}, days: ${value.days}, micros: ${value.micros}n })`
  if (value instanceof Map) return `new Map(${valueText([...value])})`
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) return objectText(value)
  throw problem(
    'plan.no-program',
    `value that no text makes again: ${typeof value === 'object' ? value.constructor.name : typeof value}`,
    undefined,
  )
}

/** Entries that are undefined are left out. */
export function objectText(value: object): string {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  return `{ ${entries.map(([name, item]) => `${propertyName(name)}: ${name === 'schema' ? schemaText(item as Schema) : valueText(item)}`).join(', ')} }`
}

export function schemaText(schema: Schema): string {
  return printSchemaSpec(schema)
}
