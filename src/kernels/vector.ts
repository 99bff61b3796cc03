/** Operands of kernels: a column, or one value that stands for every row. */
import { allocate, columnFromRaw, type Column, rawAt, setValid, takeColumn, valuesOf } from '../batch/index.ts'
import { type DataType, familyOf, parseText, plainDigits, storageOf } from '../schema/index.ts'

export interface Vector {
  readonly type: DataType
  /** Of a constant: one row. */
  readonly column: Column
  readonly constant: boolean
}

/** A value a column holds: what `rawAt` gives. */
export type Raw = unknown

export function columnVector(column: Column): Vector {
  return { type: column.type, column, constant: false }
}

export function constantVector(type: DataType, value: Raw): Vector {
  return { type, column: columnFromRaw(type === 'unknown' ? 'null' : type, [value]), constant: true }
}

/** The vector as a column of so many rows. */
export function toColumn({ column, constant }: Vector, rows: number): Column {
  return constant ? takeColumn(column, new Int32Array(rows)) : column
}

/** Values one by one, null for NULL; each column's texts are decoded at once. */
export function reader({ column, constant, type }: Vector): (i: number) => Raw {
  if (constant) {
    const value = rawAt(column, 0)
    return () => value
  }
  if (familyOf(type) === 'text') {
    const texts = textsOf(column)
    return i => texts[i]
  }
  return i => rawAt(column, i)
}

/** All texts of a text column, null for NULL. */
export function textsOf(column: Column): readonly (string | null)[] {
  if (familyOf(column.type) !== 'text') return new Array<null>(column.length).fill(null)
  return valuesOf(column) as (string | null)[]
}

/** Rows that are NULL in one of the vectors, as Arrow's bitmap of the others; undefined when there are none. A constant NULL makes all NULL. */
export function jointValidity(vectors: readonly Vector[], rows: number): Uint8Array | undefined {
  let joint: Uint8Array | undefined
  for (const { column, constant } of vectors) {
    if (constant) {
      if (rawAt(column, 0) === null) return new Uint8Array((rows + 7) >> 3)
      continue
    }
    const validity = validityOfColumn(column)
    if (validity === undefined) continue
    if (joint === undefined) joint = validity.slice(0, (rows + 7) >> 3)
    else for (let byte = 0; byte < joint.length; byte++) joint[byte] = (joint[byte] ?? 0) & (validity[byte] ?? 0)
  }
  return joint
}

function validityOfColumn(column: Column): Uint8Array | undefined {
  if (column.type === 'null') return new Uint8Array((column.length + 7) >> 3)
  if (column.dictionary?.validity === undefined) return column.validity
  const bitmap = new Uint8Array((column.length + 7) >> 3)
  for (let i = 0; i < column.length; i++) if (rawAt(column, i) !== null) setValid(bitmap, i, true)
  return bitmap
}

/** A column around finished parts. */
export function plainColumn(type: DataType, length: number, data: Column['data'], validity: Uint8Array | undefined): Column {
  return validity === undefined ? { type, length, data } : { type, length, data, validity }
}

/** The values as doubles; rows that are NULL hold anything. */
export function doubles(vector: Vector, rows: number): Float64Array {
  const { column, constant, type } = vector
  const length = constant ? 1 : rows
  const values = storageOf(type) === 'float64' ? (column.data as Float64Array) : convertDoubles(column, type, length)
  return constant ? new Float64Array(rows).fill(values[0] ?? 0) : values
}

function convertDoubles(column: Column, type: DataType, length: number): Float64Array {
  const out = new Float64Array(length)
  if (type === 'null') return out
  const storage = storageOf(type)
  if (storage === 'int64' || storage === 'int32') {
    const data = column.data as BigInt64Array | Int32Array
    for (let i = 0; i < length; i++) out[i] = Number(data[i])
    return out
  }
  const read = reader(columnVector(column))
  const scale = scaleOf(type)
  for (let i = 0; i < length; i++) out[i] = decimalToNumber((read(i) ?? 0n) as bigint, scale)
  return out
}

/** The values as 64-bit integers: of integers, points in time, and days (as microseconds when asked). Rows that are NULL hold anything. */
export function longs({ column, constant, type }: Vector, rows: number, daysAsMicros = false): BigInt64Array {
  const length = constant ? 1 : rows
  let values: BigInt64Array
  if (storageOf(type) === 'int32') {
    const factor = type === 'date' && daysAsMicros ? dayMicros : 1n
    const data = column.data as Int32Array
    values = new BigInt64Array(length)
    for (let i = 0; i < length; i++) values[i] = BigInt(data[i] ?? 0) * factor
  } else values = type === 'null' ? new BigInt64Array(length) : (column.data as BigInt64Array)
  return constant ? new BigInt64Array(rows).fill(values[0] ?? 0n) : values
}

/** The values of int32, date and boolean columns. */
export function ints({ column, constant }: Vector, rows: number): Int32Array | Uint8Array {
  const data = column.data as Int32Array | Uint8Array
  return constant ? new Int32Array(rows).fill(data[0] ?? 0) : data
}

/** Exact numbers of a common scale, as bigints. */
export function unscaled(vector: Vector, rows: number, scale: number): readonly bigint[] {
  const read = reader(vector)
  const factor = 10n ** BigInt(scale - scaleOf(vector.type))
  return Array.from({ length: rows }, (_, i) => BigInt((read(i) ?? 0) as bigint | number) * factor)
}

export const dayMicros = 86_400_000_000n

/** Digits after the point; 0 for integers. */
export function scaleOf(type: DataType): number {
  return typeof type === 'object' && 'decimal' in type ? type.decimal[1] : 0
}

/** A decimal as a double, in DuckDB's steps: of more digits than a double has, the whole part and the rest are converted apart and added. */
export function decimalToNumber(value: bigint, scale: number): number {
  if (scale === 0) return Number(value)
  const unit = powerOfTen(scale)
  if (value <= 9_007_199_254_740_992n && value >= -9_007_199_254_740_992n) return Number(value) / unit
  const whole = 10n ** BigInt(scale)
  return Number(value / whole) + Number(value % whole) / unit
}

/** 10 ** 23 is not 1e23. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`)
}

/** `-12.34` */
export function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return value < 0n ? `-${text}` : text
}

/** A number of the user (an option) in a column's type; undefined when it cannot be said there. */
export function numberAs(value: number, type: DataType): boolean | number | bigint | string | undefined {
  if (type === 'float64' || type === 'float32') return value
  return parseText(plainDigits(value) ?? '', type)
}

/** An empty boolean result. */
export function booleans(rows: number): Uint8Array {
  return allocate('boolean', rows) as Uint8Array
}
