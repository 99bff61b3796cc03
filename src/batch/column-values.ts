import { printType } from '../schema/index.ts'
import type { Column, ColumnData } from './batch.ts'
import { valueAt } from './value-at.ts'
import { valuesOf } from './values-of.ts'
import { nullCount } from './validity.ts'

/** One column as it lies in memory (Arrow's layout), and as values. */
export interface ColumnValues<out T = unknown> {
  /** As `printType` prints it: `float64`, `list<string>`. */
  readonly type: string
  readonly length: number
  /** How many values are NULL. */
  readonly nulls: number
  /**
   * The memory itself, not a copy: Float64Array for float64, Int32Array for int32 and date (days), BigInt64Array for int64, timestamp and datetime (microseconds),
   * Uint8Array of 0 and 1 for boolean. Text: UTF-8 bytes, row i from `offsets[i]` to `offsets[i + 1]`; with `dictionary`, Int32Array of row numbers in it. What stands
   * at a NULL means nothing. It must not be written into.
   */
  readonly data: ColumnData
  /** Bit i % 8 of byte i >> 3 is 1 where row i is not NULL; undefined when none is NULL. */
  readonly validity: Uint8Array | undefined
  readonly offsets: Int32Array | undefined
  readonly dictionary: ColumnValues<string | null> | undefined
  /** The value of row i as rows hold it; undefined beyond the last. @throws schema.unsafe-integer */
  at(i: number): T | undefined
  /** All values as rows hold them. @throws schema.unsafe-integer */
  toArray(): T[]
}

/** A view of a column; nothing is copied. */
export function columnValues<T>(column: Column, name?: string): ColumnValues<T> {
  const { type, length, validity, offsets, dictionary } = column
  const words = typeof type === 'object' && 'decimal' in type ? 2 * length : length
  const end = offsets === undefined || dictionary !== undefined ? words : (offsets[length] ?? 0)
  return Object.freeze({
    type: printType(type),
    length,
    nulls: nullCount(column),
    data: column.data.length === end || column.data.length === 0 ? column.data : column.data.subarray(0, end),
    validity,
    offsets: offsets?.subarray(0, length + 1),
    dictionary: dictionary === undefined ? undefined : columnValues<string | null>(dictionary),
    // What the schema says of the column is what the compiler says of T.
    at: (i: number) => (Number.isInteger(i) && i >= 0 && i < length ? (valueAt(column, i) as T) : undefined),
    toArray: () => valuesOf(column, name) as T[],
  })
}
