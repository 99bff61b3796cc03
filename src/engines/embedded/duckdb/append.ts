import type * as Bindings from '@duckdb/node-bindings'
import type { DuckDBValue } from '@duckdb/node-api'
import { type Batch, type Column, rawAt } from '../../../batch/index.ts'
import { type DataType, storageOf, unpackInterval } from '../../../schema/index.ts'
import type { Native } from './native.ts'

/** Rows of one of DuckDB's chunks. */
const chunkRows = 2048

/** Appends batches to a table: numbers as whole pieces of memory, short texts too, the rest value by value. */
export interface Appender {
  append(batch: Batch): void
  /** Makes the rows visible. */
  finish(): void
}

/** An appender on a connection that nothing else uses while it is open. */
export function tableAppender(native: Native, connection: Bindings.Connection, table: string, types: readonly DataType[]): Appender {
  const { bindings } = native
  const appender = bindings.appender_create(connection, null, table)
  const logical = types.map((_, index) => bindings.appender_column_type(appender, index))
  const chunk = bindings.create_data_chunk(logical)
  const writers = types.map((type, index) => columnWriter(native, index, type))
  return {
    append(batch) {
      for (let from = 0; from < batch.rows; from += chunkRows) {
        const rows = Math.min(chunkRows, batch.rows - from)
        bindings.data_chunk_reset(chunk)
        bindings.data_chunk_set_size(chunk, rows)
        batch.columns.forEach((column, index) => writers[index]?.(chunk, column, from, rows))
        bindings.append_data_chunk(appender, chunk)
      }
    },
    finish() {
      bindings.appender_close_sync(appender)
    },
  }
}

type Write = (chunk: Bindings.DataChunk, column: Column, from: number, rows: number) => void

function columnWriter(native: Native, index: number, type: DataType): Write {
  const { bindings } = native
  const write = dataWriter(native, index, type)
  return (chunk, column, from, rows) => {
    write(chunk, column, from, rows)
    // Lists and structs set their own NULLs.
    if (isNested(type) || (column.validity === undefined && type !== 'null')) return
    const vector = bindings.data_chunk_get_vector(chunk, index)
    const bits = column.validity === undefined ? new Uint8Array((rows + 7) >> 3) : bitsFrom(column.validity, from, rows)
    bindings.vector_ensure_validity_writable(vector)
    bindings.copy_data_to_vector_validity(vector, 0, bits.buffer, bits.byteOffset, bits.byteLength)
  }
}

function isNested(type: DataType): boolean {
  const storage = storageOf(type)
  return storage === 'list' || storage === 'struct'
}

/** `from` is a multiple of 2048, so bits begin at a byte. */
function bitsFrom(bitmap: Uint8Array, from: number, rows: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bitmap.subarray(from >> 3, (from >> 3) + ((rows + 7) >> 3)))
}

function dataWriter(native: Native, index: number, type: DataType): Write {
  const { bindings, api } = native
  if (isNested(type))
    return (chunk, column, from, rows) => {
      const values = Array.from({ length: rows }, (_, row) => nested(native, column, from + row))
      new api.DuckDBDataChunk(chunk).setColumnValues(index, values)
    }
  if (storageOf(type) === 'text' || type === 'bytes' || type === 'unknown') return textWriter(bindings, index)
  if (storageOf(type) === 'int128') return wordsWriter(bindings, index, type)
  if (type === 'null') return () => undefined
  return (chunk, column, from, rows) => {
    const { data } = column
    const size = data.BYTES_PER_ELEMENT
    bindings.copy_data_to_vector(
      bindings.data_chunk_get_vector(chunk, index),
      0,
      data.buffer as ArrayBuffer,
      data.byteOffset + from * size,
      rows * size,
    )
  }
}

function textWriter(bindings: typeof Bindings, index: number): Write {
  const bytes = new Uint8Array(chunkRows * 16)
  const words = new Uint32Array(bytes.buffer)
  return (chunk, column, from, rows) => {
    const texts = column.dictionary ?? column
    const { offsets = new Int32Array(1), data } = texts
    const codes = column.dictionary === undefined ? undefined : (column.data as Int32Array)
    const validity = column.validity
    const vector = bindings.data_chunk_get_vector(chunk, index)
    const long: number[] = []
    const at = (row: number): number => codes?.[row] ?? row
    for (let row = 0; row < rows; row++) {
      const place = at(from + row)
      const isNull = validity !== undefined && (((validity[(from + row) >> 3] ?? 0) >> ((from + row) & 7)) & 1) === 0
      const start = offsets[place] ?? 0
      const length = isNull ? 0 : (offsets[place + 1] ?? 0) - start
      words[row * 4 + 1] = words[row * 4 + 2] = words[row * 4 + 3] = 0
      if (length > 12) {
        // An empty text for now; DuckDB makes room for the real one below.
        words[row * 4] = 0
        long.push(row)
      } else {
        words[row * 4] = length
        for (let byte = 0; byte < length; byte++) bytes[row * 16 + 4 + byte] = data[start + byte] as number
      }
    }
    bindings.copy_data_to_vector(vector, 0, bytes.buffer, 0, rows * 16)
    for (const row of long) {
      const place = at(from + row)
      bindings.vector_assign_string_element_len(vector, row, (data as Uint8Array).subarray(offsets[place], offsets[place + 1]))
    }
  }
}

/** Decimals, in the narrowest form that their precision allows; uint64 as one of 20 digits; intervals, whose two words DuckDB has too. */
function wordsWriter(bindings: typeof Bindings, index: number, type: DataType): Write {
  const precision = typeof type === 'object' && 'decimal' in type ? type.decimal[0] : 38
  const make = precision <= 4 ? Int16Array : precision <= 9 ? Int32Array : BigInt64Array
  return (chunk, column, from, rows) => {
    const words = column.data as BigInt64Array
    const vector = bindings.data_chunk_get_vector(chunk, index)
    if (precision > 18) {
      bindings.copy_data_to_vector(vector, 0, words.buffer as ArrayBuffer, words.byteOffset + from * 16, rows * 16)
      return
    }
    const narrow = new make(rows)
    for (let row = 0; row < rows; row++) {
      const low = words[(from + row) * 2] ?? 0n
      narrow[row] = make === BigInt64Array ? low : Number(low)
    }
    bindings.copy_data_to_vector(vector, 0, narrow.buffer, 0, narrow.byteLength)
  }
}

function mapValue(native: Native, column: Column, row: number): DuckDBValue {
  const [entries] = column.children ?? []
  const [keys, values] = entries?.children ?? []
  const [from = 0, to = 0] = [column.offsets?.[row], column.offsets?.[row + 1]]
  return native.api.mapValue(
    keys === undefined || values === undefined
      ? []
      : Array.from({ length: to - from }, (_, at) => ({ key: nested(native, keys, from + at), value: nested(native, values, from + at) })),
  )
}

/** A value of a column as DuckDB's client takes it. */
function nested(native: Native, column: Column, row: number): DuckDBValue {
  const { api } = native
  const { type, validity } = column
  if (validity !== undefined && (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) return null
  if (typeof type === 'object') {
    const [child] = column.children ?? []
    if ('list' in type) {
      const [from = 0, to = 0] = [column.offsets?.[row], column.offsets?.[row + 1]]
      return api.listValue(Array.from({ length: to - from }, (_, at) => (child === undefined ? null : nested(native, child, from + at))))
    }
    if ('struct' in type)
      return api.structValue(
        Object.fromEntries(
          type.struct.map((field, at) => {
            const part = column.children?.[at]
            return [field.name, part === undefined ? null : nested(native, part, row)]
          }),
        ),
      )
    if ('map' in type) return mapValue(native, column, row)
    if ('decimal' in type) return api.decimalValue(rawAt(column, row) as bigint, type.decimal[0], type.decimal[1])
  }
  switch (type) {
    case 'boolean':
      return column.data[row] === 1
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'float32':
    case 'float64':
      return column.data[row] as number
    case 'uint64':
      return api.decimalValue(rawAt(column, row) as bigint, 20, 0)
    case 'time':
      return api.timeValue(column.data[row] as bigint)
    case 'interval': {
      const { months, days, micros } = unpackInterval(rawAt(column, row) as bigint)
      return api.intervalValue(months, days, micros)
    }
    case 'uint32':
    case 'int64':
    case 'bigint':
      return column.data[row] as bigint
    case 'date':
      return api.dateValue(column.data[row] as number)
    case 'timestamp':
    case 'datetime':
      return api.timestampValue(column.data[row] as bigint)
    case 'null':
      return null
    default: {
      const texts = column.dictionary ?? column
      const place = column.dictionary === undefined ? row : ((column.data as Int32Array)[row] ?? 0)
      const bytes = (texts.data as Uint8Array).subarray(texts.offsets?.[place], texts.offsets?.[place + 1])
      return type === 'bytes' ? api.blobValue(bytes) : Buffer.from(bytes).toString('utf8')
    }
  }
}
