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
    if ('map' in type)
      return [
        { ...base, converted_type: 'MAP', logical_type: { type: 'MAP' }, num_children: 1 },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        ...elementsOf({ name: 'key', type: type.map[0], nullable: false }),
        ...elementsOf({ name: 'value', type: type.map[1], nullable: true }),
      ]
    return [{ ...base, ...text }]
  }
  switch (type) {
    case 'boolean':
      return [{ ...base, type: 'BOOLEAN' }]
    case 'int32':
      return [{ ...base, type: 'INT32' }]
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return [{ ...base, type: type === 'uint32' ? 'INT64' : 'INT32', ...(type === 'uint32' ? {} : smallForms[type]) }]
    case 'uint64':
      return [{ ...base, ...decimalElement(20, 0) }]
    case 'int64':
    case 'bigint':
      return [{ ...base, type: 'INT64' }]
    case 'float32':
    case 'float64':
      return [{ ...base, type: 'DOUBLE' }]
    case 'string':
    case 'uuid':
      return [{ ...base, ...text }]
    case 'json':
      return [{ ...base, type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } }]
    case 'time':
      return [
        { ...base, type: 'INT64', converted_type: 'TIME_MICROS', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } },
      ]
    case 'bytes':
      return [{ ...base, type: 'BYTE_ARRAY' }]
    case 'date':
      return [{ ...base, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }]
    case 'timestamp':
      return [{ ...base, type: 'INT64', converted_type: 'TIMESTAMP_MICROS', logical_type: moment(true) }]
    case 'datetime':
      // The older word for it would mean UTC.
      return [{ ...base, type: 'INT64', logical_type: moment(false) }]
    case 'interval':
    case 'null':
    case 'unknown':
      throw new TypeError(`no Parquet type for ${type}`)
  }
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

const smallForms = {
  int8: { converted_type: 'INT_8', logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: true } },
  int16: { converted_type: 'INT_16', logical_type: { type: 'INTEGER', bitWidth: 16, isSigned: true } },
  uint8: { converted_type: 'UINT_8', logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: false } },
  uint16: { converted_type: 'UINT_16', logical_type: { type: 'INTEGER', bitWidth: 16, isSigned: false } },
} as const

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
  if (type === 'null' || type === 'unknown' || type === 'interval') return printType(type)
  if (typeof type !== 'object') return undefined
  if ('list' in type) return noParquet(type.list)
  if ('map' in type) return noParquet(type.map[0]) ?? noParquet(type.map[1])
  if (!('struct' in type)) return undefined
  if (type.struct.length === 0) return printType(type)
  return type.struct.map(field => noParquet(field.type)).find(part => part !== undefined)
}
