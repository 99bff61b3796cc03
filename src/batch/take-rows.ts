import { storageOf } from '../schema/index.ts'
import type { Batch, Column, ColumnData } from './batch.ts'
import { setValid, validBit } from './validity.ts'

/** The rows of these numbers, in their order; a number may come twice. */
export function takeRows(batch: Batch, indices: Int32Array): Batch {
  const gaps = hasGaps(indices)
  return { fields: batch.fields, rows: indices.length, columns: batch.columns.map(column => take(column, indices, gaps)) }
}

/** The values of these rows; -1 gives NULL. */
export function takeColumn(column: Column, indices: Int32Array): Column {
  return take(column, indices, hasGaps(indices))
}

/** True when a number is -1. */
function hasGaps(indices: Int32Array): boolean {
  let joint = 0
  for (let i = 0; i < indices.length; i++) joint |= indices[i] as number
  return joint < 0
}

function take(column: Column, indices: Int32Array, gaps: boolean): Column {
  const { type } = column
  const length = indices.length
  const validity = column.validity === undefined && !gaps ? undefined : takeValidity(column, indices)
  const rest = { type, length, ...(validity === undefined ? {} : { validity }) }
  if (column.dictionary !== undefined) return { ...rest, data: gather(column.data, indices, 1), dictionary: column.dictionary }
  if (typeof type === 'object' && 'struct' in type) {
    return { ...rest, data: column.data.slice(0, 0), children: (column.children ?? []).map(child => take(child, indices, gaps)) }
  }
  if (storageOf(type) === 'list') return { ...rest, ...takeLists(column, indices) }
  if (column.offsets !== undefined) return { ...rest, ...takeBytes(column, indices) }
  if (type === 'null') return { ...rest, data: column.data.slice(0, 0) }
  return { ...rest, data: gather(column.data, indices, storageOf(type) === 'int128' ? 2 : 1) }
}

function takeValidity(column: Column, indices: Int32Array): Uint8Array | undefined {
  if (column.type === 'null') return undefined
  let bitmap: Uint8Array | undefined
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0 && validBit(column.validity, from)) continue
    bitmap ??= new Uint8Array((indices.length + 7) >> 3).fill(255)
    setValid(bitmap, i, false)
  }
  return bitmap
}

function gather(data: ColumnData, indices: Int32Array, words: 1 | 2): ColumnData {
  // Proved by the constructor: source and target are the same kind of array. Each kind has its own loop, so that each stays monomorphic.
  if (data instanceof Float64Array) return gatherFloat64(data, indices)
  if (data instanceof Int32Array) return gatherInt32(data, indices)
  if (data instanceof BigInt64Array) return words === 2 ? gatherPairs(data, indices) : gatherInt64(data, indices)
  return gatherBytes(data, indices)
}

function gatherFloat64(data: Float64Array, indices: Int32Array): Float64Array {
  const out = new Float64Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0) out[i] = data[from] as number
  }
  return out
}
function gatherInt32(data: Int32Array, indices: Int32Array): Int32Array {
  const out = new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0) out[i] = data[from] as number
  }
  return out
}
function gatherBytes(data: Uint8Array, indices: Int32Array): Uint8Array {
  const out = new Uint8Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0) out[i] = data[from] as number
  }
  return out
}
function gatherInt64(data: BigInt64Array, indices: Int32Array): BigInt64Array {
  const out = new BigInt64Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0) out[i] = data[from] as bigint
  }
  return out
}
function gatherPairs(data: BigInt64Array, indices: Int32Array): BigInt64Array {
  const out = new BigInt64Array(2 * indices.length)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from < 0) continue
    out[2 * i] = data[2 * from] as bigint
    out[2 * i + 1] = data[2 * from + 1] as bigint
  }
  return out
}

function takeOffsets(column: Column, indices: Int32Array): Int32Array {
  const source = column.offsets as Int32Array
  const offsets = new Int32Array(indices.length + 1)
  const { validity } = column
  let end = 0
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (from >= 0 && (validity === undefined || validBit(validity, from))) end += (source[from + 1] as number) - (source[from] as number)
    offsets[i + 1] = end
  }
  return offsets
}

function takeBytes(column: Column, indices: Int32Array): { readonly data: Uint8Array; readonly offsets: Int32Array } {
  const source = column.offsets as Int32Array
  const bytes = column.data as Uint8Array
  const offsets = takeOffsets(column, indices)
  const data = new Uint8Array(offsets[indices.length] as number)
  const [read, write] = [new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), new DataView(data.buffer)]
  for (let i = 0; i < indices.length; i++) {
    const to = offsets[i] as number
    const length = (offsets[i + 1] as number) - to
    if (length === 0) continue
    const from = source[indices[i] as number] as number
    if (length > 64) data.set(bytes.subarray(from, from + length), to)
    else copyBytes(write, to, read, from, length)
  }
  return { data, offsets }
}

/** A function of its own: V8 would compile the loop for itself and leave the loop around it uncompiled. */
function copyBytes(write: DataView, to: number, read: DataView, from: number, length: number): void {
  let at = 0
  for (; at + 4 <= length; at += 4) write.setInt32(to + at, read.getInt32(from + at))
  for (; at < length; at++) write.setUint8(to + at, read.getUint8(from + at))
}

function takeLists(
  column: Column,
  indices: Int32Array,
): { readonly data: ColumnData; readonly offsets: Int32Array; readonly children: readonly Column[] } {
  const source = column.offsets as Int32Array
  const offsets = takeOffsets(column, indices)
  const items = new Int32Array(offsets[indices.length] as number)
  for (let i = 0; i < indices.length; i++) {
    const to = offsets[i] as number
    const length = (offsets[i + 1] as number) - to
    const from = source[indices[i] as number] ?? 0
    for (let at = 0; at < length; at++) items[to + at] = from + at
  }
  return { data: column.data.slice(0, 0), offsets, children: (column.children ?? []).map(child => takeColumn(child, items)) }
}
