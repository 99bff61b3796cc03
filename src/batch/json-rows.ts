/** Rows whose JSON loses nothing. */
import { type DataType, jsonValue, storageOf } from '../schema/index.ts'
import type { Batch, Column } from './batch.ts'
import { rowsOf } from './rows-of.ts'

const own = {
  value(this: object): unknown {
    return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, jsonValue(value)]))
  },
}

/**
 * The rows of a batch as `rowsOf` gives them, with a hidden `toJSON` where a column needs one: JSON.stringify knows no bigint, writes bytes by number, and NaN and the
 * infinities as null. Their JSON has digits, base64, and `"NaN"`, `"Infinity"`, `"-Infinity"`, which the schema's types read back. A copy of a row (`{ ...row }`) does
 * not have it. For rows that are handed to the user: it costs some microseconds a row where it is needed.
 */
export function jsonRowsOf(batch: Batch): object[] {
  const rows = rowsOf(batch)
  if (!batch.columns.some(needsJson) || batch.fields.some(field => field.name === 'toJSON')) return rows
  for (const row of rows) Object.defineProperty(row, 'toJSON', own)
  return rows
}

function needsJson({ type, data, length, children, dictionary }: Column): boolean {
  if (dictionary !== undefined) return false
  if (type === 'bigint' || type === 'uint64' || type === 'bytes') return length > 0
  if (storageOf(type) === 'float64') return hasOdd(data as Float64Array, length)
  // Maps have a JSON form of their own.
  return !isMap(type) && children !== undefined && children.some(needsJson)
}

function isMap(type: DataType): boolean {
  return typeof type === 'object' && 'map' in type
}

function hasOdd(data: Float64Array, length: number): boolean {
  for (let i = 0; i < length; i++) if ((data[i] as number) - (data[i] as number) !== 0) return true
  return false
}
