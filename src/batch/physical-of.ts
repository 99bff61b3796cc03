import {
  type DataType,
  daysOf,
  daysOfCivil,
  isCalendarDate,
  isDecimal,
  isInterval,
  isLocalDateTime,
  isTimeOfDay,
  itemType,
  jsonValue,
  microsOf,
  microsOfLocal,
  microsOfTime,
  packInterval,
  parseBase64,
  parseText,
  rangeOf,
  singleOf,
  ownValue,
  setOwn,
} from '../schema/index.ts'

/**
 * What a column of this type keeps for a user's value: undefined when the value does not fit, null for NULL. Values are taken in the form that rows have, and in
 * the form they have in JSON.
 *
 * boolean: boolean. int8 to int32, uint8, uint16: number. uint32, int64, bigint, uint64: bigint (from a bigint or a whole number within 2^53; bigint and uint64 also from
 * digits). float64: number ('NaN', 'Infinity', '-Infinity' too); float32: the nearest of single precision. decimal: unscaled bigint (from a Decimal, a number by its
 * decimal text, a text; a bigint is a whole number). string, enum: text; json: text that is JSON; uuid: its text. bytes: Uint8Array (from base64 too). date: days since
 * 1970 (from a CalendarDate, days, an ISO text, a Date at midnight UTC). time: microseconds (from a TimeOfDay, an ISO text). timestamp: microseconds (from a Timestamp, a
 * Date, micros as bigint, an ISO text). datetime: the same from a LocalDateTime, micros, an ISO text without a zone, and from a Date by its UTC parts. interval: from an
 * Interval, an ISO 8601 duration. Lists and structs: the same for their parts. map: from a Map, an object, or `[{ key, value }]`.
 */
export function physicalOf(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof type === 'object') {
    if ('decimal' in type) return decimalOf(value, type.decimal)
    if ('list' in type) return listOf(value, type.list)
    if ('struct' in type) return structOf(value, type)
    if ('map' in type) return mapEntries(value, type)
    return typeof value === 'string' && type.enum.includes(value) ? value : undefined
  }
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16': {
      const whole = wholeOf(value, type)
      return whole === undefined ? undefined : Number(whole)
    }
    case 'uint32':
    case 'int64':
      return wholeOf(value, type)
    case 'bigint':
    case 'uint64':
      return typeof value === 'string' && /^-?[0-9]+$/.test(value) ? parseText(value, type) : wholeOf(value, type)
    case 'float32':
      return singleOf(floatOf(value))
    case 'float64':
      return floatOf(value)
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'json':
    case 'uuid':
      return typeof value === 'string' ? parseText(value, type) : undefined
    case 'bytes':
      return value instanceof Uint8Array ? value : typeof value === 'string' ? parseBase64(value) : undefined
    case 'date':
      return dateOf(value)
    case 'time':
      if (isTimeOfDay(value)) return timeOf(microsOfTime(value))
      return typeof value === 'string' ? parseText(value, type) : undefined
    case 'timestamp':
    case 'datetime':
      return instantOf(value, type)
    case 'interval':
      return intervalOf(value)
    case 'null':
    case 'unknown':
      return undefined
  }
}

/** A whole number within the range of its type. */
function wholeOf(value: unknown, type: DataType): bigint | undefined {
  if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'bigint') return undefined
  const [least, most] = rangeOf(type) as readonly [bigint, bigint]
  const whole = BigInt(value as number | bigint)
  return whole >= least && whole <= most ? whole : undefined
}

function floatOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : undefined
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined
}

/** Midnight at the end of a day is 24:00:00, and nothing is later. */
function timeOf(micros: bigint): bigint | undefined {
  return micros >= 0n && micros <= 86_400_000_000n ? micros : undefined
}

function intervalOf(value: unknown): bigint | undefined {
  if (typeof value === 'string') return parseText(value, 'interval') as bigint | undefined
  if (!isInterval(value)) return undefined
  const { months, days, micros } = value
  const fits = months === (months | 0) && days === (days | 0) && typeof micros === 'bigint' && BigInt.asIntN(64, micros) === micros
  return fits ? packInterval(value) : undefined
}

/** Keys once each, none of them NULL. */
function mapEntries(
  value: unknown,
  type: DataType & { readonly map: readonly [key: DataType, value: DataType] },
): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const pairs = value instanceof Map ? [...value] : Array.isArray(value) ? pairsOf(value) : Object.entries(value)
  if (pairs === undefined) return undefined
  const entries = listOf(
    pairs.map(([key, item]) => ({ key, value: item })),
    itemType(type) as DataType,
  ) as readonly { readonly key: unknown }[] | undefined
  if (entries === undefined) return undefined
  // Keys are values of one type: their texts differ when they do.
  const distinct = new Set(entries.map(({ key }) => (typeof key === 'string' ? key : JSON.stringify(jsonValue(key)))))
  return distinct.size === entries.length ? entries : undefined
}

function pairsOf(items: readonly unknown[]): (readonly [unknown, unknown])[] | undefined {
  const pairs: (readonly [unknown, unknown])[] = []
  for (const item of items) {
    if (typeof item !== 'object' || item === null || !('key' in item)) return undefined
    pairs.push([item.key, (item as { readonly value?: unknown }).value])
  }
  return pairs
}

function dateOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value === (value | 0) ? value | 0 : undefined
  if (typeof value === 'string') return (parseText(value, 'date') as number | undefined) ?? farDay(value)
  if (value instanceof Date) {
    const days = value.getTime() / 86_400_000
    return Number.isInteger(days) && microsOf(value) % 86_400_000_000n === 0n ? days : undefined
  }
  if (!isCalendarDate(value)) return undefined
  const days = daysOf(value)
  return Number.isNaN(days) ? undefined : days
}

function instantOf(value: unknown, type: 'timestamp' | 'datetime'): bigint | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) && !('epochMicros' in value) ? undefined : fit64(microsOf(value))
  if (typeof value === 'bigint') return fit64(value)
  if (type === 'datetime' && isLocalDateTime(value)) return fit64(microsOfLocal(value))
  return typeof value === 'string' ? ((parseText(value, type) as bigint | undefined) ?? farMoment(value, type)) : undefined
}

function fit64(value: bigint): bigint | undefined {
  return BigInt.asIntN(64, value) === value ? value : undefined
}

/** Years that files do not have, as our values print them: before 0 and after 9999. */
function farDay(text: string): number | undefined {
  const [, sign, year, month, day] = /^(-?)([0-9]{4,7})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? []
  if (year === undefined || (sign === '' && year.length === 4)) return undefined
  // A leap year that stands for it has the same days.
  const like = 2000 + (((Number(year) % 400) + 400) % 400)
  const stands = sign === '-' ? 2000 + ((400 - (Number(year) % 400)) % 400) : like
  if (parseText(`${stands}-${month}-${day}`, 'date') === undefined) return undefined
  return daysOfCivil(sign === '-' ? -Number(year) : Number(year), Number(month), Number(day))
}

function farMoment(text: string, type: 'timestamp' | 'datetime'): bigint | undefined {
  const [day = '', clock = ''] = text.split('T')
  const days = farDay(day)
  const zoned = clock.endsWith('Z')
  if (days === undefined || zoned !== (type === 'timestamp')) return undefined
  const micros = parseText(zoned ? clock.slice(0, -1) : clock, 'time') as bigint | undefined
  return micros === undefined ? undefined : fit64(BigInt(days) * 86_400_000_000n + micros)
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
    const physical = physicalOf(type, ownValue(value, name))
    if (physical === undefined || (physical === null && !nullable)) return undefined
    setOwn(row, name, physical)
  }
  return row
}
