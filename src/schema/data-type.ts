/** Data types and fields as plain data: what a plan, a batch and a file all mean by "a column". */

/**
 * A type without parts.
 *
 * `bigint` is an int64 whose values are handed to TypeScript as `bigint`; `int64` hands out numbers and refuses those beyond 2^53. `uint64` is handed out as
 * `bigint` too. `float32` is a number of single precision. `timestamp` is an instant (microseconds UTC), `datetime` a wall clock, `time` a time of day, `interval`
 * months, days and microseconds. `json` is JSON text, `uuid` the text of a UUID. `null` is the type of a column that holds only NULLs.
 * `unknown` is the type of a column that a function makes and nobody has run yet.
 */
export type Primitive =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'bigint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'string'
  | 'json'
  | 'uuid'
  | 'bytes'
  | 'date'
  | 'time'
  | 'datetime'
  | 'timestamp'
  | 'interval'
  | 'null'
  | 'unknown'

export type DataType =
  | Primitive
  | { readonly decimal: readonly [precision: number, scale: number] }
  | { readonly list: DataType }
  | { readonly struct: Schema }
  /** Keys with values; kept as a list of `{ key, value }`. A key is never NULL. */
  | { readonly map: readonly [key: DataType, value: DataType] }
  /** Text out of a fixed set; stored as text, checked when read. */
  | { readonly enum: readonly string[] }

export interface Field {
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
}

/** Columns in order. */
export type Schema = readonly Field[]

/** What two types have in common for operators: numbers calculate, text compares as text. */
export type Family = 'number' | 'text' | 'boolean' | 'time' | 'clock' | 'interval' | 'bytes' | 'list' | 'struct' | 'map' | 'unknown'

/** The family of a type. */
export function familyOf(type: DataType): Family {
  if (typeof type === 'object') {
    if ('decimal' in type) return 'number'
    if ('list' in type) return 'list'
    if ('struct' in type) return 'struct'
    if ('map' in type) return 'map'
    return 'text'
  }
  return families[type]
}

/**
 * How the values of a type are kept, in batches and in statements: what code that moves values needs to know of it.
 *
 * `int32`: whole numbers of 32 bits, days. `int64`: whole numbers of 64 bits, microseconds. `int128`: two words of 64 bits: decimals without their point, uint64, and
 * intervals (months and days in the low word, microseconds in the high one). `text`: UTF-8. `list`: also maps, as `{ key, value }`.
 */
export type Storage = 'boolean' | 'int32' | 'int64' | 'int128' | 'float64' | 'text' | 'bytes' | 'list' | 'struct' | 'null' | 'unknown'

/** How the values of a type are kept. */
export function storageOf(type: DataType): Storage {
  if (typeof type === 'string') return storages[type]
  if ('decimal' in type) return 'int128'
  if ('list' in type || 'map' in type) return 'list'
  return 'struct' in type ? 'struct' : 'text'
}

const storages: Readonly<Record<Primitive, Storage>> = {
  boolean: 'boolean',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int64',
  bigint: 'int64',
  uint8: 'int32',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int128',
  float32: 'float64',
  float64: 'float64',
  string: 'text',
  json: 'text',
  uuid: 'text',
  bytes: 'bytes',
  date: 'int32',
  time: 'int64',
  datetime: 'int64',
  timestamp: 'int64',
  interval: 'int128',
  null: 'null',
  unknown: 'unknown',
}

/** The type of the items of a list; of a map, the struct of its keys and values. Undefined for other types. */
export function itemType(type: DataType): DataType | undefined {
  if (typeof type === 'string') return undefined
  if ('list' in type) return type.list
  if (!('map' in type)) return undefined
  const [key, value] = type.map
  return {
    struct: [
      { name: 'key', type: key, nullable: false },
      { name: 'value', type: value, nullable: true },
    ],
  }
}

/** The least and the greatest value of an integer type; undefined for other types. */
export function rangeOf(type: DataType): readonly [least: bigint, most: bigint] | undefined {
  return typeof type === 'string' ? ranges[type] : undefined
}

const signed = (bits: bigint): readonly [bigint, bigint] => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
const ranges: Readonly<Partial<Record<Primitive, readonly [bigint, bigint]>>> = {
  int8: signed(8n),
  int16: signed(16n),
  int32: signed(32n),
  int64: signed(64n),
  bigint: signed(64n),
  uint8: [0n, 255n],
  uint16: [0n, 65_535n],
  uint32: [0n, 4_294_967_295n],
  uint64: [0n, 18_446_744_073_709_551_615n],
}

/** The type in which numbers of a narrow type are calculated: int64 for int8 to uint32 (but not int32), float64 for float32; else the type itself. */
export function calculatedAs(type: DataType): DataType {
  switch (type) {
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return 'int64'
    case 'float32':
      return 'float64'
    default:
      return type
  }
}

const families: Readonly<Record<Primitive, Family>> = {
  boolean: 'boolean',
  int8: 'number',
  int16: 'number',
  int32: 'number',
  int64: 'number',
  bigint: 'number',
  uint8: 'number',
  uint16: 'number',
  uint32: 'number',
  uint64: 'number',
  float32: 'number',
  float64: 'number',
  string: 'text',
  json: 'text',
  uuid: 'text',
  bytes: 'bytes',
  date: 'time',
  time: 'clock',
  datetime: 'time',
  timestamp: 'time',
  interval: 'interval',
  null: 'unknown',
  unknown: 'unknown',
}

/** A type as text: `int64`, `decimal(18,2)`, `list<string>`, `struct<a: int64, b: string?>`, `map<string, int64>`, `"a" | "b"`. */
export function printType(type: DataType): string {
  if (typeof type === 'string') return type
  if ('decimal' in type) return `decimal(${type.decimal[0]},${type.decimal[1]})`
  if ('list' in type) return `list<${printType(type.list)}>`
  if ('struct' in type) return `struct<${type.struct.map(printField).join(', ')}>`
  if ('map' in type) return `map<${printType(type.map[0])}, ${printType(type.map[1])}>`
  return type.enum.map(value => JSON.stringify(value)).join(' | ')
}

/** `name: type?` */
export function printField(field: Field): string {
  return `${field.name}: ${printType(field.type)}${field.nullable ? '?' : ''}`
}

/** True when two types are the same, part by part. */
export function sameType(a: DataType, b: DataType): boolean {
  return printType(a) === printType(b)
}

/** True for the 64-bit integers, which differ only in what TypeScript sees. */
export function isInt64(type: DataType): boolean {
  return type === 'int64' || type === 'bigint'
}

/** True for whole numbers of every size, with a sign and without. */
export function isInteger(type: DataType): boolean {
  return rangeOf(type) !== undefined
}
