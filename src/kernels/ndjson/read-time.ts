/** ISO texts out of bytes: days since 1970, and microseconds. The usual forms only; -1 sends the others the exact way. */
import { daysOfCivil } from '../../schema/index.ts'
import { setInt64 } from './read-number.ts'
import { kinds, type Target } from './target.ts'

/** `"2026-11-21"` */
export function readDate(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  if (bytes[from] !== 34 || bytes[from + 11] !== 34) return -1
  const days = dayAt(bytes, view, from + 1)
  if (days === noDay) return -1
  target.ints[row] = days
  return from + 12
}

/** `"2026-11-21T10:00:00.123Z"`, also with a space, without a fraction, with an offset such as `+02:00`. */
export function readMicros(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  if (bytes[from] !== 34 || bytes[from + 14] !== 58 || bytes[from + 17] !== 58) return -1
  const between = bytes[from + 11] as number
  if (between !== 84 && between !== 32 && between !== 116) return -1
  const days = dayAt(bytes, view, from + 1)
  const hour = pairAt(bytes, from + 12)
  const minute = pairAt(bytes, from + 15)
  const second = pairAt(bytes, from + 18)
  if (days === noDay || hour > 23 || minute > 59 || second > 59) return -1

  let p = from + 20
  let fraction = 0
  if (bytes[p] === 46) {
    const first = ++p
    let unit = 100_000
    for (let digit = (bytes[p] as number) - 48; digit >>> 0 <= 9; digit = (bytes[++p] as number) - 48) {
      fraction += digit * unit
      // Digits below a microsecond are dropped.
      unit = (unit / 10) | 0
    }
    if (p === first || p > first + 9) return -1
  }
  let shift = 0
  const zone = bytes[p] as number
  if (zone !== 34) {
    if (target.kind === kinds.datetime) return -1
    p++
    if (zone === 43 || zone === 45) {
      const hours = pairAt(bytes, p)
      const colon = bytes[p + 2] === 58 ? 3 : 2
      const short = bytes[p + 2] === 34
      const minutes = short ? 0 : pairAt(bytes, p + colon)
      if (hours > 23 || minutes > 59) return -1
      p += short ? 2 : colon + 2
      shift = (hours * 3600 + minutes * 60) * (zone === 45 ? -1 : 1)
    } else if (zone !== 90 && zone !== 122) return -1
    if (bytes[p] !== 34) return -1
  }
  const seconds = days * 86_400 + hour * 3600 + minute * 60 + second - shift
  // Beyond the year 2255 microseconds are no exact double.
  if (seconds > 9_000_000_000 || seconds < -9_000_000_000) return -1
  setInt64(target.words, row, seconds * 1_000_000 + fraction)
  return p + 1
}

const none = 255
function pairAt(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48
  const ones = (bytes[at + 1] as number) - 48
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? none : tens * 10 + ones
}

const noDay = 0x7fff_ffff
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

// Rows in a row are mostly of one day: its ten bytes, and what they mean. Any thread has its own.
let knownYear = 0
let knownMonth = 0
let knownEnd = 0
let knownDays = noDay

/** Days since 1970 of ten bytes, or `noDay`. */
function dayAt(bytes: Uint8Array, view: DataView, at: number): number {
  const yearWord = view.getInt32(at, true)
  const monthWord = view.getInt32(at + 4, true)
  const endWord = view.getInt16(at + 8, true)
  if (yearWord === knownYear && monthWord === knownMonth && endWord === knownEnd) return knownDays
  const days = parseDay(bytes, at)
  if (days === noDay) return noDay
  knownYear = yearWord
  knownMonth = monthWord
  knownEnd = endWord
  knownDays = days
  return days
}

function parseDay(bytes: Uint8Array, at: number): number {
  const century = pairAt(bytes, at)
  const ofCentury = pairAt(bytes, at + 2)
  const month = pairAt(bytes, at + 5)
  const day = pairAt(bytes, at + 8)
  if (century === none || ofCentury === none || bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return noDay
  const year = century * 100 + ofCentury
  if (month < 1 || month > 12 || day < 1 || day > (monthDays[month - 1] as number)) return noDay
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && day === 29 && !leap ? noDay : daysOfCivil(year, month, day)
}
