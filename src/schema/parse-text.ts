import { type DataType, rangeOf } from './data-type.ts'
import { packInterval, parseInterval } from './times.ts'

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
  Record<'boolean' | 'integer' | 'number' | 'decimal' | 'date' | 'time' | 'datetime' | 'timestamp' | 'offset' | 'uuid' | 'interval', string>
> = {
  boolean: '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]',
  integer: `${blank}[+-]?[0-9]+${blank}`,
  number: `${blank}[+-]?(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[Nn][Aa][Nn]|[Ii][Nn][Ff](?:[Ii][Nn][Ii][Tt][Yy])?)${blank}`,
  decimal: `${blank}[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?${blank}`,
  date: day,
  time: `${minutes}(?:${seconds})?`,
  datetime: `${day}(?:[ Tt]${minutes}(?:${seconds})?)?`,
  // DuckDB reads an offset only behind seconds.
  timestamp: `${day}(?:[ Tt]${minutes}(?:${seconds}${offset}?)?)?`,
  /** The end of a timestamp that names its offset. */
  offset: `${seconds}${offset}`,
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
  /** ISO 8601; weaker than what is taken: `P` alone has the form. */
  interval:
    'P(?:[-+]?[0-9]{1,9}Y)?(?:[-+]?[0-9]{1,10}M)?(?:[-+]?[0-9]{1,10}W)?(?:[-+]?[0-9]{1,10}D)?(?:T(?:[-+]?[0-9]{1,10}H)?(?:[-+]?[0-9]{1,12}M)?(?:[-+]?[0-9]{1,13}(?:[.][0-9]{1,6})?S)?)?',
}

const booleanForm = whole(textForms.boolean)
const integerForm = whole(textForms.integer)
const numberForm = whole(textForms.number)
const decimalForm = whole(textForms.decimal)
const dateForm = whole(textForms.date)
const uuidForm = whole(textForms.uuid)
const timeParts = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?$/
const timestampParts =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?)?)?)?$/

/**
 * A text as the physical value of a type, strictly; undefined when it does not fit.
 *
 * boolean gives a boolean; int8 to uint16, floats and date (days since 1970) a number; int64, bigint, uint32, uint64, timestamp and datetime (microseconds), time
 * (microseconds of the day), interval (packed) and decimal (unscaled) a bigint; string, enum and json (which must be JSON) the text, uuid in small letters. Blanks around numbers are allowed. `1_000`, `0x10` and `1.0` are no integers, `yes` is no boolean, digits that a decimal
 * cannot keep do not fit. A timestamp without an offset is read as UTC; an offset needs seconds
 * before it; an offset in a datetime does not fit; digits below a microsecond are dropped. A number beyond
 * float64 is Infinity, as IEEE 754 reads it; one within float64 and beyond float32 is no float32. An interval is an ISO 8601 duration. Bytes have no text here: see `parseBase64`.
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
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return within(parseInt32(text), type)
    case 'int32':
      return parseInt32(text)
    case 'uint32':
    case 'int64':
    case 'bigint':
      return within(parseInt64(text), type)
    case 'uint64':
      return within(parseDecimal(text, 20, 0, integerForm), type)
    case 'float32':
      return singleOf(parseFloat64(text))
    case 'float64':
      return parseFloat64(text)
    case 'string':
    case 'unknown':
      return text
    case 'date':
      return dateForm.test(text) ? parseDays(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))) : undefined
    case 'time':
      return parseTime(text)
    case 'datetime':
      return parseMicros(text, false)
    case 'timestamp':
      return parseMicros(text, true)
    case 'interval': {
      const parts = parseInterval(text)
      return parts === undefined ? undefined : packInterval(parts)
    }
    case 'uuid':
      return uuidForm.test(text) ? text.toLowerCase() : undefined
    case 'json':
      return isJson(text) ? text : undefined
    case 'bytes':
    case 'null':
      return undefined
  }
}

/** The number in single precision; undefined when it is beyond. */
export function singleOf(value: number | undefined): number | undefined {
  if (value === undefined) return undefined
  const single = Math.fround(value)
  return Number.isFinite(value) && !Number.isFinite(single) ? undefined : single
}

function within<N extends number | bigint>(value: N | undefined, type: DataType): N | undefined {
  const range = rangeOf(type)
  return value === undefined || range === undefined || value < range[0] || value > range[1] ? undefined : value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Base64 as bytes, with its `=`; undefined for other texts. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function parseTime(text: string): bigint | undefined {
  const [, hour, minute, second = '0', fraction = ''] = timeParts.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
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

function parseDecimal(text: string, precision: number, scale: number, form: RegExp = decimalForm): bigint | undefined {
  if (!form.test(text)) return undefined
  const trimmed = text.trim()
  const negative = trimmed.startsWith('-')
  const [mantissa = '', exponent = '0'] = trimmed.replace(/^[+-]/, '').toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = `${whole}${fraction}`
  const digits = all.replace(/0+$/, '').replace(/^0+/, '')
  if (digits === '') return 0n
  // Zeros at the end are no digits behind the point: `1.50` has one, `100e-2` none.
  const zeros = all.length - all.replace(/0+$/, '').length
  const shift = scale - (fraction.length - Number(exponent) - zeros)
  if (shift < 0 || digits.length + shift > precision) return undefined
  const unscaled = BigInt(digits) * 10n ** BigInt(shift)
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
