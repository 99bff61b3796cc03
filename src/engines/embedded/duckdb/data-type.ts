import type { DuckDBDecimalType, DuckDBEnumType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType } from '@duckdb/node-api'
import type { DataType } from '../../../schema/index.ts'

/**
 * A type of DuckDB as ours. HUGEINT becomes float64 and may lose digits; what we have no type for is read as text.
 */
export function dataType(type: DuckDBType): DataType {
  const name = type.toString()
  const simple: Readonly<Record<string, DataType>> = {
    BOOLEAN: 'boolean',
    TINYINT: 'int8',
    SMALLINT: 'int16',
    INTEGER: 'int32',
    UTINYINT: 'uint8',
    USMALLINT: 'uint16',
    UINTEGER: 'uint32',
    BIGINT: 'int64',
    UBIGINT: 'uint64',
    HUGEINT: 'float64',
    UHUGEINT: 'float64',
    FLOAT: 'float32',
    DOUBLE: 'float64',
    VARCHAR: 'string',
    BLOB: 'bytes',
    DATE: 'date',
    TIME: 'time',
    INTERVAL: 'interval',
    UUID: 'uuid',
    TIMESTAMP: 'datetime',
    TIMESTAMP_S: 'datetime',
    TIMESTAMP_MS: 'datetime',
    TIMESTAMP_NS: 'datetime',
    'TIMESTAMP WITH TIME ZONE': 'timestamp',
    '"NULL"': 'null',
    SQLNULL: 'null',
  }
  // JSON is VARCHAR with another name.
  if (type.alias === 'JSON') return 'json'
  const known = simple[name]
  if (known !== undefined) return known
  if ('valueType' in type && name.endsWith('[]')) return { list: dataType((type as DuckDBListType).valueType) }
  if (name.startsWith('DECIMAL')) {
    const { width, scale } = type as DuckDBDecimalType
    return { decimal: [width, scale] }
  }
  if ('keyType' in type) {
    const { keyType, valueType } = type as DuckDBMapType
    return { map: [dataType(keyType), dataType(valueType)] }
  }
  if ('values' in type) return { enum: [...(type as DuckDBEnumType).values] }
  if ('entryNames' in type) {
    const { entryNames, entryTypes } = type as DuckDBStructType
    return { struct: entryNames.map((entry, index) => ({ name: entry, type: dataType(entryTypes[index] as DuckDBType), nullable: true })) }
  }
  return 'string'
}
