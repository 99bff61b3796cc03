import { storageOf } from '../schema/index.ts'
import type { Batch, Column } from './batch.ts'
import { validBit, validityOf } from './validity.ts'

/** The rows from `from` up to and without `to`, as a copy: no two batches share memory, so each may be transferred. Bounds are cut to the batch. */
export function sliceRows(batch: Batch, from: number, to: number = batch.rows): Batch {
  const start = Math.max(0, Math.min(from, batch.rows))
  const end = Math.max(start, Math.min(to, batch.rows))
  return { fields: batch.fields, rows: end - start, columns: batch.columns.map(column => sliceColumn(column, start, end)) }
}

/** The rows of a column from `from` up to and without `to`, as a copy. */
function sliceColumn(column: Column, from: number, to: number): Column {
  const { type } = column
  const length = to - from
  const validity = sliceValidity(column.validity, from, to)
  const rest = { type, length, ...(validity === undefined ? {} : { validity }) }
  if (column.dictionary !== undefined) return { ...rest, data: column.data.slice(from, to), dictionary: column.dictionary }
  if (column.offsets !== undefined) {
    const first = column.offsets[from] as number
    const last = column.offsets[to] as number
    const offsets = column.offsets.slice(from, to + 1)
    for (let i = 0; i < offsets.length; i++) offsets[i] = (offsets[i] as number) - first
    if (column.children !== undefined)
      return { ...rest, data: column.data.slice(0, 0), offsets, children: column.children.map(child => sliceColumn(child, first, last)) }
    return { ...rest, data: column.data.slice(first, last), offsets }
  }
  if (column.children !== undefined)
    return { ...rest, data: column.data.slice(0, 0), children: column.children.map(child => sliceColumn(child, from, to)) }
  const words = storageOf(type) === 'int128' ? 2 : 1
  return { ...rest, data: column.data.slice(words * from, words * to) }
}

function sliceValidity(validity: Uint8Array | undefined, from: number, to: number): Uint8Array | undefined {
  if (validity === undefined) return undefined
  if ((from & 7) === 0) return validity.slice(from >> 3, (to + 7) >> 3)
  return validityOf(to - from, i => validBit(validity, from + i))
}
