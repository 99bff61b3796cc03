/** Columnar batches in Arrow's memory layout. */
import type { DataType, Schema } from '../schema/index.ts'

/**
 * One column of a batch.
 *
 * `data` by storage (see `storageOf`): boolean Uint8Array (one byte a value, 0 or 1); int8 to int32, uint8, uint16, date Int32Array (date = days since 1970); uint32,
 * int64, bigint, timestamp, datetime, time BigInt64Array (micros); float32, float64 Float64Array; decimal, uint64, interval BigInt64Array with two words a value,
 * low word first (Arrow's decimal128); string, enum, json, uuid, bytes Uint8Array of UTF-8 (or raw) bytes with `offsets` (length + 1); list: `offsets` into
 * `children[0]`; map: a list of structs of `key` and `value`; struct: `children` by field; null: empty.
 *
 * `validity` is Arrow's bitmap: bit i%8 of byte i>>3 is 1 when row i is not NULL; undefined when no row is NULL.
 * With `dictionary`, `data` is an Int32Array of row numbers in it (type string or enum).
 * Buffers may be longer than needed; `length` decides. Columns are never changed once a batch was handed on.
 */
export interface Column {
  readonly type: DataType
  readonly length: number
  readonly data: ColumnData
  readonly validity?: Uint8Array | undefined
  readonly offsets?: Int32Array | undefined
  readonly children?: readonly Column[] | undefined
  readonly dictionary?: Column | undefined
}
export type ColumnData = Uint8Array | Int32Array | BigInt64Array | Float64Array

/** Some rows of a table: columns by position, in the order of `fields`. */
export interface Batch {
  readonly fields: Schema
  readonly rows: number
  readonly columns: readonly Column[]
}
