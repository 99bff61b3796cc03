/** Columns of a batch as a kind reads them, and what a kind writes as columns of a batch. */
import { type Column, isNullAt, stringsOf, utf8Column } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, familyOf, printType, storageOf } from '../schema/index.ts'
import type { Coded, Columns, Lists, Output, Values } from './kinds/index.ts'

/** True for what can be learnt from as it is: integers, floats and booleans (0 and 1). Decimals and uint64 keep digits a float64 lacks, so they want a cast. */
export function isLearnable(type: DataType): boolean {
  return type === 'boolean' || (familyOf(type) === 'number' && storageOf(type) !== 'int128')
}

/** True for text and enums. */
export function isText(type: DataType): boolean {
  return familyOf(type) === 'text'
}

/** The values of a numeric column as float64 (booleans as 0 and 1); what stands at a NULL means nothing. */
export function floatsOf(column: Column): Float64Array {
  const { data, length, type } = column
  if (isLearnable(type) && data instanceof Float64Array) return data.subarray(0, length)
  if (isLearnable(type) && (data instanceof Int32Array || data instanceof Uint8Array)) return Float64Array.from(data.subarray(0, length))
  if (isLearnable(type) && data instanceof BigInt64Array) return Float64Array.from({ length }, (_, i) => Number(data[i]))
  throw new TidemillError('ml.not-numeric', `a column of ${printType(type)} is no number`)
}

/** A numeric column with NaN where it is NULL. */
export function numbersOf(column: Column): Float64Array {
  const values = floatsOf(column)
  if (column.validity === undefined) return values
  const copy = values.slice()
  for (let row = 0; row < copy.length; row++) if (isNullAt(column, row)) copy[row] = Number.NaN
  return copy
}

/** A text column as codes in a list of its values, in the order they come; -1 where it is NULL. */
export function codedOf(column: Column): Coded {
  const texts = column.dictionary === undefined ? stringsOf(column) : undefined
  const codes = new Int32Array(column.length)
  const known = new Map<string, number>()
  if (texts === undefined && column.dictionary !== undefined) {
    // A dictionary may hold a text twice; its codes are made distinct here.
    const to = stringsOf(column.dictionary).map(text => (text === null ? -1 : numbered(known, text)))
    for (let row = 0; row < codes.length; row++) codes[row] = isNullAt(column, row) ? -1 : (to[column.data[row] as number] ?? -1)
  } else {
    for (let row = 0; row < codes.length; row++) {
      const text = texts?.[row] ?? null
      codes[row] = text === null ? -1 : numbered(known, text)
    }
  }
  return { codes, values: [...known.keys()] }
}

/** The number of a text in a list that grows. */
export function numbered(known: Map<string, number>, text: string): number {
  const have = known.get(text)
  if (have !== undefined) return have
  known.set(text, known.size)
  return known.size - 1
}

/** A column as a kind reads it. @throws ml.not-numeric for a type that is neither number nor text */
export function valuesOf(column: Column): Values {
  return isText(column.type) ? codedOf(column) : numbersOf(column)
}

/** What a kind wrote, as a column of its type. `valid`: the rows that are not NULL for another reason than their value. */
export function columnOfValues(output: Output, values: Values | undefined, rows: number, validity: Uint8Array | undefined): Column {
  if (values === undefined) throw new TidemillError('engine.internal', `a model did not write its column ${output.name}`)
  if (values instanceof Float64Array) return { type: 'float64', length: rows, data: values, validity }
  if ('items' in values) return listColumn(output.type, values.items, values.width, rows)
  const { codes } = values
  const nulls = bitmapOf(rows, row => (codes[row] as number) >= 0)
  if (isText(output.type)) {
    const data = codes.map(code => Math.max(code, 0))
    return { type: output.type, length: rows, data, validity: nulls, dictionary: utf8Column(values.values.map(String), 'string') }
  }
  const value = (row: number): number => Number(values.values[codes[row] as number] ?? 0)
  if (output.type === 'boolean')
    return { type: 'boolean', length: rows, data: Uint8Array.from(codes, (_, row) => value(row)), validity: nulls }
  if (output.type === 'int32') return { type: 'int32', length: rows, data: Int32Array.from(codes, (_, row) => value(row)), validity: nulls }
  if (output.type === 'float64')
    return { type: 'float64', length: rows, data: Float64Array.from(codes, (_, row) => value(row)), validity: nulls }
  return { type: output.type, length: rows, data: BigInt64Array.from({ length: rows }, (_, row) => BigInt(value(row))), validity: nulls }
}

function listColumn(type: DataType, items: Float64Array, width: number, rows: number): Column {
  const validity = bitmapOf(rows, row => !Number.isNaN(items[row * width]))
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * width)
  return {
    type,
    length: rows,
    data: new Uint8Array(0),
    offsets,
    validity,
    children: [{ type: 'float64', length: rows * width, data: items }],
  }
}

/** A bitmap of the rows that are not NULL; undefined when none is. */
export function bitmapOf(rows: number, valid: (row: number) => boolean): Uint8Array | undefined {
  let bitmap: Uint8Array | undefined
  for (let row = 0; row < rows; row++) {
    if (valid(row)) continue
    bitmap ??= new Uint8Array((rows + 7) >> 3).fill(255)
    bitmap[row >> 3] = (bitmap[row >> 3] as number) & ~(1 << (row & 7))
  }
  return bitmap
}

/** A list as plain numbers; null where it is NULL. */
function listAt({ items, width }: Lists, row: number): readonly number[] | null {
  return Number.isNaN(items[row * width]) ? null : [...items.subarray(row * width, (row + 1) * width)]
}

/** One row of what a kind wrote, as plain values. */
export function rowOfValues(outputs: readonly Output[], written: Columns, row: number): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const { name } of outputs) {
    const values = written.get(name)
    if (values === undefined) throw new TidemillError('engine.internal', `a model did not write its column ${name}`)
    if (values instanceof Float64Array) out[name] = values[row]
    else if ('items' in values) out[name] = listAt(values, row)
    else out[name] = values.values[values.codes[row] as number] ?? null
  }
  return out
}
