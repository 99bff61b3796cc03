import type { DuckDBDecimalType, DuckDBListType, DuckDBStructType, DuckDBType } from '@duckdb/node-api'
import type { DataType } from '../../../schema/index.ts'

/**
 * A type of DuckDB as ours. HUGEINT becomes float64 and may lose digits; unsigned 64-bit becomes int64 and fails beyond it; what we have no type for is read
 * as text.
 */
export function dataType(type: DuckDBType): DataType {
  const name = type.toString()
  const simple: Readonly<Record<string, DataType>> = {
    BOOLEAN: 'boolean',
    TINYINT: 'int32',
    SMALLINT: 'int32',
    INTEGER: 'int32',
    UTINYINT: 'int32',
    USMALLINT: 'int32',
    UINTEGER: 'int64',
    BIGINT: 'int64',
    UBIGINT: 'int64',
    HUGEINT: 'float64',
    UHUGEINT: 'float64',
    FLOAT: 'float64',
    DOUBLE: 'float64',
    VARCHAR: 'string',
    BLOB: 'bytes',
    DATE: 'date',
    TIMESTAMP: 'datetime',
    TIMESTAMP_S: 'datetime',
    TIMESTAMP_MS: 'datetime',
    TIMESTAMP_NS: 'datetime',
    'TIMESTAMP WITH TIME ZONE': 'timestamp',
    '"NULL"': 'null',
    SQLNULL: 'null',
  }
  const known = simple[name]
  if (known !== undefined) return known
  if (name.startsWith('DECIMAL')) {
    const { width, scale } = type as DuckDBDecimalType
    return { decimal: [width, scale] }
  }
  if ('valueType' in type && name.endsWith('[]')) return { list: dataType((type as DuckDBListType).valueType) }
  if ('entryNames' in type) {
    const { entryNames, entryTypes } = type as DuckDBStructType
    return { struct: entryNames.map((entry, index) => ({ name: entry, type: dataType(entryTypes[index] as DuckDBType), nullable: true })) }
  }
  return 'string'
}
