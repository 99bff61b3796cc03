import { TidemillError } from '../errors/index.ts'
import { type DataType, printType } from '../schema/index.ts'
import type { ColumnData } from './batch.ts'

/**
 * The zeroed array that holds `length` values of a type. Text and bytes get so many bytes; lists, structs and nulls, which keep nothing in `data`, get an empty
 * one; a decimal has two words a value.
 *
 * @throws schema.unknown-type for `unknown`
 */
export function allocate(type: DataType, length: number): ColumnData {
  if (typeof type === 'object') {
    if ('decimal' in type) return new BigInt64Array(2 * length)
    return new Uint8Array('enum' in type ? length : 0)
  }
  switch (type) {
    case 'boolean':
    case 'string':
    case 'bytes':
      return new Uint8Array(length)
    case 'int32':
    case 'date':
      return new Int32Array(length)
    case 'int64':
    case 'bigint':
    case 'timestamp':
    case 'datetime':
      return new BigInt64Array(length)
    case 'float64':
      return new Float64Array(length)
    case 'null':
      return new Uint8Array(0)
    case 'unknown':
      throw unknownColumn(type)
  }
}

/** The error for a column whose type nobody has found out. */
export function unknownColumn(type: DataType): TidemillError {
  return new TidemillError('schema.unknown-type', `column of unknown type: ${printType(type)}`, {
    hint: 'run the plan, or declare the schema of the function',
  })
}
