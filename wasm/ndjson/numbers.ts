/** Numbers into their place: see read-number.ts. */
import { powers } from './tables'

/** Bits of the bytes that are no digit. */
export function noDigits(bytes: v128): i32 {
  // Moved up by 70 digits are the greatest signed bytes.
  return i8x16.bitmask(i8x16.lt_s(i8x16.add(bytes, i8x16.splat(70)), i8x16.splat(118)))
}

/** The number that sixteen digits make, the first in the lowest byte. */
function sixteen(digits: v128): u64 {
  const pairs = i16x8.add(i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10)), i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1))
  const both = i64x2.extract_lane(eights, 0)
  return <u64>(both & 0xffffffff) * 100000000 + (<u64>both >> 32)
}

/** The number that the first `count` bytes make. */
function firstDigits(bytes: v128, count: i32): u64 {
  const iota = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  return sixteen(i8x16.swizzle(i8x16.sub(bytes, i8x16.splat(48)), i8x16.add(iota, i8x16.splat(<i8>(count - 16)))))
}

/** An integer of at most 15 digits; also in quotes. */
export function readInt64(from: usize, into: usize): usize {
  const quoted = <usize>(load<u8>(from) == 34)
  let p = from + quoted
  const negative = load<u8>(p) == 45
  p += <usize>negative
  const bytes = v128.load(p)
  const count = ctz(noDigits(bytes) | 0x10000)
  if (count == 0 || count == 16 || (load<u8>(p) == 48 && count > 1)) return 0
  const magnitude = <i64>firstDigits(bytes, count)
  store<i64>(into, negative ? -magnitude : magnitude)
  p += count
  const next = load<u8>(p)
  if (quoted) return next == 34 ? p + 1 : 0
  return next == 46 || (next | 32) == 101 ? 0 : p
}

const scratch: usize = 1280

/** The same where it fits 32 bits. */
export function readInt32(from: usize, into: usize): usize {
  const end = readInt64(from, scratch)
  const value = load<i64>(scratch)
  if (end == 0 || <i64>(<i32>value) != value) return 0
  store<i32>(into, <i32>value)
  return end
}

/** A number as the nearest double; see read-number.ts. */
export function readFloat64(from: usize, into: usize): usize {
  const quoted = <usize>(load<u8>(from) == 34)
  let p = from + quoted
  const negative = load<u8>(p) == 45
  p += <usize>negative
  const bytes = v128.load(p)
  const others = noDigits(bytes) | 0x10000
  const before = ctz(others)
  if (before == 0 || before == 16) return longFloat64(from, into)
  if (load<u8>(p) == 48 && before > 1) return 0
  let end = before
  let fraction = 0
  let digits = i8x16.sub(bytes, i8x16.splat(48))
  const iota = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  const whole = load<u8>(p + before) != 46
  if (!whole) {
    end = ctz((others & (others - 1)) | 0x10000)
    fraction = end - before - 1
    if (fraction == 0 || end == 16) return longFloat64(from, into)
    // Digits before the point move over it.
    const over = i8x16.lt_s(iota, i8x16.splat(<i8>(16 - fraction)))
    digits = i8x16.swizzle(digits, i8x16.add(i8x16.add(iota, i8x16.splat(<i8>(end - 16))), over))
  } else digits = i8x16.swizzle(digits, i8x16.add(iota, i8x16.splat(<i8>(end - 16))))
  const next = load<u8>(p + end)
  if ((next | 32) == 101) return longFloat64(from, into)
  if (quoted && next != 34) return 0
  const size = <f64>(<i64>sixteen(digits)) / load<f64>(powers + (fraction << 3))
  // `-0` is the integer 0, `-0.0` the negative zero.
  store<f64>(into, negative ? (whole && !quoted ? 0 - size : -size) : size)
  return p + end + quoted
}

/** The same for more digits, and with an exponent. */
function longFloat64(from: usize, into: usize): usize {
  const quoted = <usize>(load<u8>(from) == 34)
  let p = from + quoted
  const negative = load<u8>(p) == 45
  p += <usize>negative
  const first = p
  let mantissa: u64 = 0
  let digit = <u32>load<u8>(p) - 48
  for (; digit <= 9; digit = <u32>load<u8>(++p) - 48) mantissa = mantissa * 10 + digit
  if (p == first || (load<u8>(first) == 48 && p > first + 1)) return 0
  let digits = <i32>(p - first)
  let scale: i32 = 0
  let whole = true
  if (digit == -2) {
    whole = false
    const fraction = ++p
    digit = <u32>load<u8>(p) - 48
    for (; digit <= 9; digit = <u32>load<u8>(++p) - 48) mantissa = mantissa * 10 + digit
    scale = <i32>(p - fraction)
    if (scale == 0) return 0
    digits += scale
  }
  if (((digit + 48) | 32) == 101) {
    whole = false
    const sign = load<u8>(++p)
    if (sign == 43 || sign == 45) p++
    const begin = p
    let exponent: i32 = 0
    digit = <u32>load<u8>(p) - 48
    for (; digit <= 9; digit = <u32>load<u8>(++p) - 48) exponent = min(exponent * 10 + <i32>digit, 9999)
    if (p == begin) return 0
    scale += sign == 45 ? exponent : -exponent
  }
  if (quoted && load<u8>(p) != 34) return 0
  // 19 digits fit the integers of the machine.
  if (digits > 19 || scale > 22 || scale < -22) return 0
  let size = <f64>mantissa
  if (digits > 15) {
    if (scale < 0) return 0
    size = longDecimal(first, digits, scale)
    if (size != size) return 0
  } else if (scale > 0) size /= load<f64>(powers + (scale << 3))
  else if (scale < 0) size *= load<f64>(powers + (-scale << 3))
  store<f64>(into, negative ? (whole && !quoted ? 0 - size : -size) : size)
  return p + quoted
}

/** 16 to 19 digits divided by a power of ten, or NaN: see long-decimal.ts. */
function longDecimal(from: usize, digits: i32, scale: i32): f64 {
  let head: u64 = 0
  let tail: u64 = 0
  let n = 0
  for (let p = from; n < digits; p++) {
    const digit = <u32>load<u8>(p) - 48
    if (digit == -2) continue
    if (n++ < 15) head = head * 10 + digit
    else tail = tail * 10 + digit
  }
  const high = <f64>(<i64>head)
  const low = <f64>(<i64>tail)
  const shift = load<f64>(powers + ((digits - 15) << 3))
  const product = high * shift
  const rest = productError(high, shift, product) + low
  const sum = product + rest
  const sumRest = rest - (sum - product)

  const power = load<f64>(powers + (scale << 3))
  const quotient = sum / power
  const back = quotient * power
  const remainder = sum - back - productError(quotient, power, back) + sumRest
  const correction = remainder / power
  const open = abs(correction) * (1.0 / 281474976710656.0)
  const least = quotient + (correction - open)
  return least == quotient + (correction + open) ? least : NaN
}

function productError(a: f64, b: f64, product: f64): f64 {
  const bigA = a * 134217729
  const highA = bigA - (bigA - a)
  const lowA = a - highA
  const bigB = b * 134217729
  const highB = bigB - (bigB - b)
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}
