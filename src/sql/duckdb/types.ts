import type { DataType, Primitive } from '../../schema/index.ts'
import { quoteName } from './text.ts'

const names: Readonly<Record<Primitive, string>> = {
  boolean: 'BOOLEAN',
  // Narrow numbers stand in wider ones inside statements, where they are only moved and compared; calculations widen them first.
  int8: 'INTEGER',
  int16: 'INTEGER',
  int32: 'INTEGER',
  int64: 'BIGINT',
  bigint: 'BIGINT',
  uint8: 'INTEGER',
  uint16: 'INTEGER',
  uint32: 'BIGINT',
  uint64: 'DECIMAL(20, 0)',
  float32: 'DOUBLE',
  float64: 'DOUBLE',
  string: 'VARCHAR',
  json: 'VARCHAR',
  uuid: 'VARCHAR',
  bytes: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  // An instant is kept as TIMESTAMP in UTC: the functions on TIMESTAMPTZ go through ICU and cost ten times as much. It is made TIMESTAMPTZ where it is written.
  datetime: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
  interval: 'INTERVAL',
  null: 'INTEGER',
  unknown: 'VARCHAR',
}

/** Types that a typed file has a word of its own for. */
const written: Readonly<Partial<Record<Primitive, string>>> = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  uint8: 'UTINYINT',
  uint16: 'USMALLINT',
  uint32: 'UINTEGER',
  uint64: 'UBIGINT',
  float32: 'FLOAT',
  json: 'JSON',
  uuid: 'UUID',
  timestamp: 'TIMESTAMPTZ',
}

/** The type a column has inside our statements. */
export function typeName(type: DataType): string {
  return nameOf(type, primitive => names[primitive])
}

/** The type a column has in a typed file. An interval has none that keeps its sign and its microseconds: it is written as text. */
export function fileTypeName(type: DataType): string {
  return nameOf(type, primitive => written[primitive] ?? names[primitive])
}

function nameOf(type: DataType, primitive: (name: Primitive) => string): string {
  if (typeof type === 'string') return primitive(type)
  if ('decimal' in type) return `DECIMAL(${type.decimal[0]}, ${type.decimal[1]})`
  if ('list' in type) return `${nameOf(type.list, primitive)}[]`
  if ('map' in type) return `MAP(${nameOf(type.map[0], primitive)}, ${nameOf(type.map[1], primitive)})`
  if ('struct' in type) return `STRUCT(${type.struct.map(field => `${quoteName(field.name)} ${nameOf(field.type, primitive)}`).join(', ')})`
  return 'VARCHAR'
}
