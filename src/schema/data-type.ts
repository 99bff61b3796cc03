/** Data types and fields as plain data: what a plan, a batch and a file all mean by "a column". */

/**
 * A type without parts.
 *
 * `bigint` is an int64 whose values are handed to TypeScript as `bigint`; `int64` hands out numbers and refuses those beyond 2^53.
 * `timestamp` is an instant (microseconds UTC), `datetime` a wall clock. `null` is the type of a column that holds only NULLs.
 * `unknown` is the type of a column that a function makes and nobody has run yet.
 */
export type Primitive =
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'bigint'
  | 'float64'
  | 'string'
  | 'bytes'
  | 'date'
  | 'datetime'
  | 'timestamp'
  | 'null'
  | 'unknown'

export type DataType =
  | Primitive
  | { readonly decimal: readonly [precision: number, scale: number] }
  | { readonly list: DataType }
  | { readonly struct: Schema }
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
export type Family = 'number' | 'text' | 'boolean' | 'time' | 'bytes' | 'list' | 'struct' | 'unknown'

/** The family of a type. */
export function familyOf(type: DataType): Family {
  if (typeof type === 'object') {
    if ('decimal' in type) return 'number'
    if ('list' in type) return 'list'
    if ('struct' in type) return 'struct'
    return 'text'
  }
  return families[type]
}

const families: Readonly<Record<Primitive, Family>> = {
  boolean: 'boolean',
  int32: 'number',
  int64: 'number',
  bigint: 'number',
  float64: 'number',
  string: 'text',
  bytes: 'bytes',
  date: 'time',
  datetime: 'time',
  timestamp: 'time',
  null: 'unknown',
  unknown: 'unknown',
}

/** A type as text: `int64`, `decimal(18,2)`, `list<string>`, `struct<a: int64, b: string?>`, `'a' | 'b'`. */
export function printType(type: DataType): string {
  if (typeof type === 'string') return type
  if ('decimal' in type) return `decimal(${type.decimal[0]},${type.decimal[1]})`
  if ('list' in type) return `list<${printType(type.list)}>`
  if ('struct' in type) return `struct<${type.struct.map(printField).join(', ')}>`
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

/** True for int32, int64 and bigint. */
export function isInteger(type: DataType): boolean {
  return type === 'int32' || isInt64(type)
}
