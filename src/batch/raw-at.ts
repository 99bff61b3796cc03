import { type DataType, setOwn, storageOf } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { textAt } from './text-at.ts'
import { isNullAt } from './validity.ts'

/**
 * The physical value of row i, null for NULL: boolean; number for int8 to int32, uint8, uint16, floats and date (days); bigint for int64, bigint, uint32, uint64,
 * timestamp, datetime, time (microseconds), interval (packed) and decimal (unscaled); text; bytes as a view; the same in arrays for lists, in arrays of
 * `{ key, value }` for maps and in objects for structs.
 */
export function rawAt(column: Column, i: number): unknown {
  if (isNullAt(column, i)) return null
  return readPhysical(column, column.type, i)
}

function readPhysical(column: Column, type: DataType, i: number): unknown {
  switch (storageOf(type)) {
    case 'text':
      return textAt(column, i)
    case 'boolean':
      return column.data[i] === 1
    case 'bytes':
      return bytesAt(column, i)
    case 'int128':
      return unscaledAt(column.data as BigInt64Array, i)
    case 'list':
      return listAt(column, i, rawAt)
    case 'struct':
      return structAt(column, typeof type === 'object' && 'struct' in type ? type.struct : [], i, rawAt)
    case 'int32':
    case 'int64':
    case 'float64':
    case 'null':
    case 'unknown':
      return column.data[i]
  }
}

/** The value of two words: the unscaled one of a decimal. */
export function unscaledAt(words: BigInt64Array, i: number): bigint {
  const low = words[2 * i] as bigint
  const high = words[2 * i + 1] as bigint
  // Most decimals fit in the low word.
  return high === (low < 0n ? -1n : 0n) ? low : (high << 64n) | BigInt.asUintN(64, low)
}

/** A view of the bytes of row i. */
function bytesAt(column: Column, i: number): Uint8Array {
  const offsets = column.offsets as Int32Array
  return (column.data as Uint8Array).subarray(offsets[i], offsets[i + 1])
}

/** The items of a list, each read by `read`. */
export function listAt(column: Column, i: number, read: (column: Column, i: number) => unknown): unknown[] {
  const offsets = column.offsets as Int32Array
  const child = column.children?.[0] as Column
  const items: unknown[] = []
  for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++) items.push(read(child, at))
  return items
}

/** The object of a struct, each field read by `read`. */
export function structAt(
  column: Column,
  fields: readonly { readonly name: string }[],
  i: number,
  read: (column: Column, i: number) => unknown,
): object {
  const row: Record<string, unknown> = {}
  column.children?.forEach((child, index) => {
    setOwn(row, (fields[index] as { readonly name: string }).name, read(child, i))
  })
  return row
}
