import { TidemillError } from '../errors/index.ts'
import { type DataType, itemType, printType, sameType, type Schema, storageOf } from '../schema/index.ts'
import { allocate } from './allocate.ts'
import type { Batch, Column } from './batch.ts'
import { columnFromRaw } from './column-from.ts'
import { makeBatch } from './make-batch.ts'
import { sizedArray } from './sized-array.ts'
import { takeColumn } from './take-rows.ts'
import { allValid, setValid, validBit } from './validity.ts'

/**
 * The rows of all batches in one, columns by position under the given fields; no batch gives an empty one.
 *
 * @throws batch.shape when a batch has other columns
 */
export function concatBatches(fields: Schema, batches: readonly Batch[]): Batch {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
  const columns = fields.map((field, index) =>
    concatColumns(
      field.type,
      batches.map(batch => {
        const column = batch.columns[index]
        if (column === undefined || batch.columns.length !== fields.length) {
          throw new TidemillError('batch.shape', `batch of ${batch.columns.length} columns: has ${fields.length} fields`)
        }
        return column
      }),
    ),
  )
  return makeBatch(fields, columns, rows)
}

/** Columns of one type, one behind the other. A column of type null counts as NULLs of any type. */
export function concatColumns(type: DataType, columns: readonly Column[]): Column {
  const parts = columns.filter(column => column.length > 0).map(column => ofType(type, column))
  const [only] = parts
  if (only === undefined) return columnFromRaw(type, [])
  if (parts.length === 1) return only
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (only.dictionary !== undefined && parts.every(part => part.dictionary === only.dictionary)) {
    const data = new Int32Array(length)
    copyInto(data, parts, 1)
    return { type, length, ...concatValidity(parts, length), data, dictionary: only.dictionary }
  }
  const plain = parts.map(withoutDictionary)
  const rest = { type, length, ...concatValidity(plain, length) }
  if (typeof type === 'object' && 'struct' in type) {
    return {
      ...rest,
      data: new Uint8Array(0),
      children: type.struct.map((field, at) =>
        concatColumns(
          field.type,
          plain.map(part => childOf(part, at)),
        ),
      ),
    }
  }
  if (plain[0]?.offsets === undefined) {
    const data = allocate(type, length)
    if (type !== 'null') copyInto(data, plain, storageOf(type) === 'int128' ? 2 : 1)
    return { ...rest, data }
  }
  const offsets = concatOffsets(plain, length)
  const item = itemType(type)
  if (item !== undefined) {
    return {
      ...rest,
      data: new Uint8Array(0),
      offsets,
      children: [
        concatColumns(
          item,
          plain.map(part => usedChild(part)),
        ),
      ],
    }
  }
  const data = new Uint8Array(offsets[length] as number)
  let end = 0
  for (const part of plain) {
    const bytes = (part.data as Uint8Array).subarray(part.offsets?.[0], part.offsets?.[part.length])
    data.set(bytes, end)
    end += bytes.length
  }
  return { ...rest, data, offsets }
}

function ofType(type: DataType, column: Column): Column {
  if (column.type === 'null' && type !== 'null') return columnFromRaw(type, sizedArray<null>(column.length).fill(null))
  if (sameType(type, column.type)) return column
  throw new TidemillError('batch.shape', `columns of different types: ${printType(column.type)} in a column of ${printType(type)}`)
}

/** The texts themselves in place of row numbers of a dictionary. */
export function withoutDictionary(column: Column): Column {
  const { dictionary, validity } = column
  if (dictionary === undefined) return column
  const indices = Int32Array.from({ length: column.length }, (_, i) => (validBit(validity, i) ? (column.data[i] as number) : -1))
  return { ...takeColumn(dictionary, indices), type: column.type }
}

function copyInto(data: { set(from: never, at: number): void }, parts: readonly Column[], words: number): void {
  let end = 0
  for (const part of parts) {
    data.set(part.data.subarray(0, words * part.length) as never, end)
    end += words * part.length
  }
}

function childOf(column: Column, at: number): Column {
  return column.children?.[at] as Column
}

/** The child rows that the lists of a column use: offsets need not begin at 0. */
function usedChild(column: Column): Column {
  const child = childOf(column, 0)
  const from = column.offsets?.[0] as number
  const to = column.offsets?.[column.length] as number
  if (from === 0 && to === child.length) return child
  return takeColumn(
    child,
    Int32Array.from({ length: to - from }, (_, i) => from + i),
  )
}

function concatOffsets(parts: readonly Column[], length: number): Int32Array {
  const offsets = new Int32Array(length + 1)
  let row = 0
  let end = 0
  for (const part of parts) {
    const source = part.offsets as Int32Array
    const shift = end - (source[0] as number)
    for (let i = 1; i <= part.length; i++) offsets[row + i] = (source[i] as number) + shift
    row += part.length
    end += (source[part.length] as number) - (source[0] as number)
    if (end > 2_147_483_647)
      throw new TidemillError('batch.shape', 'column too long: more than 2 GiB of text in one batch', { hint: 'use smaller batches' })
  }
  return offsets
}

function concatValidity(parts: readonly Column[], length: number): { readonly validity?: Uint8Array } {
  if (parts.every(part => part.validity === undefined)) return {}
  const bitmap = allValid(length)
  let row = 0
  for (const part of parts) {
    if (part.validity !== undefined) for (let i = 0; i < part.length; i++) if (!validBit(part.validity, i)) setValid(bitmap, row + i, false)
    row += part.length
  }
  return { validity: bitmap }
}
