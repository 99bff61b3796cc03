/** A batch as bytes: u32 length of a header (JSON: rows, and where each buffer lies), the header, the buffers at multiples of eight. */
import { allocate, type Batch, type Column, type ColumnData, makeBatch } from '../../../../batch/index.ts'
import type { DataType, Schema } from '../../../../schema/index.ts'

/** Places are counted from the first multiple of eight behind the header. */
type Place = readonly [at: number, bytes: number]
interface Layout {
  readonly length: number
  readonly data: Place
  readonly validity?: Place
  readonly offsets?: Place
  readonly children?: readonly Layout[]
}
interface Header {
  readonly rows: number
  readonly columns: readonly Layout[]
}

/** Columns without dictionaries, as builders make them. */
export function encodeBatch(batch: Batch): Buffer {
  const buffers: Uint8Array[] = []
  let end = 0
  const put = (data: ColumnData): Place => {
    const place: Place = [end, data.byteLength]
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const padded = padding(bytes.length)
    buffers.push(bytes, new Uint8Array(padded))
    end += bytes.length + padded
    return place
  }
  const layoutOf = (column: Column): Layout => ({
    length: column.length,
    data: put(column.data),
    ...(column.validity === undefined ? {} : { validity: put(column.validity) }),
    ...(column.offsets === undefined ? {} : { offsets: put(column.offsets) }),
    ...(column.children === undefined ? {} : { children: column.children.map(layoutOf) }),
  })
  const header = Buffer.from(JSON.stringify({ rows: batch.rows, columns: batch.columns.map(layoutOf) } satisfies Header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  return Buffer.concat([length, header, new Uint8Array(padding(4 + header.length)), ...buffers])
}

/** Columns are views of the bytes, which begin at a multiple of eight of their memory. */
export function decodeBatch(fields: Schema, bytes: Buffer): Batch {
  const headerEnd = 4 + bytes.readUInt32LE(0)
  const header = JSON.parse(bytes.toString('utf8', 4, headerEnd)) as Header
  const base = headerEnd + padding(headerEnd)
  const viewOf = <T extends ColumnData>(make: T, [at, length]: Place): T => {
    const view = make.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => T
    return new view(bytes.buffer, bytes.byteOffset + base + at, length / make.BYTES_PER_ELEMENT)
  }
  const columnOf = (type: DataType, layout: Layout): Column => ({
    type,
    length: layout.length,
    data: viewOf(allocate(type, 0), layout.data),
    ...(layout.validity === undefined ? {} : { validity: viewOf(new Uint8Array(0), layout.validity) }),
    ...(layout.offsets === undefined ? {} : { offsets: viewOf(new Int32Array(0), layout.offsets) }),
    ...(layout.children === undefined ? {} : { children: layout.children.map((child, index) => columnOf(partOf(type, index), child)) }),
  })
  return makeBatch(
    fields,
    fields.map((field, index) => columnOf(field.type, header.columns[index] as Layout)),
    header.rows,
  )
}

function partOf(type: DataType, index: number): DataType {
  if (typeof type === 'object' && 'list' in type) return type.list
  if (typeof type === 'object' && 'struct' in type) return type.struct[index]?.type ?? 'null'
  return 'null'
}

function padding(length: number): number {
  return (8 - (length % 8)) % 8
}
