/** The one order of values: NaN equals NaN and is the greatest number, -0 is 0, text goes by code point. */
import { compareTexts, type DataType, familyOf, intervalLength, itemType, storageOf } from '../schema/index.ts'
import { doubles, ints, longs, type Raw, reader, scaleOf, unscaled, type Vector } from './vector.ts'

/** Negative, zero or positive for two rows; their NULLs are the caller's affair. */
export type RowCompare = (i: number, j: number) => number

export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/** Two physical values of one type, NULLs after all others. */
export function compareRaw(type: DataType, a: Raw, b: Raw): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number') return compareNumbers(a, b as number)
  if (typeof a === 'string') return compareTexts(a, b as string)
  if (type === 'interval') return compareBig(intervalLength(a as bigint), intervalLength(b as bigint))
  if (typeof a === 'bigint') return a < (b as bigint) ? -1 : a > (b as bigint) ? 1 : 0
  if (typeof a === 'boolean') return Number(a) - Number(b)
  if (a instanceof Uint8Array) return compareBytes(a, b as Uint8Array)
  if (Array.isArray(a)) return compareLists(itemType(type) ?? 'unknown', a, b as Raw[])
  const fields = typeof type === 'object' && 'struct' in type ? type.struct : []
  for (const field of fields) {
    const order = compareRaw(field.type, (a as Record<string, Raw>)[field.name] ?? null, (b as Record<string, Raw>)[field.name] ?? null)
    if (order !== 0) return order
  }
  return 0
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareLists(item: DataType, a: readonly Raw[], b: readonly Raw[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compareRaw(item, a[i] ?? null, b[i] ?? null)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** In what form two types are compared. */
export type Meeting = 'double' | 'int' | 'long' | 'decimal' | 'text' | 'raw'

export function meetingOf(a: DataType, b: DataType): Meeting {
  if (a === 'null' || b === 'null') return 'raw'
  const family = familyOf(a)
  if (family === 'text') return 'text'
  if (family === 'boolean') return 'int'
  if (family === 'time') return a === 'date' && b === 'date' ? 'int' : 'long'
  if (family === 'clock') return 'long'
  if (family !== 'number') return 'raw'
  const [x, y] = [storageOf(a), storageOf(b)]
  if (x === 'float64' || y === 'float64') return 'double'
  if (x === 'int128' || y === 'int128') return 'decimal'
  return x === 'int32' && y === 'int32' ? 'int' : 'long'
}

/** Compares row i of one vector with row j of another, neither of them NULL. */
export function rowCompare(a: Vector, b: Vector, rows: number): RowCompare {
  switch (meetingOf(a.type, b.type)) {
    case 'double': {
      const [x, y] = [doubles(a, rows), doubles(b, rows)]
      return (i, j) => compareNumbers(x[i] as number, y[j] as number)
    }
    case 'int': {
      const [x, y] = [ints(a, rows), ints(b, rows)]
      return (i, j) => (x[i] as number) - (y[j] as number)
    }
    case 'long': {
      const mixed = a.type !== b.type
      const [x, y] = [longs(a, rows, mixed), longs(b, rows, mixed)]
      return (i, j) => ((x[i] as bigint) < (y[j] as bigint) ? -1 : (x[i] as bigint) > (y[j] as bigint) ? 1 : 0)
    }
    case 'decimal': {
      const scale = Math.max(scaleOf(a.type), scaleOf(b.type))
      const [x, y] = [unscaled(a, rows, scale), unscaled(b, rows, scale)]
      return (i, j) => ((x[i] as bigint) < (y[j] as bigint) ? -1 : (x[i] as bigint) > (y[j] as bigint) ? 1 : 0)
    }
    case 'text': {
      const [x, y] = [reader(a), reader(b)]
      return (i, j) => compareTexts(x(i) as string, y(j) as string)
    }
    case 'raw': {
      const [x, y] = [reader(a), reader(b)]
      return (i, j) => compareRaw(a.type, x(i), y(j))
    }
  }
}

/** A key for Map and Set: values that are equal have one key. Map itself takes NaN for NaN and -0 for 0. */
export function keyOf(value: Raw, type?: DataType): Raw {
  if (type === 'interval' && typeof value === 'bigint') return intervalLength(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')}`
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    return typeof part === 'number' && !Number.isFinite(part) ? `~${part}` : part
  })
}
