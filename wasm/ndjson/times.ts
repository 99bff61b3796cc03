/** ISO texts as days since 1970 and as microseconds: see read-time.ts. */
import { dayNumber } from './tables'

/** `"2026-11-21"`. @param day where the column keeps the day that it read last */
export function readDate(from: usize, into: usize, day: usize): usize {
  if (load<u8>(from) != 34 || load<u8>(from + 11) != 34) return 0
  const days = dayAt(from, day)
  if (days == noDay) return 0
  store<i32>(into, days)
  return from + 12
}

/** Days that microseconds and doubles both hold; others go the long way. */
const mostDays = 104000
const microsOfDay: i64 = 86400000000

/** `"2026-11-21T10:00:00.123Z"` of the day that was read last at once. */
export function readMicros(from: usize, into: usize, day: usize, zoned: bool): usize {
  if (zoned && sameDay(v128.load(from), day)) {
    const between = load<u8>(from + 11)
    const clock = i8x16.sub(v128.load(from + 12), i8x16(48, 48, 58, 48, 48, 58, 48, 48, 46, 48, 48, 48, 90, 34, 0, 0))
    const most = i8x16(2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 0, 0, -1, -1)
    if ((between | 32) == 116 && i8x16.bitmask(i8x16.eq(i8x16.min_u(clock, most), clock)) == 0xffff) {
      // Hours, minutes, seconds and nothing, then the first digit of the thousandths and the other two. Byte 2 is 0.
      const two = i8x16.swizzle(clock, i8x16(0, 1, 3, 4, 6, 7, 2, 2, 2, 9, 10, 11, 2, 2, 2, 2))
      const pairs = i16x8.add(i16x8.mul(v128.and(two, i16x8.splat(0xff)), i16x8.splat(10)), i16x8.shr_u(two, 8))
      const sums = i32x4.dot_i16x8_s(pairs, i16x8(3600, 60, 1, 0, 100, 1, 0, 0))
      const seconds = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1)
      const micros = <i64>seconds * 1000000 + <i64>i32x4.extract_lane(sums, 2) * 1000
      store<i64>(into, <i64>load<i32>(day, dayNumber) * microsOfDay + micros)
      return seconds < 86400 ? from + 26 : 0
    }
  }
  return anyMicros(from, into, day, zoned)
}

function anyMicros(from: usize, into: usize, day: usize, zoned: bool): usize {
  if (load<u8>(from) != 34 || load<u8>(from + 14) != 58 || load<u8>(from + 17) != 58) return 0
  const between = load<u8>(from + 11)
  if (between != 84 && between != 32 && between != 116) return 0
  const days = dayAt(from, day)
  const hour = pairAt(from + 12)
  const minute = pairAt(from + 15)
  const second = pairAt(from + 18)
  if (days == noDay || hour > 23 || minute > 59 || second > 59) return 0

  let p = from + 20
  let fraction: i32 = 0
  if (load<u8>(p) == 46) {
    const first = ++p
    let unit: i32 = 100000
    for (let digit = <u32>load<u8>(p) - 48; digit <= 9; digit = <u32>load<u8>(++p) - 48) {
      fraction += <i32>digit * unit
      // Digits below a microsecond are dropped.
      unit = unit / 10
    }
    if (p == first || p > first + 9) return 0
  }
  let shift: i32 = 0
  const zone = load<u8>(p)
  if (zone != 34) {
    if (!zoned) return 0
    p++
    if (zone == 43 || zone == 45) {
      const hours = pairAt(p)
      const colon: usize = load<u8>(p + 2) == 58 ? 3 : 2
      const short = load<u8>(p + 2) == 34
      const minutes = short ? 0 : pairAt(p + colon)
      if (hours > 23 || minutes > 59) return 0
      p += short ? 2 : colon + 2
      shift = (hours * 3600 + minutes * 60) * (zone == 45 ? -1 : 1)
    } else if (zone != 90 && zone != 122) return 0
    if (load<u8>(p) != 34) return 0
  }
  if (days > mostDays || days < -mostDays) return 0
  const seconds = hour * 3600 + minute * 60 + second - shift
  store<i64>(into, <i64>days * microsOfDay + <i64>seconds * 1000000 + fraction)
  return p + 1
}

function pairAt(at: usize): i32 {
  const tens = <u32>load<u8>(at) - 48
  const ones = <u32>load<u8>(at + 1) - 48
  return tens > 9 || ones > 9 ? 255 : <i32>(tens * 10 + ones)
}

const noDay = 0x7fffffff

/** True when the day is the one that was read last: its ten bytes, and the quote before them. */
function sameDay(bytes: v128, day: usize): bool {
  const other = i8x16.bitmask(i8x16.eq(bytes, v128.load(day)))
  return (other & 0x7ff) == 0x7ff
}

/** Days since 1970 of a quote and ten bytes, or `noDay`. */
function dayAt(from: usize, day: usize): i32 {
  const bytes = v128.load(from)
  if (sameDay(bytes, day)) return load<i32>(day, dayNumber)
  const days = parseDay(from + 1)
  if (days == noDay || days > mostDays || days < -mostDays) return days
  v128.store(day, bytes)
  store<i32>(day, days, dayNumber)
  return days
}

function parseDay(at: usize): i32 {
  const century = pairAt(at)
  const ofCentury = pairAt(at + 2)
  const month = pairAt(at + 5)
  const day = pairAt(at + 8)
  if (century == 255 || ofCentury == 255 || load<u8>(at + 4) != 45 || load<u8>(at + 7) != 45) return noDay
  const year = century * 100 + ofCentury
  const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  if (month < 1 || month > 12 || day < 1 || day > 31) return noDay
  if (day == 31 && (month == 4 || month == 6 || month == 9 || month == 11)) return noDay
  if (month == 2 && day > (leap ? 29 : 28)) return noDay
  // Days from the first of March of the year 0, so that the day of February comes last. Source: H. Hinnant, chrono-compatible low-level date algorithms, 2014.
  const y = month <= 2 ? year - 1 : year
  const era = (y >= 0 ? y : y - 399) / 400
  const ofEra = y - era * 400
  const ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468
}
