/** Columns out of canonical keys (`key-words.ts`). */
import { type Column, columnFromRaw, setValid } from '../../../../batch/index.ts'
import { type DataType, itemType, storageOf } from '../../../../schema/index.ts'
import type { KeyWords } from './key-words.ts'

/** The key columns of some keys, a row each. */
export function keyColumns(types: readonly DataType[], { words, starts, rows }: KeyWords): Column[] {
  const places = starts.slice(0, rows)
  return types.map(type => (type === 'string' ? textColumn(words, places) : columnOf(type, words, places)))
}

function columnOf(type: DataType, words: Int32Array, places: Int32Array): Column {
  const values: unknown[] = []
  for (let row = 0; row < places.length; row++) values.push(nextValue(type, words, row, places))
  return columnFromRaw(type, values)
}

function nextValue(type: DataType, words: Int32Array, row: number, places: Int32Array): unknown {
  const at = places[row] as number
  const length = words[at] as number
  places[row] = at + wordsOf(length)
  return length < 0 ? null : valueOf(type, words, at + 1, length)
}

/** Words of a column whose header is `length`, the header too. */
function wordsOf(length: number): number {
  return length < 0 ? 1 : 1 + ((length + 3) >> 2)
}

/** Texts are copied as bytes. */
function textColumn(words: Int32Array, places: Int32Array): Column {
  const rows = places.length
  const offsets = new Int32Array(rows + 1)
  let validity: Uint8Array | undefined
  for (let row = 0; row < rows; row++) {
    const length = words[places[row] as number] as number
    offsets[row + 1] = (offsets[row] as number) + Math.max(0, length)
    if (length >= 0) continue
    validity ??= new Uint8Array((rows + 7) >> 3).fill(255)
    setValid(validity, row, false)
  }
  const data = new Uint8Array(offsets[rows] as number)
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  for (let row = 0; row < rows; row++) {
    const at = places[row] as number
    places[row] = at + wordsOf(words[at] as number)
    copyBytes(data, offsets[row] as number, offsets[row + 1] as number, bytes, 4 * (at + 1))
  }
  return { type: 'string', length: rows, data, offsets, ...(validity === undefined ? {} : { validity }) }
}

function copyBytes(to: Uint8Array, first: number, last: number, from: Uint8Array, place: number): void {
  for (let at = first; at < last; at++) to[at] = from[place + at - first] as number
}

function bytesOf(key: Int32Array, at: number, length: number): Uint8Array {
  return new Uint8Array(key.buffer, key.byteOffset + 4 * at, length)
}

function valueOf(type: DataType, key: Int32Array, at: number, length: number): unknown {
  switch (storageOf(type)) {
    case 'boolean':
      return key[at] === 1
    case 'int32':
      return key[at]
    case 'int64':
      return long(key, at)
    case 'int128':
      return (long(key, at + 2) << 64n) | BigInt.asUintN(64, long(key, at))
    case 'float64': {
      const view = new DataView(key.buffer, key.byteOffset + 4 * at, 8)
      return view.getFloat64(0, true)
    }
    case 'text':
      return text(key, at, length)
    case 'bytes':
      return bytesOf(key, at, length).slice()
    case 'list': {
      const item = itemType(type) ?? 'null'
      return parts(key, at, length, () => item)
    }
    case 'struct': {
      const fields = typeof type === 'object' && 'struct' in type ? type.struct : []
      const values = parts(key, at, length, index => fields[index]?.type ?? 'null')
      return Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]))
    }
    case 'null':
    case 'unknown':
      return null
  }
}

function long(key: Int32Array, at: number): bigint {
  return (BigInt(key[at + 1] as number) << 32n) | BigInt((key[at] as number) >>> 0)
}

function text(key: Int32Array, at: number, length: number): string {
  return Buffer.from(key.buffer, key.byteOffset + 4 * at, length).toString('utf8')
}

function parts(key: Int32Array, at: number, length: number, typeOf: (index: number) => DataType): unknown[] {
  const values: unknown[] = []
  const places = Int32Array.of(at)
  const end = at + (length >> 2)
  while ((places[0] as number) < end) values.push(nextValue(typeOf(values.length), key, 0, places))
  return values
}
