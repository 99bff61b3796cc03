import { createHash } from 'node:crypto'
import type { DataType, Schema } from './data-type.ts'

/** sha256 in hex of the columns in order: names, types, nullability. The same columns give the same hash in every version and on every machine. */
export function schemaHash(schema: Schema): string {
  return createHash('sha256')
    .update(JSON.stringify(canonicalSchema(schema)))
    .digest('hex')
}

function canonicalSchema(schema: Schema): unknown[] {
  return schema.map(field => [field.name, canonicalType(field.type), field.nullable])
}

function canonicalType(type: DataType): unknown {
  if (typeof type === 'string') return type
  if ('decimal' in type) return ['decimal', type.decimal[0], type.decimal[1]]
  if ('list' in type) return ['list', canonicalType(type.list)]
  if ('struct' in type) return ['struct', canonicalSchema(type.struct)]
  if ('map' in type) return ['map', canonicalType(type.map[0]), canonicalType(type.map[1])]
  return ['enum', ...type.enum]
}
