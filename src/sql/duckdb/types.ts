import type { DataType } from '../../schema/index.ts'
import { quoteName } from './text.ts'

const names: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  bigint: 'BIGINT',
  float64: 'DOUBLE',
  string: 'VARCHAR',
  bytes: 'BLOB',
  date: 'DATE',
  // An instant is kept as TIMESTAMP in UTC: the functions on TIMESTAMPTZ go through ICU and cost ten times as much. It is made TIMESTAMPTZ where it is written.
  datetime: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
  null: 'INTEGER',
  unknown: 'VARCHAR',
}

/** The type a column has inside our statements. */
export function typeName(type: DataType): string {
  if (typeof type === 'string') return names[type] ?? 'VARCHAR'
  if ('decimal' in type) return `DECIMAL(${type.decimal[0]}, ${type.decimal[1]})`
  if ('list' in type) return `${typeName(type.list)}[]`
  if ('struct' in type) return `STRUCT(${type.struct.map(field => `${quoteName(field.name)} ${typeName(field.type)}`).join(', ')})`
  return 'VARCHAR'
}
