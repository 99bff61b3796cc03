import type { Column } from '../../../../batch/index.ts'
import { type DataType, storageOf } from '../../../../schema/index.ts'
import type { ByteText } from './byte-text.ts'
import { type Cell, cellOf, type TextForm } from './text-cells.ts'

/** Values as JSON, as our tables write NDJSON: int64 and decimals as digits, instants in ISO form, bytes as base64, NaN and the infinities as null. */
export const jsonForm: TextForm = {
  none: 'null',
  quote: '"',
  odd: out => out.ascii('null'),
  text: jsonText,
  json: column => rawCell(column),
  nested(column) {
    const { type } = column
    if (typeof type === 'object' && 'list' in type) return listCell(column)
    if (typeof type === 'object' && 'map' in type) return mapCell(column, type.map[0])
    return structCell(column)
  },
}

const quote = 0x22
const backslash = 0x5c
const hex = '0123456789ABCDEF'
const short: Readonly<Record<number, number>> = { 0x08: 0x62, 0x09: 0x74, 0x0a: 0x6e, 0x0c: 0x66, 0x0d: 0x72, 0x22: quote, 0x5c: backslash }

/** UTF-8 bytes as a JSON string. */
export function jsonText(out: ByteText, from: Uint8Array, start: number, end: number): void {
  // Where every byte must be escaped, it takes six.
  out.room(6 * (end - start) + 2)
  const { bytes } = out
  let { at } = out
  bytes[at++] = quote
  for (let i = start; i < end; i++) {
    const byte = from[i] as number
    if (byte >= 0x20 && byte !== quote && byte !== backslash) {
      bytes[at++] = byte
      continue
    }
    bytes[at++] = backslash
    const letter = short[byte]
    if (letter !== undefined) {
      bytes[at++] = letter
      continue
    }
    bytes[at++] = 0x75
    bytes[at++] = 0x30
    bytes[at++] = 0x30
    bytes[at++] = hex.charCodeAt(byte >> 4)
    bytes[at++] = hex.charCodeAt(byte & 15)
  }
  bytes[at++] = quote
  out.at = at
}

function listCell(column: Column): Cell {
  const offsets = column.offsets as Int32Array
  const item = cellOf(jsonForm, column.children?.[0] as Column)
  return (out, i) => {
    out.byte(0x5b)
    const first = offsets[i] as number
    for (let at = first; at < (offsets[i + 1] as number); at++) {
      if (at > first) out.byte(0x2c)
      item(out, at)
    }
    out.byte(0x5d)
  }
}

/** JSON text is put in as it is. */
function rawCell(column: Column): Cell {
  if (column.dictionary !== undefined) {
    const word = rawCell(column.dictionary)
    return (out, i) => word(out, column.data[i] as number)
  }
  const bytes = column.data as Uint8Array
  const offsets = column.offsets as Int32Array
  return (out, i) => out.raw(bytes.subarray(offsets[i], offsets[i + 1]))
}

/** An object where keys are texts, else pairs. */
function mapCell(column: Column, keys: DataType): Cell {
  if (storageOf(keys) !== 'text') return listCell(column)
  const offsets = column.offsets as Int32Array
  const [key, value] = (column.children?.[0]?.children ?? []).map(child => cellOf(jsonForm, child)) as [Cell, Cell]
  return (out, i) => {
    out.byte(0x7b)
    const first = offsets[i] as number
    for (let at = first; at < (offsets[i + 1] as number); at++) {
      if (at > first) out.byte(0x2c)
      key(out, at)
      out.byte(0x3a)
      value(out, at)
    }
    out.byte(0x7d)
  }
}

function structCell(column: Column): Cell {
  const { type } = column
  const names = typeof type === 'object' && 'struct' in type ? type.struct.map(field => field.name) : []
  return jsonObject(names, column.children ?? [])
}

/** Rows of these columns as JSON objects. */
export function jsonObject(names: readonly string[], columns: readonly Column[]): Cell {
  const heads = names.map((name, i) => new TextEncoder().encode(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`))
  const cells = columns.map(column => cellOf(jsonForm, column))
  return (out, i) => {
    for (let c = 0; c < cells.length; c++) {
      out.raw(heads[c] as Uint8Array)
      const cell = cells[c] as Cell
      cell(out, i)
    }
    if (cells.length === 0) out.byte(0x7b)
    out.byte(0x7d)
  }
}
