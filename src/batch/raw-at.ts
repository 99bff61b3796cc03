import type { DataType } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { textAt } from './text-at.ts'
import { isNullAt } from './validity.ts'

/**
 * The physical value of row i, null for NULL: boolean; number for int32, float64 and date (days); bigint for int64, bigint, timestamp, datetime (microseconds) and decimal
 * (unscaled); text; bytes as a view; the same in arrays for lists and in objects for structs.
 */
export function rawAt(column: Column, i: number): unknown {
  if (isNullAt(column, i)) return null
  return readPhysical(column, column.type, i)
}

function readPhysical(column: Column, type: DataType, i: number): unknown {
  if (typeof type === 'object') {
    if ('decimal' in type) return unscaledAt(column.data as BigInt64Array, i)
    if ('list' in type) return listAt(column, i, rawAt)
    if ('struct' in type) return structAt(column, type.struct, i, rawAt)
    return textAt(column, i)
  }
  switch (type) {
    case 'string':
      return textAt(column, i)
    case 'boolean':
      return column.data[i] === 1
    case 'bytes':
      return bytesAt(column, i)
    case 'int32':
    case 'date':
    case 'int64':
    case 'bigint':
    case 'timestamp':
    case 'datetime':
    case 'float64':
    case 'null':
    case 'unknown':
      return column.data[i]
  }
}

/** The unscaled value of a decimal. */
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
    row[(fields[index] as { readonly name: string }).name] = read(child, i)
  })
  return row
}
