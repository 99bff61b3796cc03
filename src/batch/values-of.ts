import { type DataType, dateOfDays, decimal, localOfMicros, storageOf, timestampOf } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { decodeStrings } from './decode-strings.ts'
import { unscaledAt } from './raw-at.ts'
import { sizedArray } from './sized-array.ts'
import { unsafeInteger, valueAt } from './value-at.ts'
import { isNullAt, validBit } from './validity.ts'

/**
 * All values of a column as TypeScript rows hold them (see `Types`), null for NULL. `name` is for messages.
 *
 * @throws schema.unsafe-integer for an int64 beyond 2^53
 */
export function valuesOf(column: Column, name?: string): unknown[] {
  if (column.dictionary !== undefined) return decodeStrings(column)
  const { type, length, data } = column
  switch (storageOf(type)) {
    case 'text':
      return decodeStrings(column)
    case 'int64':
      return type === 'int64' || type === 'uint32' ? withNulls(numbersOfInt64(column, name), column) : valid(column, reader(column, type))
    case 'int32':
    case 'float64':
      return type === 'date' ? valid(column, reader(column, type)) : withNulls(numbersOf(data as Int32Array | Float64Array, length), column)
    case 'boolean':
      return withNulls(booleansOf(data as Uint8Array, length), column)
    case 'int128':
    case 'bytes':
    case 'list':
    case 'struct':
    case 'null':
    case 'unknown':
      return valid(column, reader(column, type))
  }
}

/** How one value is read that is not NULL. */
function reader(column: Column, type: DataType): (i: number) => unknown {
  const { data } = column
  if (typeof type === 'object' && 'decimal' in type) {
    const [, scale] = type.decimal
    return i => decimal(unscaledAt(data as BigInt64Array, i), scale)
  }
  if (type === 'date') return i => dateOfDays(data[i] as number)
  if (type === 'timestamp') return i => timestampOf(data[i] as bigint)
  if (type === 'datetime') return i => localOfMicros(data[i] as bigint)
  if (type === 'bigint') return i => data[i]
  return i => valueAt(column, i)
}

function valid(column: Column, read: (i: number) => unknown): unknown[] {
  const values = sizedArray<unknown>(column.length)
  for (let i = 0; i < column.length; i++) values[i] = isNullAt(column, i) ? null : read(i)
  return values
}

function numbersOf(data: Int32Array | Float64Array, length: number): unknown[] {
  return data instanceof Float64Array ? doublesOf(data, length) : integersOf(data, length)
}
function doublesOf(data: Float64Array, length: number): unknown[] {
  const values = sizedArray<unknown>(length)
  for (let i = 0; i < length; i++) values[i] = data[i]
  return values
}
function integersOf(data: Int32Array, length: number): unknown[] {
  const values = sizedArray<unknown>(length)
  for (let i = 0; i < length; i++) values[i] = data[i]
  return values
}
function booleansOf(data: Uint8Array, length: number): unknown[] {
  const values = sizedArray<unknown>(length)
  for (let i = 0; i < length; i++) values[i] = data[i] === 1
  return values
}

/** By two halves of 32 bits: reading a bigint would make an object for each value. */
function numbersOfInt64(column: Column, name: string | undefined): unknown[] {
  const { length, validity } = column
  const data = column.data as BigInt64Array
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length)
  const values = sizedArray<unknown>(length)
  for (let i = 0; i < length; i++) {
    const low = halves[2 * i] as number
    const high = halves[2 * i + 1] as number
    if (high === low >> 31) values[i] = low
    // 2^21 times 2^32 is 2^53; -2^53 itself is no safe integer.
    else if (high < 0x20_0000 && high >= -0x20_0000 && (high !== -0x20_0000 || low !== 0)) values[i] = high * 4_294_967_296 + (low >>> 0)
    else if (validBit(validity, i)) throw unsafeInteger(data[i] as bigint, name)
  }
  return values
}

function withNulls(values: unknown[], column: Column): unknown[] {
  const { validity } = column
  if (validity !== undefined) for (let i = 0; i < column.length; i++) if (!validBit(validity, i)) values[i] = null
  return values
}
