import {
  clockText,
  type DataType,
  dateOfDays,
  decimal,
  intervalText,
  isCalendarDate,
  isDecimal,
  isInterval,
  isLocalDateTime,
  isTimeOfDay,
  microsOf,
  unpackInterval,
} from '../schema/index.ts'

/**
 * A value as text that is the same whichever engine made it: floats with twelve digits and without -0, instants in ISO form, NULL as `NULL`, lists as
 * `[1,NULL]` with texts in quotes. Takes physical values (days, microseconds, unscaled decimals) and the user's.
 */
export function canonical(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof type === 'object') return canonicalObject(value, type)
  if (type === 'float64' || type === 'float32') return canonicalFloat(Number(value))
  if (type === 'date') return typeof value === 'number' ? dateOfDays(value).toString() : plainText(value)
  if (type === 'timestamp') return `${isoText(value)}Z`
  if (type === 'datetime') return typeof value === 'bigint' || value instanceof Date ? isoText(value) : plainText(value)
  if (type === 'time') return typeof value === 'bigint' ? clockText(value) : plainText(value)
  if (type === 'interval') return typeof value === 'bigint' ? intervalText(unpackInterval(value)) : plainText(value)
  if (value instanceof Uint8Array) return [...value].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return plainText(value)
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (isCalendarDate(value) || isDecimal(value) || isLocalDateTime(value) || isTimeOfDay(value) || isInterval(value))
    return value.toString()
  return `${value as number | bigint | boolean}`
}

function canonicalObject(value: unknown, type: Exclude<DataType, string>): string {
  if ('enum' in type) return plainText(value)
  if ('decimal' in type) return typeof value === 'bigint' ? decimal(value, type.decimal[1]).toString() : plainText(value)
  if ('list' in type) return `[${[...(value as Iterable<unknown>)].map(item => inner(item, type.list)).join(',')}]`
  if ('map' in type) {
    const entries =
      value instanceof Map ? [...value] : (value as readonly { key: unknown; value: unknown }[]).map(one => [one.key, one.value])
    return `{${entries.map(([key, item]) => `${inner(key, type.map[0])}:${inner(item, type.map[1])}`).join(',')}}`
  }
  const fields = value as Readonly<Record<string, unknown>>
  return `{${type.struct.map(field => `${field.name}:${inner(fields[field.name], field.type)}`).join(',')}}`
}

function inner(value: unknown, type: DataType): string {
  return typeof value === 'string' ? JSON.stringify(value) : canonical(value, type)
}

function canonicalFloat(value: number): string {
  if (value === 0) return '0'
  return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : String(value)
}

function isoText(value: unknown): string {
  const micros = value instanceof Date ? microsOf(value) : BigInt(value as bigint)
  const inSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const whole = new Date(Number((micros - inSecond) / 1000n)).toISOString().slice(0, 19)
  return inSecond === 0n ? whole : `${whole}.${String(inSecond).padStart(6, '0').replace(/0+$/, '')}`
}
