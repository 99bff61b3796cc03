/** Growing arrays and columns of numbers, as the accumulators of numbers read them. */
import { type Column, nullCount, validBit } from '../../batch/index.ts'

export function longer<A extends Float64Array | Uint8Array>(array: A, length: number): A {
  if (array.length >= length) return array
  const made = new (array.constructor as new (length: number) => A)(Math.max(length, 2 * array.length))
  made.set(array)
  return made
}

/** The groups of the rows whose value is not NULL; -1 for the others. */
export function withValues(groups: Int32Array, column: Column): Int32Array {
  if (nullCount(column) === 0) return groups
  const { validity, type } = column
  return groups.map((group, row) => (type === 'null' || !validBit(validity, row) ? -1 : group))
}

/** Whole numbers as doubles. `exact`: none of them is beyond 2^53. */
export function wholeNumbers({ data, length }: Column): { readonly values: ArrayLike<number>; readonly exact: boolean } {
  if (!(data instanceof BigInt64Array)) return { values: data as Int32Array, exact: true }
  // By two halves of 32 bits: reading a bigint would make an object for each.
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length)
  const values = new Float64Array(length)
  let exact = true
  for (let i = 0; i < length; i++) {
    const high = halves[2 * i + 1] as number
    values[i] = high * 4_294_967_296 + ((halves[2 * i] as number) >>> 0)
    if (high >= 0x20_0000 || high <= -0x20_0000) exact = false
  }
  return { values, exact }
}
