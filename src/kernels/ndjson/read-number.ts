/** Numbers out of bytes into a row of a column. Each gives the place behind the value, or -1 where the exact way must look: nothing is written then that counts. */
import type { Target } from './target.ts'

/** An integer of at most 9 digits; also in quotes. */
export function readInt32(bytes: Uint8Array, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  let p = from + quoted
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  let value = 0
  for (let digit = (bytes[p] as number) - 48; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) {
    if (p - first === 9) return -1
    value = value * 10 + digit
  }
  if (!endsInteger(bytes, first, p, quoted)) return -1
  target.ints[row] = negative ? -value : value
  return p + quoted
}

/** An integer of at most 15 digits, which a double holds exactly; also in quotes. */
export function readInt64(bytes: Uint8Array, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  let p = from + quoted
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  let value = 0
  let digit = (bytes[p] as number) - 48
  // Nine digits fit the integers of the machine.
  for (; digit >>> 0 <= 9 && p - first < 9; digit = (bytes[++p] as number) - 48) value = (Math.imul(value, 10) + digit) | 0
  const { words } = target
  if (digit >>> 0 > 9) {
    if (!endsInteger(bytes, first, p, quoted)) return -1
    const signed = negative ? -value | 0 : value
    words[2 * row] = signed
    words[2 * row + 1] = signed >> 31
    return p + quoted
  }
  let large = value
  for (; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) {
    if (p - first === 15) return -1
    large = large * 10 + digit
  }
  if (!endsInteger(bytes, first, p, quoted)) return -1
  setInt64(words, row, negative ? -large : large)
  return p + quoted
}

/** A whole number below 2^53 as two words. */
export function setInt64(words: Int32Array, row: number, value: number): void {
  words[2 * row] = value | 0
  words[2 * row + 1] = Math.floor(value / 4_294_967_296)
}

/** A number begins with no needless zero, and goes on with no fraction and no exponent. */
function endsInteger(bytes: Uint8Array, first: number, p: number, quoted: number): boolean {
  const next = bytes[p] as number
  if (p === first || (bytes[first] === 48 && p > first + 1)) return false
  return quoted === 1 ? next === 34 : next !== 46 && (next | 32) !== 101
}

const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * A number as the nearest double; also in quotes.
 *
 * Up to 15 digits and a power of ten up to 22 are both exact doubles, so one division or multiplication rounds correctly (W. Clinger, How to Read Floating Point
 * Numbers Accurately, 1990); the rest is read by `Number`.
 */
export function readFloat64(bytes: Uint8Array, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  const start = from + quoted
  let p = start
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  let value = 0
  let digit = (bytes[p] as number) - 48
  for (; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) value = value * 10 + digit
  if (p === first || (bytes[first] === 48 && p > first + 1)) return -1
  let digits = p - first
  let scale = 0
  const whole = digit !== -2 && ((digit + 48) | 32) !== 101
  if (digit === -2) {
    const fraction = ++p
    digit = (bytes[p] as number) - 48
    for (; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) value = value * 10 + digit
    scale = p - fraction
    if (scale === 0) return -1
    digits += scale
  }
  if (((digit + 48) | 32) === 101) {
    const sign = bytes[++p] as number
    if (sign === 43 || sign === 45) p++
    const begin = p
    let exponent = 0
    digit = (bytes[p] as number) - 48
    for (; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) exponent = Math.min(exponent * 10 + digit, 9999)
    if (p === begin) return -1
    scale += sign === 45 ? exponent : -exponent
  }
  if (quoted === 1 && bytes[p] !== 34) return -1
  if (digits > 15 || scale > 22 || scale < -22) value = Math.abs(numberOf(bytes, start, p))
  else if (scale > 0) value /= powers[scale] as number
  else if (scale < 0) value *= powers[-scale] as number
  // `-0` is the integer 0, `-0.0` the negative zero: so the engine reads tables.
  target.floats[row] = negative ? (whole && quoted === 0 ? 0 - value : -value) : value
  return p + quoted
}

/** The number whose digits lie there, by JavaScript's own exact reading. */
export function numberOf(bytes: Uint8Array, from: number, to: number): number {
  let text = ''
  for (let p = from; p < to; p++) text += String.fromCharCode(bytes[p] as number)
  return Number(text)
}
