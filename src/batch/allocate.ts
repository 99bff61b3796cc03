import { TidemillError } from '../errors/index.ts'
import { type DataType, printType, storageOf } from '../schema/index.ts'
import type { ColumnData } from './batch.ts'

/**
 * The zeroed array that holds `length` values of a type. Text and bytes get so many bytes; lists, structs and nulls, which keep nothing in `data`, get an empty
 * one; decimals, uint64 and intervals have two words a value.
 *
 * @throws schema.unknown-type for `unknown`
 */
export function allocate(type: DataType, length: number): ColumnData {
  switch (storageOf(type)) {
    case 'boolean':
    case 'text':
    case 'bytes':
      return new Uint8Array(length)
    case 'int32':
      return new Int32Array(length)
    case 'int64':
      return new BigInt64Array(length)
    case 'int128':
      return new BigInt64Array(2 * length)
    case 'float64':
      return new Float64Array(length)
    case 'list':
    case 'struct':
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
