import type { SchemaElement } from 'hyparquet-writer'
import { type DataType, type Field, printType, type Schema } from '../../../../schema/index.ts'

/** The columns of a Parquet file, as the library wants them: the tree of the schema, parents before their children. */
export function parquetSchema(fields: Schema): SchemaElement[] {
  return [{ name: 'schema', num_children: fields.length }, ...fields.flatMap(elementsOf)]
}

function elementsOf({ name, type, nullable }: Field): SchemaElement[] {
  const base = { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' } as const
  if (typeof type === 'object') {
    if ('decimal' in type) return [{ ...base, ...decimalElement(type.decimal[0], type.decimal[1]) }]
    if ('list' in type)
      return [
        { ...base, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf({ name: 'element', type: type.list, nullable: true }),
      ]
    if ('struct' in type) return [{ ...base, num_children: type.struct.length }, ...type.struct.flatMap(elementsOf)]
    return [{ ...base, ...text }]
  }
  switch (type) {
    case 'boolean':
      return [{ ...base, type: 'BOOLEAN' }]
    case 'int32':
      return [{ ...base, type: 'INT32' }]
    case 'int64':
    case 'bigint':
      return [{ ...base, type: 'INT64' }]
    case 'float64':
      return [{ ...base, type: 'DOUBLE' }]
    case 'string':
      return [{ ...base, ...text }]
    case 'bytes':
      return [{ ...base, type: 'BYTE_ARRAY' }]
    case 'date':
      return [{ ...base, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }]
    case 'timestamp':
      return [{ ...base, type: 'INT64', converted_type: 'TIMESTAMP_MICROS', logical_type: moment(true) }]
    case 'datetime':
      // The older word for it would mean UTC.
      return [{ ...base, type: 'INT64', logical_type: moment(false) }]
    case 'null':
    case 'unknown':
      throw new TypeError(`no Parquet type for ${type}`)
  }
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

function moment(isAdjustedToUTC: boolean): NonNullable<SchemaElement['logical_type']> {
  return { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' }
}

/** The narrowest form that the precision allows. */
function decimalElement(precision: number, scale: number): Partial<SchemaElement> {
  const form =
    precision <= 9
      ? ({ type: 'INT32' } as const)
      : precision <= 18
        ? ({ type: 'INT64' } as const)
        : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } as const)
  return { ...form, converted_type: 'DECIMAL', logical_type: { type: 'DECIMAL', precision, scale }, precision, scale }
}

/** The part of a type that Parquet has no word for; undefined when there is none. */
export function noParquet(type: DataType): string | undefined {
  if (type === 'null' || type === 'unknown') return printType(type)
  if (typeof type !== 'object') return undefined
  if ('list' in type) return noParquet(type.list)
  if (!('struct' in type)) return undefined
  if (type.struct.length === 0) return printType(type)
  return type.struct.map(field => noParquet(field.type)).find(part => part !== undefined)
}
