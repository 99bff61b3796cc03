import { type DataType, daysOf, isCalendarDate, isDecimal, microsOf, parseText } from '../schema/index.ts'

/**
 * What a column of this type keeps for a user's value: undefined when the value does not fit, null for NULL.
 *
 * boolean: boolean. int32, float64: number. int64, bigint: bigint (from a bigint or a whole number within 2^53). decimal: unscaled bigint (from a Decimal, a number by its
 * decimal text, a text; a bigint is a whole number). string, enum: text. bytes: Uint8Array. date: days since 1970 (from a CalendarDate, days, an ISO text, a Date
 * at midnight UTC). timestamp, datetime: microseconds (from a Timestamp, a Date, micros as bigint, an ISO text). Lists and structs: the same for their parts.
 */
export function physicalOf(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof type === 'object') {
    if ('decimal' in type) return decimalOf(value, type.decimal)
    if ('list' in type) return listOf(value, type.list)
    if ('struct' in type) return structOf(value, type)
    return typeof value === 'string' && type.enum.includes(value) ? value : undefined
  }
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'int32': {
      const number = typeof value === 'bigint' ? Number(value) : value
      return typeof number === 'number' && number === (number | 0) ? number | 0 : undefined
    }
    case 'int64':
    case 'bigint':
      return int64Of(value)
    case 'float64':
      if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : undefined
      return typeof value === 'number' ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'bytes':
      return value instanceof Uint8Array ? value : undefined
    case 'date':
      return dateOf(value)
    case 'timestamp':
    case 'datetime':
      return instantOf(value, type)
    case 'null':
    case 'unknown':
      return undefined
  }
}

function int64Of(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value ? value : undefined
}

function dateOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value === (value | 0) ? value | 0 : undefined
  if (typeof value === 'string') return parseText(value, 'date') as number | undefined
  if (value instanceof Date) {
    const days = value.getTime() / 86_400_000
    return Number.isInteger(days) && microsOf(value) % 86_400_000_000n === 0n ? days : undefined
  }
  if (!isCalendarDate(value)) return undefined
  const days = daysOf(value)
  return Number.isNaN(days) ? undefined : days
}

function instantOf(value: unknown, type: 'timestamp' | 'datetime'): bigint | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) && !('epochMicros' in value) ? undefined : microsOf(value)
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : undefined
  return typeof value === 'string' ? (parseText(value, type) as bigint | undefined) : undefined
}

function decimalOf(value: unknown, [precision, scale]: readonly [number, number]): bigint | undefined {
  if (isDecimal(value)) {
    const more = scale - value.scale
    const unscaled = more >= 0 ? value.unscaled * 10n ** BigInt(more) : value.unscaled / 10n ** BigInt(-more)
    if (more < 0 && unscaled * 10n ** BigInt(-more) !== value.unscaled) return undefined
    const limit = 10n ** BigInt(precision)
    return unscaled < limit && unscaled > -limit ? unscaled : undefined
  }
  if (typeof value === 'number') return parseText(plainText(value), { decimal: [precision, scale] }) as bigint | undefined
  if (typeof value === 'string' || typeof value === 'bigint')
    return parseText(String(value), { decimal: [precision, scale] }) as bigint | undefined
  return undefined
}

/** The shortest text of a number without an exponent. */
function plainText(value: number): string {
  const text = String(value)
  const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text)
  if (parts === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const point = whole.length + Number(exponent)
  const digits = `${whole}${fraction}`
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length ? `${sign}${digits.padEnd(point, '0')}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

function listOf(value: unknown, item: DataType): readonly unknown[] | undefined {
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) return undefined
  const items: unknown[] = []
  for (const part of value as Iterable<unknown>) {
    const physical = physicalOf(item, part)
    if (physical === undefined) return undefined
    items.push(physical)
  }
  return items
}

function structOf(
  value: unknown,
  { struct }: { readonly struct: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[] },
): object | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const row: Record<string, unknown> = {}
  for (const { name, type, nullable } of struct) {
    const physical = physicalOf(type, (value as Record<string, unknown>)[name])
    if (physical === undefined || (physical === null && !nullable)) return undefined
    row[name] = physical
  }
  return row
}
