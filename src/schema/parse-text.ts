import type { DataType } from './data-type.ts'

const blank = '[ \\t\\n\\f\\r]*'
const day = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
const minutes = '(?:[01][0-9]|2[0-3]):[0-5][0-9]'
const seconds = ':[0-5][0-9](?:\\.[0-9]{1,9})?'
const offset = '(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)'

/**
 * What a text must look like, whole, to be read as a value of a type: regular expressions in the subset that all engines share. Engines guard their casts
 * with these, so that a text means the same everywhere. They say nothing about ranges (a 31st of February, an int64 of 30 digits).
 */
export const textForms: Readonly<
  Record<'boolean' | 'integer' | 'number' | 'decimal' | 'date' | 'datetime' | 'timestamp' | 'offset', string>
> = {
  boolean: '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]',
  integer: `${blank}[+-]?[0-9]+${blank}`,
  number: `${blank}[+-]?(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[Nn][Aa][Nn]|[Ii][Nn][Ff](?:[Ii][Nn][Ii][Tt][Yy])?)${blank}`,
  decimal: `${blank}[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)${blank}`,
  date: day,
  datetime: `${day}(?:[ Tt]${minutes}(?:${seconds})?)?`,
  // DuckDB reads an offset only behind seconds.
  timestamp: `${day}(?:[ Tt]${minutes}(?:${seconds}${offset}?)?)?`,
  /** The end of a timestamp that names its offset. */
  offset: `${seconds}${offset}`,
}

const booleanForm = whole(textForms.boolean)
const integerForm = whole(textForms.integer)
const numberForm = whole(textForms.number)
const decimalForm = whole(textForms.decimal)
const dateForm = whole(textForms.date)
const timestampParts =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?)?)?)?$/

/**
 * A text as the physical value of a type, strictly; undefined when it does not fit.
 *
 * boolean gives a boolean; int32, float64 and date (days since 1970) a number; int64, bigint, timestamp and datetime (microseconds) and decimal (unscaled) a
 * bigint; string and enum the text. Blanks around numbers are allowed. `1_000`, `0x10` and `1.0` are no integers, `yes` is no boolean, digits that a decimal
 * cannot keep do not fit. A timestamp without an offset is read as UTC; an offset needs seconds
 * before it; an offset in a datetime does not fit; digits below a microsecond are dropped. A number beyond
 * float64 is Infinity, as IEEE 754 reads it.
 */
export function parseText(text: string, type: DataType): boolean | number | bigint | string | undefined {
  if (typeof type === 'object') {
    if ('decimal' in type) return parseDecimal(text, type.decimal[0], type.decimal[1])
    if ('enum' in type) return type.enum.includes(text) ? text : undefined
    return undefined
  }
  switch (type) {
    case 'boolean':
      return booleanForm.test(text) ? text.length === 4 : undefined
    case 'int32':
      return parseInt32(text)
    case 'int64':
    case 'bigint':
      return parseInt64(text)
    case 'float64':
      return parseFloat64(text)
    case 'string':
    case 'unknown':
      return text
    case 'date':
      return dateForm.test(text) ? parseDays(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))) : undefined
    case 'datetime':
      return parseMicros(text, false)
    case 'timestamp':
      return parseMicros(text, true)
    case 'bytes':
    case 'null':
      return undefined
  }
}

/** True for an int64 that a JavaScript number holds exactly. */
export function isSafe(value: bigint): boolean {
  return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n
}

function whole(form: string): RegExp {
  return new RegExp(`^(?:${form})$`)
}

function parseInt32(text: string): number | undefined {
  if (!integerForm.test(text)) return undefined
  const value = Number(text)
  return value === (value | 0) ? value | 0 : undefined
}

function parseInt64(text: string): bigint | undefined {
  if (!integerForm.test(text)) return undefined
  const trimmed = text.trim()
  if (trimmed.length <= 15) return BigInt(Number(trimmed))
  const value = BigInt(trimmed.startsWith('+') ? trimmed.slice(1) : trimmed)
  return BigInt.asIntN(64, value) === value ? value : undefined
}

function parseFloat64(text: string): number | undefined {
  if (!numberForm.test(text)) return undefined
  const value = Number(text)
  // Of the names Number() knows only `Infinity`.
  if (!Number.isNaN(value)) return value
  const trimmed = text.trim().toLowerCase()
  if (trimmed.endsWith('nan')) return Number.NaN
  return trimmed.startsWith('-') ? -Infinity : Infinity
}

function parseDecimal(text: string, precision: number, scale: number): bigint | undefined {
  if (!decimalForm.test(text)) return undefined
  const trimmed = text.trim()
  const negative = trimmed.startsWith('-')
  const [whole = '', fraction = ''] = trimmed.replace(/^[+-]/, '').split('.')
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > scale) return undefined
  const unscaled = BigInt(`${whole}${kept.padEnd(scale, '0')}` || '0')
  if (unscaled >= 10n ** BigInt(precision)) return undefined
  return negative ? -unscaled : unscaled
}

/** Days since 1970, undefined for a day that does not exist. */
function parseDays(year: number, month: number, dayOfMonth: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, dayOfMonth)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== dayOfMonth) return undefined
  return date.getTime() / 86_400_000
}

function parseMicros(text: string, offsets: boolean): bigint | undefined {
  const parts = timestampParts.exec(text)
  if (parts === null) return undefined
  const [
    ,
    year,
    month,
    dayOfMonth,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    zulu,
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = parts
  if (!offsets && (zulu !== undefined || sign !== undefined)) return undefined
  const days = parseDays(Number(year), Number(month), Number(dayOfMonth))
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined
  const shift = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -60 : 60)
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - shift
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}
