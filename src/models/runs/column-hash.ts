import { createHash } from 'node:crypto'
import { type Column, isNullAt, takeColumn } from '../../batch/index.ts'
import type { DataType } from '../../schema/index.ts'

/** A sha256 over the values of a column that comes in parts. */
export interface ColumnHash {
  update(column: Column): void
  digest(): Uint8Array
}

/**
 * Three streams are hashed side by side, so that the cuts between the parts do not show: which values are NULL, how long they are, and their bytes as Arrow
 * lays them out. Lists and structs hash what is in them by the same rule. Texts in a dictionary count as the texts.
 */
export function columnHash(type: DataType): ColumnHash {
  const [marks, lengths, values] = [createHash('sha256'), createHash('sha256'), createHash('sha256')]
  const children = innerTypes(type).map(columnHash)
  return {
    update(given) {
      if (given.length === 0) return
      const { length, offsets, data, children: inner = [], validity } = plain(given)
      marks.update(marksOf(validity, length))
      if (offsets !== undefined) lengths.update(bytesOf(lengthsOf(offsets, length)))
      if (children.length === 0) values.update(bytesOf(data.subarray(0, sizeOf(type, length, offsets))))
      for (const [index, child] of children.entries()) {
        const column = inner[index]
        if (column !== undefined) child.update(column)
      }
    },
    digest() {
      const whole = createHash('sha256')
      for (const part of [marks, lengths, values]) whole.update(part.digest())
      for (const child of children) whole.update(child.digest())
      return whole.digest()
    },
  }
}

/** The column with nothing in it that has no meaning: no dictionary, nothing under a NULL, no bytes before the first value or after the last. */
function plain(column: Column): Column {
  const { length, dictionary, validity, offsets, children, data } = column
  if (dictionary !== undefined) {
    const rows = Int32Array.from({ length }, (_, i) => (isNullAt(column, i) ? -1 : (data[i] as number)))
    return takeColumn(dictionary, rows)
  }
  if (validity === undefined && children === undefined && (offsets === undefined || offsets[0] === 0)) return column
  return takeColumn(
    column,
    Int32Array.from({ length }, (_, i) => (isNullAt(column, i) ? -1 : i)),
  )
}

function marksOf(validity: Uint8Array | undefined, length: number): Uint8Array {
  const marks = new Uint8Array(length)
  if (validity === undefined) return marks
  for (let i = 0; i < length; i++) if (((validity[i >> 3] ?? 0) & (1 << (i & 7))) === 0) marks[i] = 1
  return marks
}

function lengthsOf(offsets: Int32Array, length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => (offsets[i + 1] ?? 0) - (offsets[i] ?? 0))
}

/** How many items of `data` belong to the values. */
function sizeOf(type: DataType, length: number, offsets: Int32Array | undefined): number {
  if (offsets !== undefined) return offsets[length] ?? 0
  return typeof type === 'object' && 'decimal' in type ? 2 * length : length
}

function bytesOf(items: ArrayBufferView): Uint8Array {
  return new Uint8Array(items.buffer, items.byteOffset, items.byteLength)
}

function innerTypes(type: DataType): readonly DataType[] {
  if (typeof type !== 'object') return []
  if ('list' in type) return [type.list]
  return 'struct' in type ? type.struct.map(field => field.type) : []
}
