import type { DataType, Primitive, Schema } from './data-type.ts'
import { printName, printText } from './print-name.ts'

/**
 * The TypeScript type of a row: `{ price: number; city: string | null }`. The names `CalendarDate`, `TimeOfDay`, `LocalDateTime`, `Timestamp`,
 * `Interval` and `Decimal` must be in scope where the text is put.
 */
export function printRowType(schema: Schema): string {
  if (schema.length === 0) return '{}'
  return `{ ${schema.map(field => `${printName(field.name)}: ${printValueType(field.type)}${field.nullable && field.type !== 'null' ? ' | null' : ''}`).join('; ')} }`
}

function printValueType(type: DataType): string {
  if (typeof type === 'string') return valueTypes[type]
  if ('decimal' in type) return 'Decimal'
  if ('list' in type)
    return `${typeof type.list === 'object' && 'enum' in type.list ? `(${printValueType(type.list)})` : printValueType(type.list)}[]`
  if ('struct' in type) return printRowType(type.struct)
  if ('map' in type) return `Map<${printValueType(type.map[0])}, ${printValueType(type.map[1])} | null>`
  return type.enum.length === 0 ? 'never' : type.enum.map(printText).join(' | ')
}

const valueTypes: Readonly<Record<Primitive, string>> = {
  boolean: 'boolean',
  int8: 'number',
  int16: 'number',
  int32: 'number',
  int64: 'number',
  bigint: 'bigint',
  uint8: 'number',
  uint16: 'number',
  uint32: 'number',
  uint64: 'bigint',
  float32: 'number',
  float64: 'number',
  string: 'string',
  json: 'string',
  uuid: 'string',
  bytes: 'Uint8Array',
  date: 'CalendarDate',
  time: 'TimeOfDay',
  datetime: 'LocalDateTime',
  timestamp: 'Timestamp',
  interval: 'Interval',
  null: 'null',
  unknown: 'unknown',
}
