import type { Column } from './batch.ts'

/** True when bit i of Arrow's bitmap is set, or when there is no bitmap: row i is not NULL. */
export function validBit(bitmap: Uint8Array | undefined, i: number): boolean {
  return bitmap === undefined || ((bitmap[i >> 3] ?? 0) & (1 << (i & 7))) !== 0
}

/** Sets or clears bit i of a bitmap that is being built. */
export function setValid(bitmap: Uint8Array, i: number, valid: boolean): void {
  const bit = 1 << (i & 7)
  bitmap[i >> 3] = valid ? (bitmap[i >> 3] ?? 0) | bit : (bitmap[i >> 3] ?? 0) & ~bit
}

/** A bitmap for `length` rows, all valid. */
export function allValid(length: number): Uint8Array {
  return new Uint8Array((length + 7) >> 3).fill(255)
}

/** The bitmap in which row i is valid when `valid(i)`; undefined when all are. */
export function validityOf(length: number, valid: (i: number) => boolean): Uint8Array | undefined {
  let bitmap: Uint8Array | undefined
  for (let i = 0; i < length; i++) {
    if (valid(i)) continue
    bitmap ??= allValid(length)
    setValid(bitmap, i, false)
  }
  return bitmap
}

/** True when row i is NULL. */
export function isNullAt(column: Column, i: number): boolean {
  if (column.type === 'null') return true
  if (!validBit(column.validity, i)) return true
  const { dictionary } = column
  return dictionary !== undefined && dictionary.validity !== undefined && isNullAt(dictionary, Number(column.data[i]))
}

/** How many rows are NULL. */
export function nullCount(column: Column): number {
  if (column.type === 'null') return column.length
  if (column.dictionary?.validity !== undefined) {
    let count = 0
    for (let i = 0; i < column.length; i++) if (isNullAt(column, i)) count++
    return count
  }
  const { validity, length } = column
  if (validity === undefined) return 0
  let valid = 0
  const whole = length >> 3
  for (let byte = 0; byte < whole; byte++) valid += ones(validity[byte] ?? 0)
  if ((length & 7) !== 0) valid += ones((validity[whole] ?? 0) & ((1 << (length & 7)) - 1))
  return length - valid
}

function ones(byte: number): number {
  let bits = byte - ((byte >> 1) & 0x55)
  bits = (bits & 0x33) + ((bits >> 2) & 0x33)
  return (bits + (bits >> 4)) & 0x0f
}
