import type * as Flechette from '@uwdata/flechette'
import { TidemillError } from '../errors/index.ts'
import { type DataType, isInt64, itemType, packInterval, type Schema } from '../schema/index.ts'
import { fieldsOf, typeOfArrow } from './arrow-types.ts'
import type { Batch, Column, ColumnData } from './batch.ts'
import { columnFromRaw } from './column-from.ts'
import { concatColumns } from './concat-batches.ts'
import { makeBatch } from './make-batch.ts'
import { bytesOfBits } from './arrow-tables.ts'
import { validBit } from './validity.ts'

/** How batches are made of messages. */
export interface ArrowTaking {
  /** True: the batches get copies. False: they may lie in the memory of the messages. */
  readonly own: boolean
  /** Names of the columns that are wanted, in this order. Default: all. */
  readonly columns?: readonly string[] | undefined
}

/** The batches of whole messages; of a schema alone, an empty batch. */
export function batchesOfMessages(arrow: typeof Flechette, bytes: Uint8Array | readonly Uint8Array[], taking: ArrowTaking): Batch[] {
  const table = tableOf(arrow, bytes)
  const all = fieldsOf(arrow, table.schema.fields)
  const wanted = taking.columns?.map(name => all.findIndex(field => field.name === name)) ?? all.map((_, index) => index)
  const fields = wanted.map(index => all[index] as Schema[number])
  const count = table.children[0]?.data.length ?? 0
  if (count === 0) return [emptyBatch(fields)]
  return Array.from({ length: count }, (_, at) =>
    guarded(() => {
      const columns = wanted.map((index, place) => {
        const part = table.children[index]?.data[at] as Flechette.Batch<unknown>
        return columnOf(arrow, table.schema.fields[index] as Flechette.Field, fields[place]?.type ?? 'null', part, taking.own)
      })
      return makeBatch(fields, columns, table.children[0]?.data[at]?.length ?? 0)
    }),
  )
}

/** The columns that a schema message tells. */
export function schemaOfMessages(arrow: typeof Flechette, bytes: Uint8Array): Schema {
  return fieldsOf(arrow, tableOf(arrow, bytes).schema.fields)
}

function tableOf(arrow: typeof Flechette, bytes: Uint8Array | readonly Uint8Array[]): Flechette.Table {
  return guarded(() => {
    const table = arrow.tableFromIPC(bytes as Uint8Array | Uint8Array[], { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true })
    if (table.schema === undefined || !Array.isArray(table.schema.fields) || table.schema.fields.length === 0)
      throw new TypeError('no columns')
    return table
  })
}

function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof TidemillError) throw error
    throw corrupt(error instanceof Error ? error.message : String(error), error)
  }
}

function corrupt(problem: string, cause?: unknown): TidemillError {
  return new TidemillError('batch.corrupt', `bytes are no Arrow stream, or end too early: ${problem}`, {
    hint: 'get the bytes again',
    cause,
  })
}

function emptyBatch(fields: Schema): Batch {
  return makeBatch(
    fields,
    fields.map(field => columnFromRaw(field.type, [])),
  )
}

/** What a batch of the library keeps; its own types hide it. */
interface Parts {
  readonly length: number
  readonly nullCount: number
  readonly validity?: Uint8Array
  readonly values?: ArrayBufferView & { readonly length: number }
  readonly offsets?: Int32Array | BigInt64Array
  readonly children?: readonly Flechette.Batch<unknown>[]
  readonly type: Flechette.DataType
}

function columnOf(arrow: typeof Flechette, field: Flechette.Field, type: DataType, batch: Flechette.Batch<unknown>, own: boolean): Column {
  const parts = batch as unknown as Parts
  const { length } = parts
  const codes = dictionaryOf(arrow, field.type, type, parts)
  if (codes !== undefined) return codes
  const direct = directData(arrow, field.type, type, parts, own)
  if (direct === undefined) {
    return columnFromRaw(
      type,
      Array.from({ length }, (_, i) => physical(arrow, field.type, type, batch.at(i), field.name)),
    )
  }
  const validity =
    type !== 'null' && parts.nullCount > 0 ? taken(needed(parts.validity, (length + 7) >> 3), (length + 7) >> 3, own) : undefined
  return { type, length, ...direct, ...(validity === undefined ? {} : { validity }) }
}

/** The buffers, where Arrow keeps the type as we do. */
function directData(
  arrow: typeof Flechette,
  arrowType: Flechette.DataType,
  type: DataType,
  parts: Parts,
  own: boolean,
): { readonly data: ColumnData; readonly offsets?: Int32Array; readonly children?: readonly Column[] } | undefined {
  const { Type } = arrow
  const { length } = parts
  // All others are read value by value.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (arrowType.typeId) {
    case Type.Null:
      return { data: new Uint8Array(0) }
    case Type.Bool:
      return { data: bytesOfBits(needed(parts.values as Uint8Array | undefined, (length + 7) >> 3), length) }
    case Type.Int: {
      const values = needed(parts.values as IntArray | undefined, length)
      if (values instanceof Int32Array || values instanceof BigInt64Array) return { data: taken(values, length, own) }
      if (values instanceof BigUint64Array) return { data: wide(values, length) }
      return {
        data:
          values instanceof Uint32Array
            ? BigInt64Array.from(values.subarray(0, length), BigInt)
            : Int32Array.from(values.subarray(0, length)),
      }
    }
    case Type.Float:
      if (arrowType.precision === arrow.Precision.DOUBLE)
        return { data: taken(needed(parts.values as Float64Array | undefined, length), length, own) }
      return arrowType.precision === arrow.Precision.SINGLE
        ? { data: Float64Array.from(needed(parts.values as Float32Array | undefined, length).subarray(0, length)) }
        : undefined
    case Type.Time:
      return { data: clocksOf(arrow, arrowType.unit, needed(parts.values as Int32Array | BigInt64Array | undefined, length), length) }
    case Type.Interval:
    case Type.Duration:
      return { data: intervalsOf(arrow, arrowType, parts) }
    case Type.Date:
      return arrowType.unit === arrow.DateUnit.DAY
        ? { data: taken(needed(parts.values as Int32Array | undefined, length), length, own) }
        : undefined
    case Type.Timestamp:
      return arrowType.unit === arrow.TimeUnit.MICROSECOND
        ? { data: taken(needed(parts.values as BigInt64Array | undefined, length), length, own) }
        : undefined
    case Type.Decimal: {
      if (arrowType.bitWidth !== 128) return undefined
      const words = taken(needed(parts.values as BigUint64Array | undefined, 2 * length), 2 * length, own)
      return { data: new BigInt64Array(words.buffer, words.byteOffset, words.length) }
    }
    case Type.Utf8:
    case Type.Binary: {
      const offsets = offsetsOf(parts, own)
      const end = offsets[length] as number
      return { data: taken(needed(parts.values as Uint8Array | undefined, end), end, own), offsets }
    }
    case Type.Map:
    case Type.List: {
      const offsets = offsetsOf(parts, own)
      const [child] = parts.children ?? []
      if (child === undefined || child.length < (offsets[length] as number)) throw corrupt('a list without its items')
      const [item] = arrowType.children as readonly [Flechette.Field]
      const inner = arrowType.typeId === Type.Map ? (itemType(type) ?? 'null') : typeOfArrow(arrow, item)
      return { data: new Uint8Array(0), offsets, children: [columnOf(arrow, item, inner, child, own)] }
    }
    case Type.Struct: {
      if (typeof type !== 'object' || !('struct' in type)) return undefined
      const children = type.struct.map((inner, index) => {
        const child = parts.children?.[index]
        if (child === undefined || child.length < length) throw corrupt('a struct without its fields')
        return columnOf(arrow, arrowType.children[index] as Flechette.Field, inner.type, child, own)
      })
      return { data: new Uint8Array(0), children }
    }
    default:
      return undefined
  }
}

/** The first values: a copy, or the memory itself. */
function taken<T extends Uint8Array | Int32Array | BigInt64Array | BigUint64Array | Float64Array>(
  buffer: T,
  length: number,
  own: boolean,
): T {
  return (own ? buffer.slice(0, length) : buffer.subarray(0, length)) as T
}

/** Texts by their codes, as Arrow has them; undefined for other types. */
function dictionaryOf(arrow: typeof Flechette, arrowType: Flechette.DataType, type: DataType, parts: Parts): Column | undefined {
  if (arrowType.typeId !== arrow.Type.Dictionary || arrowType.dictionary.typeId !== arrow.Type.Utf8) return undefined
  const { length } = parts
  const texts = (parts as unknown as { readonly dictionary?: Flechette.Column<unknown> }).dictionary
  if (texts === undefined) throw corrupt('a dictionary is missing')
  const field: Flechette.Field = { name: '', type: arrowType.dictionary, nullable: true, metadata: new Map() }
  const pieces = texts.data.map(piece => columnOf(arrow, field, 'string', piece, true))
  const dictionary = pieces.length === 1 ? (pieces[0] as Column) : concatColumns('string', pieces)
  const given = needed(parts.values as (ArrayLike<number | bigint> & { readonly length: number }) | undefined, length)
  const validity = parts.nullCount > 0 ? needed(parts.validity, (length + 7) >> 3).slice(0, (length + 7) >> 3) : undefined
  const data = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    if (!validBit(validity, i)) continue
    const code = Number(given[i])
    if (!(code >= 0 && code < dictionary.length)) throw corrupt(`code ${code} of a dictionary of ${dictionary.length} texts`)
    data[i] = code
  }
  return { type, length, data, dictionary: { ...dictionary, type }, ...(validity === undefined ? {} : { validity }) }
}

function needed<T extends { readonly length: number }>(buffer: T | undefined, length: number): T {
  if (buffer === undefined || buffer.length < length) throw corrupt(`a buffer has ${buffer?.length ?? 0} of ${length} values`)
  return buffer
}

type IntArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array

/** Two words a value. */
function wide(values: BigUint64Array, length: number): BigInt64Array {
  const words = new BigInt64Array(2 * length)
  for (let i = 0; i < length; i++) words[2 * i] = BigInt.asIntN(64, values[i] as bigint)
  return words
}

const dayMicros = 86_400_000_000n

/** Times of day as microseconds; what stands at a NULL may be anything. */
function clocksOf(arrow: typeof Flechette, unit: number, values: Int32Array | BigInt64Array, length: number): BigInt64Array {
  const micros = new BigInt64Array(length)
  for (let i = 0; i < length; i++) {
    const value = microsOf(arrow, unit, BigInt(values[i] as number | bigint))
    micros[i] = value < 0n || value >= dayMicros ? 0n : value
  }
  return micros
}

/** Intervals and durations: months and days in the low word, microseconds in the high one. */
function intervalsOf(arrow: typeof Flechette, type: Flechette.DataType, parts: Parts): BigInt64Array {
  const { length } = parts
  const words = new BigInt64Array(2 * length)
  const put = (i: number, months: number, days: number, micros: bigint): void => {
    const packed = packInterval({ months, days, micros })
    words[2 * i] = BigInt.asIntN(64, packed)
    words[2 * i + 1] = packed >> 64n
  }
  if (type.typeId === arrow.Type.Duration) {
    const values = needed(parts.values as BigInt64Array | undefined, length)
    for (let i = 0; i < length; i++) put(i, 0, 0, BigInt.asIntN(64, microsOf(arrow, type.unit, values[i] as bigint)))
    return words
  }
  const unit = type.typeId === arrow.Type.Interval ? type.unit : undefined
  const bytes = parts.values
  const width = unit === arrow.IntervalUnit.YEAR_MONTH ? 4 : unit === arrow.IntervalUnit.DAY_TIME ? 8 : 16
  if (bytes === undefined || bytes.byteLength < width * length) throw corrupt('intervals that end too early')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < length; i++) {
    const at = width * i
    const first = view.getInt32(at, true)
    if (width === 4) put(i, first, 0, 0n)
    else if (width === 8) put(i, 0, first, BigInt(view.getInt32(at + 4, true)) * 1000n)
    else put(i, first, view.getInt32(at + 4, true), microsOf(arrow, arrow.TimeUnit.NANOSECOND, view.getBigInt64(at + 8, true)))
  }
  return words
}

function offsetsOf(parts: Parts, own: boolean): Int32Array {
  const { length } = parts
  // An array without a value may come without offsets.
  if (length === 0 && (parts.offsets?.length ?? 0) === 0) return new Int32Array(1)
  const offsets = taken(needed(parts.offsets as Int32Array | undefined, length + 1), length + 1, own)
  for (let i = 0; i < length; i++)
    if ((offsets[i] as number) > (offsets[i + 1] as number) || (offsets[i] as number) < 0) throw corrupt('offsets that go back')
  return offsets
}

/** A value as the library reads it, as the physical value of our type. */
function physical(arrow: typeof Flechette, arrowType: Flechette.DataType, type: DataType, value: unknown, column: string): unknown {
  if (value === null || value === undefined) return null
  const { Type } = arrow
  if (arrowType.typeId === Type.Dictionary) return physical(arrow, arrowType.dictionary, type, value, column)
  if (isInt64(type)) return int64Of(BigInt(value as number | bigint), column)
  if (type === 'uint32' || type === 'uint64') return BigInt(value as number | bigint)
  if (type === 'uuid' && value instanceof Uint8Array) return uuidText(value)
  if (arrowType.typeId === Type.Time) return microsOf(arrow, arrowType.unit, BigInt(value as number | bigint))
  if (arrowType.typeId === Type.Duration)
    return packInterval({ months: 0, days: 0, micros: microsOf(arrow, arrowType.unit, BigInt(value as number | bigint)) })
  if (arrowType.typeId === Type.Interval) return packed(arrow, arrowType.unit, value as number | ArrayLike<number>)
  if (typeof type === 'object' && 'map' in type && 'children' in arrowType) {
    const [entries] = arrowType.children as [Flechette.Field]
    const [keyField, valueField] = 'children' in entries.type ? (entries.type.children as readonly Flechette.Field[]) : []
    if (keyField === undefined || valueField === undefined) throw corrupt('a map without keys and values')
    const [keyType, valueType] = type.map
    return Array.from(value as Iterable<readonly [unknown, unknown]>, ([key, of]) => ({
      key: physical(arrow, keyField.type, keyType, key, column),
      value: physical(arrow, valueField.type, valueType, of, column),
    }))
  }
  if (type === 'date') return Math.floor(Number(value) / 86_400_000)
  if (arrowType.typeId === Type.Timestamp) return microsOf(arrow, arrowType.unit, value as bigint)
  if (typeof type === 'object' && 'decimal' in type) return BigInt(value as number | bigint)
  if (typeof type === 'object' && 'list' in type && 'children' in arrowType) {
    const [item] = arrowType.children as [Flechette.Field]
    return Array.from(value as Iterable<unknown>, part => physical(arrow, item.type, type.list, part, column))
  }
  if (typeof type === 'object' && 'struct' in type && 'children' in arrowType) {
    const row = value as Readonly<Record<string, unknown>>
    const fields = arrowType.children as readonly Flechette.Field[]
    return Object.fromEntries(
      type.struct.map((field, at) => [
        field.name,
        physical(arrow, (fields[at] as Flechette.Field).type, field.type, row[field.name], column),
      ]),
    )
  }
  return value
}

/** An interval as the library reads it. */
function packed(arrow: typeof Flechette, unit: number, value: number | ArrayLike<number>): bigint {
  if (typeof value === 'number') return packInterval({ months: value, days: 0, micros: 0n })
  const [first = 0, second = 0, third = 0] = Array.from(value)
  return unit === arrow.IntervalUnit.DAY_TIME
    ? packInterval({ months: 0, days: first, micros: BigInt(second) * 1000n })
    : packInterval({ months: first, days: second, micros: BigInt(Math.floor(third / 1000)) })
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function int64Of(value: bigint, column: string): bigint {
  if (BigInt.asIntN(64, value) === value) return value
  throw new TidemillError('schema.misfit', `value does not fit: column ${column}: ${value} is no int64`, {
    details: { column, value: String(value) },
  })
}

function microsOf(arrow: typeof Flechette, unit: number, value: bigint): bigint {
  if (unit === arrow.TimeUnit.SECOND) return value * 1_000_000n
  if (unit === arrow.TimeUnit.MILLISECOND) return value * 1000n
  if (unit === arrow.TimeUnit.MICROSECOND) return value
  // Rounded down, also before 1970.
  return value / 1000n - (value % 1000n < 0n ? 1n : 0n)
}
