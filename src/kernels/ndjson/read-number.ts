/** Numbers out of bytes into a row of a column. Each gives the place behind the value, or -1 where the exact way must look: nothing is written then that counts. */
import { longDecimal, powers } from './long-decimal.ts'
import { noDigits } from './skip.ts'
import type { Target } from './target.ts'

/** The number that four digits make. Source: D. Lemire, Quickly parsing eight digits, 2018. */
function fourDigits(four: number): number {
  const digits = four - 0x30303030
  const pairs = Math.imul(digits, 10) + (digits >>> 8)
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
}

/** How many digits a word begins with, by its bits of `noDigits`. */
function leading(hit: number): number {
  return (31 - Math.clz32(hit & -hit)) >> 3
}

/** The number that the first one to three bytes of a word make. */
function someDigits(four: number, count: number): number {
  return fourDigits((four << (32 - 8 * count)) | (0x30303030 >>> (8 * count)))
}
const tens = Int32Array.of(1, 10, 100, 1000)

/** An integer of at most 8 digits; also in quotes. */
export function readInt32(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  let p = from + quoted
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  let value = 0
  let four = view.getInt32(p, true)
  let hit = noDigits(four)
  while (hit === 0) {
    if (p - first === 8) return -1
    value = Math.imul(value, 10_000) + fourDigits(four)
    p += 4
    four = view.getInt32(p, true)
    hit = noDigits(four)
  }
  const more = leading(hit)
  if (more > 0) {
    if (p - first === 8) return -1
    value = Math.imul(value, tens[more] as number) + someDigits(four, more)
    p += more
  }
  if (!endsInteger(bytes, first, p, quoted)) return -1
  target.ints[row] = negative ? -value : value
  return p + quoted
}

/** An integer of at most 15 digits, which a double holds exactly; also in quotes. */
export function readInt64(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  let p = from + quoted
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  // Eight digits fit the integers of the machine.
  let small = 0
  let four = view.getInt32(p, true)
  let hit = noDigits(four)
  for (; hit === 0 && p - first < 8; hit = noDigits(four)) {
    small = Math.imul(small, 10_000) + fourDigits(four)
    p += 4
    four = view.getInt32(p, true)
  }
  if (p - first < 8) {
    const more = leading(hit)
    if (more > 0) small = Math.imul(small, tens[more] as number) + someDigits(four, more)
    p += more
    if (!endsInteger(bytes, first, p, quoted)) return -1
    const signed = negative ? -small | 0 : small
    target.words[2 * row] = signed
    target.words[2 * row + 1] = signed >> 31
    return p + quoted
  }
  let large = small
  if (hit === 0) {
    large = large * 10_000 + fourDigits(four)
    p += 4
    four = view.getInt32(p, true)
    hit = noDigits(four)
    if (hit === 0) return -1
  }
  const more = leading(hit)
  if (more > 0) large = large * (tens[more] as number) + someDigits(four, more)
  p += more
  if (!endsInteger(bytes, first, p, quoted)) return -1
  setInt64(target.words, row, negative ? -large : large)
  return p + quoted
}

const word = 1 / 4_294_967_296

/** A whole number below 2^53 as two words. */
export function setInt64(words: Int32Array, row: number, value: number): void {
  words[2 * row] = value | 0
  words[2 * row + 1] = Math.floor(value * word)
}

/** A number begins with no needless zero, and goes on with no fraction and no exponent. */
function endsInteger(bytes: Uint8Array, first: number, p: number, quoted: number): boolean {
  const next = bytes[p] as number
  if (p === first || (bytes[first] === 48 && p > first + 1)) return false
  return quoted === 1 ? next === 34 : next !== 46 && (next | 32) !== 101
}

/**
 * A number as the nearest double; also in quotes.
 *
 * Up to 15 digits and a power of ten up to 22 are both exact doubles, so one division or multiplication rounds correctly (W. Clinger, How to Read Floating Point
 * Numbers Accurately, 1990); a few more digits are divided with more care; the rest is read by `Number`.
 */
export function readFloat64(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  const quoted = bytes[from] === 34 ? 1 : 0
  const start = from + quoted
  let p = start
  const negative = bytes[p] === 45
  if (negative) p++
  const first = p
  let value = 0
  let four = view.getInt32(p, true)
  let hit = noDigits(four)
  for (; hit === 0; hit = noDigits(four)) {
    value = value * 10_000 + fourDigits(four)
    p += 4
    four = view.getInt32(p, true)
  }
  const more = leading(hit)
  if (more > 0) value = value * (tens[more] as number) + someDigits(four, more)
  p += more
  let digit = (bytes[p] as number) - 48
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
  if (digits > 15 || scale > 22 || scale < -22) {
    value = digits > 15 && digits < 20 && scale >= 0 && scale < 23 ? longDecimal(bytes, first, digits, scale) : Number.NaN
    if (Number.isNaN(value)) value = Math.abs(numberOf(bytes, start, p))
  } else if (scale > 0) value /= powers[scale] as number
  else if (scale < 0) value *= powers[-scale] as number
  // `-0` is the integer 0, `-0.0` the negative zero: so the engine reads tables.
  target.floats[row] = negative ? (whole && quoted === 0 ? 0 - value : -value) : value
  return p + quoted
}

/** The number whose digits lie there, by JavaScript's own exact reading. */
function numberOf(bytes: Uint8Array, from: number, to: number): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'))
}
