import type { DuckDBVector } from '@duckdb/node-api'
import type * as Bindings from '@duckdb/node-bindings'
import { type Column, columnFrom } from '../../../batch/index.ts'
import { TidemillError } from '../../../errors/index.ts'
import { type DataType, decimal, type Field, isInt64, printType, storageOf, timeOfMicros } from '../../../schema/index.ts'
import type { Native } from './native.ts'
import { readStrings, type TextBuffer } from './read-strings.ts'

/** Gathers one column of several chunks. */
export interface ColumnReader {
  /** Bytes held, to end a batch of long texts early. */
  bytes(): number
  add(chunk: Bindings.DataChunk, rows: number, views: Views): void
  /** The column so far; the reader begins again. */
  finish(): Column
}

/**
 * What becomes of the views on a chunk when they were read. V8 counts their bytes as its own and collects the whole heap every some 30 MB of them, which cost as much as the
 * query; a view that is `dropped` is not counted. The chunk itself is freed by the collector only, so some views are `counted`, to keep it going.
 */
type Views = 'dropped' | 'counted'

/** Ends a view on memory of DuckDB. */
function drop(view: Uint8Array, views: Views): void {
  if (views === 'dropped') (view.buffer as ArrayBuffer).transfer(0)
}

/** What becomes of a reader's memory when it begins again: `again` where nobody looks at the column before by then. */
type Memory = 'anew' | 'again'

/** Reads column `index` of a result as the type of `field`. */
export function columnReader(native: Native, result: Bindings.Result, index: number, field: Field, memory: Memory = 'anew'): ColumnReader {
  const { bindings, api } = native
  const id = bindings.column_type(result, index) as number
  const { DuckDBTypeId: T } = api
  const { type } = field
  const is = (...ids: number[]): boolean => ids.includes(id)
  const misfit = (): never => {
    throw new TidemillError('engine.internal', `column ${field.name} came as ${T[id]}, not as ${printType(type)}`, {
      details: { column: field.name },
    })
  }
  switch (storageOf(type)) {
    case 'null':
      return nulls()
    case 'boolean':
      return is(T.BOOLEAN) ? fixed(bindings, index, type, Uint8Array, memory) : misfit()
    case 'int32':
      return is(type === 'date' ? T.DATE : T.INTEGER) ? fixed(bindings, index, type, Int32Array, memory) : misfit()
    case 'float64':
      return is(T.DOUBLE) ? fixed(bindings, index, type, Float64Array, memory) : misfit()
    case 'int64':
      if (type === 'timestamp' || type === 'datetime')
        return is(T.TIMESTAMP, T.TIMESTAMP_TZ) ? fixed(bindings, index, type, BigInt64Array, memory) : misfit()
      if (type === 'time') return is(T.TIME) ? fixed(bindings, index, type, BigInt64Array, memory) : misfit()
      return is(T.BIGINT) ? fixed(bindings, index, type, BigInt64Array, memory) : is(T.INTEGER) ? widened(bindings, index, type) : misfit()
    case 'int128':
      if (type === 'interval') return is(T.INTERVAL) ? pairs(bindings, index, type) : misfit()
      return is(T.DECIMAL) ? decimals(bindings, result, index, type) : misfit()
    case 'list':
    case 'struct':
      return is(T.LIST, T.STRUCT, T.ARRAY, T.MAP) ? values(native, index, type) : misfit()
    case 'text':
    case 'bytes':
    case 'unknown':
      return is(T.VARCHAR, T.BLOB) ? texts(bindings, index, type, memory) : misfit()
  }
}

type Fixed = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | Float64Array<ArrayBuffer>
type Maker = { new (length: number): Fixed; readonly BYTES_PER_ELEMENT: number }

const firstRows = 2048

function fixed(bindings: typeof Bindings, index: number, type: DataType, make: Maker, memory: Memory): ColumnReader {
  const size = make.BYTES_PER_ELEMENT
  let data = new make(firstRows)
  let bytes = new Uint8Array(data.buffer)
  let length = 0
  const valid = validityReader()
  return {
    bytes: () => length * size,
    add(chunk, rows, views) {
      if ((length + rows) * size > bytes.length) {
        const larger = new make(Math.max(length + rows, data.length * 2))
        const copy = new Uint8Array(larger.buffer)
        copy.set(bytes)
        data = larger
        bytes = copy
      }
      const vector = bindings.data_chunk_get_vector(chunk, index)
      const seen = bindings.vector_get_data(vector, rows * size)
      bytes.set(seen, length * size)
      drop(seen, views)
      valid.add(bindings.vector_get_validity(vector, (rows + 7) >> 3), length, rows)
      length += rows
    },
    finish() {
      const column: Column = { type, length, data: data.subarray(0, length), validity: valid.finish() }
      if (memory === 'anew') {
        data = new make(data.length)
        bytes = new Uint8Array(data.buffer)
      }
      length = 0
      return column
    },
  }
}

/** Values of two words. */
function pairs(bindings: typeof Bindings, index: number, type: DataType): ColumnReader {
  let words = new BigInt64Array(2 * firstRows)
  let length = 0
  const valid = validityReader()
  return {
    bytes: () => length * 16,
    add(chunk, rows) {
      if ((length + rows) * 2 > words.length) {
        const larger = new BigInt64Array(Math.max((length + rows) * 2, words.length * 2))
        larger.set(words)
        words = larger
      }
      const vector = bindings.data_chunk_get_vector(chunk, index)
      words.set(new BigInt64Array(bindings.vector_get_data(vector, rows * 16).slice().buffer), length * 2)
      valid.add(bindings.vector_get_validity(vector, (rows + 7) >> 3), length, rows)
      length += rows
    },
    finish() {
      const column: Column = { type, length, data: words.subarray(0, length * 2), validity: valid.finish() }
      words = new BigInt64Array(words.length)
      length = 0
      return column
    },
  }
}

/** INTEGER where the plan says int64. */
function widened(bindings: typeof Bindings, index: number, type: DataType): ColumnReader {
  const narrow = fixed(bindings, index, 'int32', Int32Array, 'again')
  return {
    bytes: narrow.bytes,
    add: narrow.add,
    finish() {
      const { data, length, validity } = narrow.finish()
      return { type, length, data: BigInt64Array.from(data as Int32Array, BigInt), validity }
    },
  }
}

function texts(bindings: typeof Bindings, index: number, type: DataType, memory: Memory): ColumnReader {
  const out: TextBuffer = { bytes: new Uint8Array(firstRows * 8), used: 0 }
  let offsets = new Int32Array(firstRows + 1)
  let length = 0
  const valid = validityReader()
  return {
    bytes: () => out.used,
    add(chunk, rows, views) {
      if (length + rows + 1 > offsets.length) {
        const larger = new Int32Array(Math.max(length + rows + 1, offsets.length * 2))
        larger.set(offsets)
        offsets = larger
      }
      const vector = bindings.data_chunk_get_vector(chunk, index)
      const validity: Uint8Array | null = bindings.vector_get_validity(vector, (rows + 7) >> 3)
      const seen = bindings.vector_get_data(vector, rows * 16)
      readStrings(bindings, seen, rows, validity ?? undefined, out, offsets, length, view => drop(view, views))
      drop(seen, views)
      valid.add(validity, length, rows)
      length += rows
    },
    finish() {
      const column: Column = {
        type,
        length,
        data: out.bytes.subarray(0, out.used),
        offsets: offsets.subarray(0, length + 1),
        validity: valid.finish(),
      }
      if (memory === 'anew') {
        out.bytes = new Uint8Array(out.bytes.length)
        offsets = new Int32Array(offsets.length)
      }
      out.used = 0
      length = 0
      return column
    },
  }
}

/** Decimals come as 16, 32, 64 or 128 bits, by their precision; a column has 128. */
function decimals(bindings: typeof Bindings, result: Bindings.Result, index: number, type: DataType): ColumnReader {
  const logical = bindings.column_logical_type(result, index)
  const width = bindings.decimal_width(logical)
  const scale = bindings.decimal_scale(logical)
  const wanted = typeof type === 'object' && 'decimal' in type ? type.decimal[1] : 0
  if (scale !== wanted)
    throw new TidemillError('engine.internal', `decimal column came with ${scale} digits behind the point, not ${wanted}`)
  let words = new BigInt64Array(firstRows * 2)
  let length = 0
  const valid = validityReader()
  return {
    bytes: () => length * 16,
    add(chunk, rows) {
      if ((length + rows) * 2 > words.length) {
        const larger = new BigInt64Array(Math.max((length + rows) * 2, words.length * 2))
        larger.set(words)
        words = larger
      }
      const vector = bindings.data_chunk_get_vector(chunk, index)
      const size = width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16
      const bytes = bindings.vector_get_data(vector, rows * size).slice()
      if (size === 16) words.set(new BigInt64Array(bytes.buffer), length * 2)
      else {
        const narrow = size === 2 ? Int16Array : size === 4 ? Int32Array : BigInt64Array
        const read = new narrow(bytes.buffer)
        for (let row = 0; row < rows; row++) {
          const value = BigInt(read[row] ?? 0)
          words[(length + row) * 2] = value
          words[(length + row) * 2 + 1] = value < 0n ? -1n : 0n
        }
      }
      valid.add(bindings.vector_get_validity(vector, (rows + 7) >> 3), length, rows)
      length += rows
    },
    finish() {
      const column: Column = { type, length, data: words.subarray(0, length * 2), validity: valid.finish() }
      words = new BigInt64Array(words.length)
      length = 0
      return column
    },
  }
}

/** Lists, structs and maps, value by value. */
function values({ api }: Native, index: number, type: DataType): ColumnReader {
  let gathered: unknown[] = []
  return {
    bytes: () => gathered.length * 64,
    add(chunk) {
      const vector = new api.DuckDBDataChunk(chunk).getColumnVector(index)
      for (let row = 0; row < vector.itemCount; row++) gathered.push(valueIn(api, vector, row, type))
    },
    finish() {
      const column = columnFrom(type, gathered)
      gathered = []
      return column
    },
  }
}

/** A value of a vector as `columnFrom` takes it. Structs are read field by field: the client's own objects lose one that is called `__proto__`. */
function valueIn(api: Native['api'], vector: DuckDBVector, row: number, type: DataType): unknown {
  if (typeof type === 'object' && 'struct' in type && vector instanceof api.DuckDBStructVector) {
    if (!vector.isItemValid(row)) return null
    return Object.fromEntries(type.struct.map((field, at) => [field.name, valueIn(api, vector.entryVectorAt(at), row, field.type)]))
  }
  if (typeof type === 'object' && 'list' in type && vector instanceof api.DuckDBListVector) {
    const items = vector.getItemVector(row)
    return items && Array.from({ length: items.itemCount }, (_, at) => valueIn(api, items, at, type.list))
  }
  return plain(vector.getItem(row), type)
}

/** A value of DuckDB's client as `columnFrom` takes it. */
export function plain(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null
  if (typeof type === 'object') {
    if ('list' in type) return (value as { readonly items: readonly unknown[] }).items.map(item => plain(item, type.list))
    if ('struct' in type) {
      const { entries } = value as { readonly entries: Readonly<Record<string, unknown>> }
      return Object.fromEntries(type.struct.map(field => [field.name, plain(entries[field.name], field.type)]))
    }
    if ('map' in type) {
      const { entries } = value as { readonly entries: readonly { readonly key: unknown; readonly value: unknown }[] }
      return entries.map(entry => ({ key: plain(entry.key, type.map[0]), value: plain(entry.value, type.map[1]) }))
    }
    if ('decimal' in type) {
      const { value: unscaled, scale } = value as { readonly value: bigint; readonly scale: number }
      return decimal(unscaled, scale)
    }
    return value
  }
  if (type === 'timestamp' || type === 'datetime') return (value as { readonly micros: bigint }).micros
  if (type === 'time') return timeOfMicros((value as { readonly micros: bigint }).micros)
  if (type === 'uint64') return (value as { readonly value: bigint }).value
  if (type === 'date') return (value as { readonly days: number }).days
  if (type === 'bytes') return (value as { readonly bytes: Uint8Array }).bytes
  if (isInt64(type)) return BigInt(value as number | bigint)
  return value
}

function nulls(): ColumnReader {
  let length = 0
  return {
    bytes: () => 0,
    add(_, rows) {
      length += rows
    },
    finish() {
      const column: Column = { type: 'null', length, data: new Uint8Array(0), validity: new Uint8Array((length + 7) >> 3) }
      length = 0
      return column
    },
  }
}

interface ValidityReader {
  add(bits: Uint8Array | null, at: number, rows: number): void
  finish(): Uint8Array | undefined
}

function validityReader(): ValidityReader {
  let bitmap: Uint8Array | undefined
  let length = 0
  const grow = (rows: number): Uint8Array => {
    const bytes = (rows + 7) >> 3
    if (bitmap === undefined || bitmap.length < bytes) {
      const larger = new Uint8Array(Math.max(bytes, (bitmap?.length ?? 256) * 2)).fill(255)
      if (bitmap !== undefined) larger.set(bitmap)
      bitmap = larger
    }
    return bitmap
  }
  return {
    add(bits, at, rows) {
      length = at + rows
      if (bits === null) {
        if (bitmap !== undefined) grow(length)
        return
      }
      let all = true
      for (let index = 0; index < rows >> 3 && all; index++) if (bits[index] !== 255) all = false
      if (all) for (let row = rows & ~7; row < rows; row++) if ((((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) all = false
      if (all) {
        if (bitmap !== undefined) grow(length)
        return
      }
      const map = grow(length)
      if ((at & 7) === 0) {
        for (let index = 0; index < rows >> 3; index++) map[(at >> 3) + index] = bits[index] ?? 0
        for (let row = rows & ~7; row < rows; row++) set(map, at + row, ((bits[row >> 3] ?? 0) >> (row & 7)) & 1)
      } else for (let row = 0; row < rows; row++) set(map, at + row, ((bits[row >> 3] ?? 0) >> (row & 7)) & 1)
    },
    finish() {
      const made = bitmap?.slice(0, (length + 7) >> 3)
      bitmap = undefined
      length = 0
      return made
    },
  }
}

function set(map: Uint8Array, at: number, bit: number): void {
  const old = map[at >> 3] ?? 0
  map[at >> 3] = bit === 1 ? old | (1 << (at & 7)) : old & ~(1 << (at & 7))
}
