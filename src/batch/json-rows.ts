/** Rows whose JSON loses nothing. */
import { type DataType, jsonValue, storageOf } from '../schema/index.ts'
import type { Column } from './batch.ts'

const own = {
  value(this: object): unknown {
    return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, jsonValue(value)]))
  },
}

/**
 * Gives rows a hidden `toJSON` where a column needs one: JSON.stringify knows no bigint, writes bytes by number, and NaN and the infinities as null. Their JSON has
 * digits, base64, and `"NaN"`, `"Infinity"`, `"-Infinity"`, which the schema's types read back. A copy of a row (`{ ...row }`) does not have it.
 */
export function withJson(rows: readonly object[], names: readonly string[], columns: readonly Column[]): void {
  if (!columns.some(needsJson) || names.includes('toJSON')) return
  for (const row of rows) Object.defineProperty(row, 'toJSON', own)
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
