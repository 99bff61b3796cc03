/** Rows as Parquet: row groups one after the other, the footer at the end. The library is loaded beforehand, so that all of this is synchronous. */
import type * as Parquet from 'hyparquet-writer'
import { type Batch, type Column, concatBatches, rawAt, stringsOf, validBit } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { type Schema, storageOf } from '../../../../schema/index.ts'
import { parquetSchema } from './parquet-schema.ts'
import type { RowEncoder } from './row-encoder.ts'

let loaded: typeof Parquet | undefined

/** Loads the library; once a thread, before the first encoder is made. */
export async function loadParquet(): Promise<void> {
  loaded ??= await import('hyparquet-writer')
}

/** Rows of a row group: few enough that making one does not stop the thread for long. */
const groupRows = 32_768
/** Bytes of columns in memory that end a row group early. */
const groupBytes = 32 << 20

/** @throws engine.internal before `loadParquet` */
export function parquetEncoder(fields: Schema): RowEncoder {
  if (loaded === undefined) throw new TidemillError('engine.internal', 'the Parquet writer is not loaded', { hint: 'call loadSinks first' })
  const bytes = new loaded.ByteWriter(1 << 16)
  const writer = new loaded.ParquetWriter({ writer: bytes, schema: parquetSchema(fields), createdBy: 'tidemill' })
  let pending: Batch[] = []
  let [rows, pendingRows, pendingBytes] = [0, 0, 0]
  const writeGroup = (): void => {
    if (pendingRows === 0) return
    const batch = concatBatches(fields, pending)
    pending = []
    pendingRows = 0
    pendingBytes = 0
    void writer.write({ columnData: batch.columns.map((column, i) => sourceOf(fields, i, column)), rowGroupSize: batch.rows })
  }
  const take = (): Uint8Array => {
    const taken = bytes.getBytes().slice()
    // The offset goes on counting: it is the place in the file.
    bytes.index = 0
    return taken
  }
  return {
    add(batch) {
      rows += batch.rows
      pendingRows += batch.rows
      const columns = batch.columns.slice(0, fields.length)
      for (const column of columns) pendingBytes += bytesOf(column)
      pending.push({ fields, rows: batch.rows, columns })
      if (pendingRows >= groupRows || pendingBytes >= groupBytes) writeGroup()
    },
    get rows() {
      return rows
    },
    get held() {
      return bytes.index
    },
    take,
    finish() {
      writeGroup()
      void writer.finish()
      return take()
    },
  }
}

type Source = Parameters<Parquet.ParquetWriter['write']>[0]['columnData'][number]

/** A column as the library takes it: typed arrays where no value is NULL, physical values in an array otherwise. */
function sourceOf(fields: Schema, index: number, column: Column): Source {
  const { name, nullable } = fields[index] as Schema[number]
  const { type, data, length, validity } = column
  if (validity !== undefined && !nullable) refuseNulls(name, column)
  if (storageOf(type) === 'text') return textSource(name, column)
  const flat = validity === undefined && typeof type === 'string' && type !== 'boolean' && type !== 'bytes' && type !== 'uint64'
  const values = flat ? data.subarray(0, length) : Array.from({ length }, (_, i) => rawAt(column, i))
  // Doubles hardly repeat: a dictionary would be made to be thrown away.
  return { name, data: values as Source['data'], ...(type === 'float64' ? { encoding: 'PLAIN' } : {}) }
}

/**
 * Texts: where they repeat, as strings, which the library puts into a dictionary and encodes once; where they do not, as views of the bytes they came in, which saves
 * making and encoding a string a value. No bounds: comparing texts costs more than writing them.
 */
function textSource(name: string, column: Column): Source {
  const some = Math.min(column.length, 1000)
  const distinct = new Set(stringsOf({ ...column, length: some })).size
  if (column.dictionary !== undefined || 2 * distinct <= some) return { name, data: stringsOf(column), statistics: false }
  const bytes = column.data as Uint8Array
  const offsets = column.offsets as Int32Array
  const views = Array.from({ length: column.length }, (_, i) =>
    validBit(column.validity, i) ? bytes.subarray(offsets[i], offsets[i + 1]) : null,
  )
  return { name, data: views, encoding: 'PLAIN', statistics: false }
}

function refuseNulls(name: string, column: Column): void {
  for (let i = 0; i < column.length; i++)
    if (!validBit(column.validity, i))
      throw new TidemillError('stream.sink-failed', `column without NULLs has one: ${name}`, { details: { column: name } })
}

/** Bytes of a column in memory, about. */
function bytesOf(column: Column): number {
  const { data, offsets, children, dictionary, length } = column
  const own =
    offsets === undefined ? Math.min(data.byteLength, 16 * length) : (offsets[length] as number) - (offsets[0] as number) + 4 * length
  const below = children?.reduce((sum, child) => sum + bytesOf(child), 0) ?? 0
  return dictionary === undefined ? own + below : 4 * length
}
