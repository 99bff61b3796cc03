/** Columns out of canonical keys (`key-words.ts`). */
import { type Column, columnFromRaw, setValid } from '../../../../batch/index.ts'
import type { DataType } from '../../../../schema/index.ts'

/** The key columns of some keys, a row each. */
export function keyColumns(types: readonly DataType[], keys: readonly Int32Array[]): Column[] {
  const places = new Int32Array(keys.length)
  return types.map(type => (type === 'string' ? textColumn(keys, places) : columnFromRaw(type, keys.map((key, row) => nextValue(type, key, row, places)))))
}

/** The values of one key, as `rawAt` gives them. */
export function keyValues(types: readonly DataType[], key: Int32Array): unknown[] {
  const places = new Int32Array(1)
  return types.map(type => nextValue(type, key, 0, places))
}

function nextValue(type: DataType, key: Int32Array, row: number, places: Int32Array): unknown {
  const at = places[row] as number
  const length = key[at] as number
  places[row] = at + 1 + (length < 0 ? 0 : (length + 3) >> 2)
  return length < 0 ? null : valueOf(type, key, at + 1, length)
}

/** Texts are copied as bytes. */
function textColumn(keys: readonly Int32Array[], places: Int32Array): Column {
  const rows = keys.length
  const offsets = new Int32Array(rows + 1)
  let validity: Uint8Array | undefined
  let end = 0
  for (let row = 0; row < rows; row++) {
    const length = (keys[row] as Int32Array)[places[row] as number] as number
    if (length > 0) end += length
    offsets[row + 1] = end
  }
  const data = new Uint8Array(end)
  for (let row = 0; row < rows; row++) {
    const key = keys[row] as Int32Array
    const at = places[row] as number
    const length = key[at] as number
    if (length < 0) {
      validity ??= new Uint8Array((rows + 7) >> 3).fill(255)
      setValid(validity, row, false)
      places[row] = at + 1
    } else {
      data.set(bytesOf(key, at + 1, length), offsets[row])
      places[row] = at + 1 + ((length + 3) >> 2)
    }
  }
  return { type: 'string', length: rows, data, offsets, ...(validity === undefined ? {} : { validity }) }
}

function bytesOf(key: Int32Array, at: number, length: number): Uint8Array {
  return new Uint8Array(key.buffer, key.byteOffset + 4 * at, length)
}

function valueOf(type: DataType, key: Int32Array, at: number, length: number): unknown {
  if (typeof type === 'object') {
    if ('decimal' in type) return (long(key, at + 2) << 64n) | BigInt.asUintN(64, long(key, at))
    if ('list' in type) return parts(key, at, length, () => type.list)
    if ('struct' in type) {
      const values = parts(key, at, length, index => type.struct[index]?.type ?? 'null')
      return Object.fromEntries(type.struct.map(({ name }, index) => [name, values[index]]))
    }
    return text(key, at, length)
  }
  switch (type) {
    case 'boolean':
      return key[at] === 1
    case 'int32':
    case 'date':
      return key[at]
    case 'int64':
    case 'bigint':
    case 'timestamp':
    case 'datetime':
      return long(key, at)
    case 'float64': {
      const view = new DataView(key.buffer, key.byteOffset + 4 * at, 8)
      return view.getFloat64(0, true)
    }
    case 'string':
      return text(key, at, length)
    case 'bytes':
      return bytesOf(key, at, length).slice()
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
