import type { Batch, Column, ColumnData } from './batch.ts'

/**
 * The same columns in one buffer of their own, which can be handed to another thread whole: one piece of memory for the collector there in place of one a column, and no
 * second copy. The batch that was given stays as it is: others may hold it, or share its buffers.
 *
 * @param also an array that travels with the rows
 */
export function packColumns<T extends ColumnData | undefined = undefined>(
  batch: Batch,
  also?: T,
): { readonly batch: Batch; readonly buffer: ArrayBuffer; readonly also: T } {
  const buffer = new ArrayBuffer(packedBytes(batch) + (also === undefined ? 0 : room(also)))
  const place: Place = { buffer, at: 0 }
  const columns = batch.columns.map(column => packed(column, place))
  return { batch: { ...batch, columns }, buffer, also: (also === undefined ? undefined : moved(also, place)) as T }
}

/** Bytes that the columns of a batch take in one buffer. */
export function packedBytes(batch: Batch): number {
  return sum(batch.columns)
}

/** The same columns at the beginning of a buffer that has room for them, which threads may share. What was there before is written over. */
export function packInto(batch: Batch, buffer: ArrayBufferLike): Batch {
  const place: Place = { buffer, at: 0 }
  return { ...batch, columns: batch.columns.map(column => packed(column, place)) }
}

interface Place {
  readonly buffer: ArrayBufferLike
  at: number
}

function packed(column: Column, place: Place): Column {
  const { data, validity, offsets, children, dictionary } = column
  return {
    type: column.type,
    length: column.length,
    data: moved(data, place),
    ...(validity === undefined ? {} : { validity: moved(validity, place) }),
    ...(offsets === undefined ? {} : { offsets: moved(offsets, place) }),
    ...(children === undefined ? {} : { children: children.map(child => packed(child, place)) }),
    ...(dictionary === undefined ? {} : { dictionary: packed(dictionary, place) }),
  }
}

function moved<T extends ColumnData>(view: T, place: Place): T {
  const { buffer, at } = place
  place.at += room(view)
  const Kind = view.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => T
  const copy = new Kind(buffer, at, view.length)
  // The kinds are the same, which the compiler cannot see of a union.
  ;(copy as Uint8Array).set(view as Uint8Array)
  return copy
}

function sum(columns: readonly Column[]): number {
  let bytes = 0
  for (const { data, validity, offsets, children, dictionary } of columns) {
    bytes += room(data)
    if (validity !== undefined) bytes += room(validity)
    if (offsets !== undefined) bytes += room(offsets)
    if (children !== undefined) bytes += sum(children)
    if (dictionary !== undefined) bytes += sum([dictionary])
  }
  return bytes
}

/** Whole words, so that every view begins at one. */
function room({ byteLength }: ColumnData): number {
  return (byteLength + 7) & ~7
}
