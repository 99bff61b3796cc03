import type * as Flechette from '@uwdata/flechette'
import { type DataType, printType, type Schema } from '../schema/index.ts'
import { TidemillError } from '../errors/index.ts'
import { arrowField } from './arrow-types.ts'
import type { Batch, Column } from './batch.ts'
import { withoutDictionary } from './concat-batches.ts'
import { nullCount, validBit } from './validity.ts'

/** Batches as a table of the library, over the same memory. */
export function arrowTable(arrow: typeof Flechette, batches: readonly Batch[], schema: Schema): Flechette.Table {
  const fields = schema.map(field => arrowField(arrow, field))
  const columns = fields.map((field, index) => {
    const parts = batches.map(batch => arrowBatch(arrow, field.type, columnOf(batch, index, schema)))
    return new arrow.Column(parts, field.type)
  })
  return new arrow.Table({ version: arrow.Version.V5, endianness: arrow.Endianness.Little, fields, metadata: null }, columns)
}

function columnOf(batch: Batch, index: number, schema: Schema): Column {
  const column = batch.columns[index]
  const type = schema[index]?.type
  if (column !== undefined && type !== undefined && batch.columns.length === schema.length && layoutsAgree(type, column.type)) return column
  throw new TidemillError('batch.shape', `batch does not have the columns of its schema: column ${schema[index]?.name ?? index}`, {
    details: { schema: schema.map(field => printType(field.type)), batch: batch.columns.map(({ type: own }) => printType(own)) },
  })
}

function layoutsAgree(a: DataType, b: DataType): boolean {
  return textOf(a) === textOf(b)
}
function textOf(type: DataType): string {
  const text = typeof type === 'object' && 'enum' in type ? 'string' : printType(type)
  return text === 'bigint' ? 'int64' : text
}

const none = new Uint8Array(0)

function arrowBatch(arrow: typeof Flechette, type: Flechette.DataType, given: Column): Flechette.Batch<unknown> {
  const column = withoutDictionary(given)
  const { length, children = [] } = column
  const nulls = nullCount(column)
  const Batch = arrow.batchType(type, {})
  const inner =
    'children' in type ? children.map((child, index) => arrowBatch(arrow, (type.children[index] as Flechette.Field).type, child)) : []
  // The library takes buffers as they are; its types ask for a constructor of each batch type.
  const Make = Batch as unknown as new (parts: object) => Flechette.Batch<unknown>
  const batch = new Make({
    length,
    nullCount: nulls,
    type,
    validity: nulls === 0 ? none : (column.validity ?? none).subarray(0, (length + 7) >> 3),
    values: valuesOf(column),
    ...(column.offsets === undefined ? {} : { offsets: column.offsets.subarray(0, length + 1) }),
    children: inner,
  })
  return batch
}

function valuesOf(column: Column): ArrayBufferView {
  const { type, length, data, offsets } = column
  switch (type) {
    case 'boolean':
      return bitsOf(data as Uint8Array, length)
    case 'int8':
      return Int8Array.from(data.subarray(0, length) as Int32Array)
    case 'int16':
      return Int16Array.from(data.subarray(0, length) as Int32Array)
    case 'uint8':
      return Uint8Array.from(data.subarray(0, length) as Int32Array)
    case 'uint16':
      return Uint16Array.from(data.subarray(0, length) as Int32Array)
    case 'uint32':
      return Uint32Array.from(data.subarray(0, length) as BigInt64Array, Number)
    case 'uint64':
      return BigUint64Array.from({ length }, (_, i) => BigInt.asUintN(64, (data as BigInt64Array)[2 * i] as bigint))
    case 'float32':
      return Float32Array.from(data.subarray(0, length) as Float64Array)
    case 'interval':
      return nanosOf(data as BigInt64Array, length)
    default:
  }
  if (typeof type === 'object') {
    if ('decimal' in type) return new BigUint64Array(data.buffer, data.byteOffset, 2 * length)
    if ('list' in type || 'struct' in type || 'map' in type) return none
  }
  return data.subarray(0, offsets === undefined ? length : offsets[length])
}

/** Months and days lie in the low word here and there; the high word has nanoseconds there. */
function nanosOf(words: BigInt64Array, length: number): BigInt64Array {
  const made = words.slice(0, 2 * length)
  for (let i = 1; i < made.length; i += 2) {
    const nanos = (made[i] as bigint) * 1000n
    if (BigInt.asIntN(64, nanos) !== nanos)
      throw new TidemillError('schema.misfit', `interval too long for Arrow: ${made[i]} microseconds (at most 292 years)`)
    made[i] = nanos
  }
  return made
}

function bitsOf(bytes: Uint8Array, length: number): Uint8Array {
  const bits = new Uint8Array((length + 7) >> 3)
  for (let i = 0; i < length; i++) if (bytes[i] === 1) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
  return bits
}

/** One byte a value from Arrow's bits. */
export function bytesOfBits(bits: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (validBit(bits, i) ? 1 : 0))
}
