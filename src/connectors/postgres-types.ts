/** Types and values between PostgreSQL and us. Binary forms as PostgreSQL's send and recv functions write them. */
import { type Column, rawAt, valueAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, packInterval, printType, storageOf } from '../schema/index.ts'

/** How a column of a result comes: its type for us, and whether its text is asked for instead of its binary form. */
export interface Incoming {
  readonly type: DataType
  readonly asText: boolean
  /** One value as columns keep it. @throws schema.misfit */
  readonly read: (bytes: Buffer) => unknown
}

const text = (bytes: Buffer): string => bytes.toString('utf8')
const dayMicros = 86_400_000_000n
const [daysTo2000, microsTo2000] = [10_957, 946_684_800_000_000n]
const [leastInt32, mostInt32] = [-2_147_483_648, 2_147_483_647]
const [leastInt64, mostInt64] = [-(2n ** 63n), 2n ** 63n - 1n]

const readers: ReadonlyMap<number, readonly [DataType, (bytes: Buffer) => unknown]> = new Map<
  number,
  readonly [DataType, (bytes: Buffer) => unknown]
>([
  [16, ['boolean', bytes => bytes[0] === 1]],
  [17, ['bytes', bytes => new Uint8Array(bytes)]],
  [18, ['string', text]],
  [19, ['string', text]],
  [20, ['int64', bytes => bytes.readBigInt64BE(0)]],
  [21, ['int16', bytes => bytes.readInt16BE(0)]],
  [23, ['int32', bytes => bytes.readInt32BE(0)]],
  [25, ['string', text]],
  [26, ['uint32', bytes => BigInt(bytes.readUInt32BE(0))]],
  [114, ['json', text]],
  [700, ['float32', bytes => bytes.readFloatBE(0)]],
  [701, ['float64', bytes => bytes.readDoubleBE(0)]],
  [1042, ['string', text]],
  [1043, ['string', text]],
  [1082, ['date', readDate]],
  [1083, ['time', readTime]],
  [1114, ['datetime', readInstant]],
  [1184, ['timestamp', readInstant]],
  [1186, ['interval', readInterval]],
  [2950, ['uuid', readUuid]],
  // A number of the version stands before the text.
  [3802, ['json', bytes => text(bytes.subarray(1))]],
])
/** Type of an array -> type of its items. */
const arrays: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1001, 17],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1014, 1042],
  [1015, 1043],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1115, 1114],
  [1182, 1082],
  [1183, 1083],
  [1185, 1184],
  [1187, 1186],
  [1231, 1700],
  [199, 114],
  [2951, 2950],
  [3807, 3802],
])
const [numeric, jsonbArray] = [1700, 3807]

/** How a column of this type of the server comes. What has no type of ours comes as text. */
export function incoming(oid: number, modifier: number): Incoming {
  const item = arrays.get(oid)
  if (item !== undefined && oid !== jsonbArray) {
    const inner = incoming(item, modifier)
    if (!inner.asText) return { type: { list: inner.type }, asText: false, read: bytes => readArray(bytes, inner.read) }
    return { type: 'string', asText: true, read: text }
  }
  if (oid === numeric) {
    const [precision, scale] = numericOf(modifier)
    // Without a precision each value has digits of its own.
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) return { type: 'string', asText: true, read: text }
    return { type: { decimal: [precision, scale] }, asText: false, read: bytes => readNumeric(bytes, scale) }
  }
  const known = readers.get(oid)
  return known === undefined ? { type: 'string', asText: true, read: text } : { type: known[0], asText: false, read: known[1] }
}

function numericOf(modifier: number): readonly [precision: number, scale: number] {
  if (modifier < 4) return [0, 0]
  const scale = (modifier - 4) & 0x7ff
  return [((modifier - 4) >> 16) & 0xffff, scale > 1023 ? scale - 2048 : scale]
}

function readDate(bytes: Buffer): number {
  const days = bytes.readInt32BE(0)
  if (days === leastInt32 || days === mostInt32) throw misfit('an infinite date')
  return days + daysTo2000
}

function readTime(bytes: Buffer): bigint {
  const micros = bytes.readBigInt64BE(0)
  if (micros >= dayMicros) throw misfit('the time 24:00:00')
  return micros
}

function readInstant(bytes: Buffer): bigint {
  const micros = bytes.readBigInt64BE(0)
  if (micros === leastInt64 || micros === mostInt64) throw misfit('an infinite timestamp')
  const since1970 = micros + microsTo2000
  if (since1970 > mostInt64) throw misfit('a timestamp after the year 294246')
  return since1970
}

function readInterval(bytes: Buffer): bigint {
  const [micros, days, months] = [bytes.readBigInt64BE(0), bytes.readInt32BE(8), bytes.readInt32BE(12)]
  if (months === mostInt32 || months === leastInt32) throw misfit('an infinite interval')
  return packInterval({ months, days, micros })
}

function readUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Digits to the base 10,000, the first of weight `weight`, as the number without its point. */
function readNumeric(bytes: Buffer, scale: number): bigint {
  const [count, weight, sign] = [bytes.readInt16BE(0), bytes.readInt16BE(2), bytes.readUInt16BE(4)]
  if (sign !== 0 && sign !== 0x4000) throw misfit(sign === 0xc000 ? 'the numeric NaN' : 'an infinite numeric')
  let value = 0n
  for (let i = 0; i < count; i++) value = value * 10_000n + BigInt(bytes.readInt16BE(8 + 2 * i))
  const shift = (weight - count + 1) * 4 + scale
  if (shift >= 0) value *= 10n ** BigInt(shift)
  else {
    const by = 10n ** BigInt(-shift)
    if (value % by !== 0n) throw misfit('a numeric with more digits than its type says')
    value /= by
  }
  return sign === 0x4000 ? -value : value
}

function readArray(bytes: Buffer, read: (bytes: Buffer) => unknown): unknown[] {
  const dimensions = bytes.readInt32BE(0)
  if (dimensions === 0) return []
  if (dimensions > 1) throw misfit(`an array of ${dimensions} dimensions`)
  const length = bytes.readInt32BE(12)
  const items: unknown[] = []
  let at = 20
  for (let i = 0; i < length; i++) {
    const size = bytes.readInt32BE(at)
    at += 4
    items.push(size === -1 ? null : read(bytes.subarray(at, at + size)))
    if (size > 0) at += size
  }
  return items
}

function misfit(what: string): TidemillError {
  return new TidemillError('schema.misfit', `value does not fit: ${what}`, {
    hint: "leave it out in the query, or read the column as text: { schema: { x: 'string' } }",
  })
}

/** The type of a column that we make. */
export function serverType(type: DataType): string {
  if (typeof type === 'object') {
    if ('decimal' in type) return `numeric(${type.decimal[0]},${type.decimal[1]})`
    if ('enum' in type) return 'text'
    // Arrays of the server must be rectangular, and have no structs of no name.
    if ('list' in type && (typeof type.list === 'string' || 'decimal' in type.list || 'enum' in type.list))
      return `${serverType(type.list)}[]`
    return 'json'
  }
  const name = serverTypes[type]
  if (name !== undefined) return name
  throw new TidemillError('schema.unknown-type', `no type of PostgreSQL for columns of ${printType(type)}`, {
    hint: "cast it: .cast('string')",
  })
}
const serverTypes: Readonly<Partial<Record<string, string>>> = {
  boolean: 'boolean',
  int8: 'smallint',
  int16: 'smallint',
  uint8: 'smallint',
  int32: 'integer',
  uint16: 'integer',
  int64: 'bigint',
  bigint: 'bigint',
  uint32: 'bigint',
  uint64: 'numeric(20,0)',
  float32: 'real',
  float64: 'double precision',
  string: 'text',
  json: 'json',
  uuid: 'uuid',
  bytes: 'bytea',
  date: 'date',
  time: 'time',
  datetime: 'timestamp',
  timestamp: 'timestamptz',
  interval: 'interval',
  null: 'text',
}

const signs: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}
// oxlint-disable-next-line no-control-regex
const special = /[\\\b\f\n\r\t\v]/g

/** A value of ours in a line of COPY. @throws schema.misfit for text with a NUL, which the server cannot keep */
export function copyCell(column: Column, i: number, name: string): string {
  const value = cellText(column, i)
  if (value === null) return '\\N'
  if (value.includes('\0'))
    throw new TidemillError('schema.misfit', `value does not fit: PostgreSQL keeps no text with a NUL character (column ${name})`, {
      hint: 'take it out before: r.x.replaceRegex(...)',
    })
  return value.replaceAll(special, sign => signs[sign] ?? sign)
}

function cellText(column: Column, i: number): string | null {
  const raw = rawAt(column, i)
  if (raw === null || raw === undefined) return null
  const { type } = column
  switch (storageOf(type)) {
    case 'boolean':
      return raw === true ? 't' : 'f'
    case 'int32':
      return type === 'date' ? dateText(valueAt(column, i)) : String(raw as number | bigint)
    case 'int64':
      return type === 'time' || type === 'datetime' || type === 'timestamp' ? dateText(valueAt(column, i)) : String(raw as number | bigint)
    case 'int128':
      return plainText(valueAt(column, i))
    case 'float64':
    case 'text':
      return String(raw as number | string)
    case 'bytes':
      return `\\x${Buffer.from(raw as Uint8Array).toString('hex')}`
    default:
      return serverType(type) === 'json' ? jsonText(valueAt(column, i)) : arrayText(column, i)
  }
}

function arrayText(column: Column, i: number): string {
  const [from = 0, to = 0] = [column.offsets?.[i], column.offsets?.[i + 1]]
  const child = column.children?.[0]
  const items: string[] = []
  for (let at = from; at < to && child !== undefined; at++) {
    const item = cellText(child, at)
    items.push(item === null ? 'NULL' : `"${item.replaceAll(/["\\]/g, '\\$&')}"`)
  }
  return `{${items.join(',')}}`
}

function plainText(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : String(JSON.parse(JSON.stringify(value)))
}

/** ISO 8601; years before 1 and after 9999 as the server writes them. */
function dateText(value: unknown): string {
  const iso = plainText(value)
  const parts = /^([+-]?)([0-9]+)(-.*)$/.exec(iso)
  if (parts === null) return iso
  const [, sign, digits, rest] = parts
  const year = Number(digits)
  return sign === '-' || year === 0 ? `${String(year + 1).padStart(4, '0')}${rest} BC` : `${String(year).padStart(4, '0')}${rest}`
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item))
}

/** @throws connectors.option for a name that no statement can hold */
export function quotePostgres(name: string): string {
  if (name.includes('\0') || !name.isWellFormed() || name === '')
    throw new TidemillError('connectors.option', `a name that a database cannot have: ${JSON.stringify(name)}`)
  return `"${name.replaceAll('"', '""')}"`
}
