/** Texts out of bytes: copied as they are, escapes translated. */
import { plainEnd, simpleEscape, textEnd, unitAt } from './skip.ts'
import type { Target } from './target.ts'

/** A text into a row of a text column. Gives the place behind it, or -1. The bytes are valid UTF-8: who calls checks all lines at once. */
export function readText(bytes: Uint8Array, view: DataView, from: number, target: Target, row: number): number {
  if (bytes[from] !== 34) return -1
  const start = from + 1
  const end = plainEnd(view, start)
  const at = target.offsets[row] as number
  if (bytes[end] !== 34) {
    const close = textEnd(bytes, view, end)
    if (close < 0) return -1
    target.room(at, close - start)
    target.offsets[row + 1] = unescape(bytes, start, close, target.bytes, at)
    return close + 1
  }
  const length = end - start
  if (at + length + 4 > target.bytes.length) target.room(at, length)
  const out = target.view
  // Words, the last one over the end: the next text overwrites what is too much.
  for (let i = 0; i < length; i += 4) out.setInt32(at + i, view.getInt32(start + i, true), true)
  target.offsets[row + 1] = at + length
  return end + 1
}

/** Copies a text, its escapes translated; gives the end of the copy, which is never longer. */
function unescape(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  let end = at
  for (let p = from; p < to; ) {
    const c = bytes[p] as number
    if (c !== 92) {
      out[end++] = c
      p++
      continue
    }
    const letter = bytes[p + 1] as number
    if (letter !== 117) {
      out[end++] = simpleEscape(letter)
      p += 2
      continue
    }
    let point = unitAt(bytes, p + 2)
    p += 6
    if (point >= 0xd800 && point < 0xdc00) {
      point = 0x10000 + ((point - 0xd800) << 10) + (unitAt(bytes, p + 2) - 0xdc00)
      p += 6
    }
    end = encodePoint(point, out, end)
  }
  return end
}

function encodePoint(point: number, out: Uint8Array, at: number): number {
  if (point < 0x80) {
    out[at] = point
    return at + 1
  }
  if (point < 0x800) {
    out[at] = 0xc0 | (point >> 6)
    out[at + 1] = 0x80 | (point & 63)
    return at + 2
  }
  if (point < 0x10000) {
    out[at] = 0xe0 | (point >> 12)
    out[at + 1] = 0x80 | ((point >> 6) & 63)
    out[at + 2] = 0x80 | (point & 63)
    return at + 3
  }
  out[at] = 0xf0 | (point >> 18)
  out[at + 1] = 0x80 | ((point >> 12) & 63)
  out[at + 2] = 0x80 | ((point >> 6) & 63)
  out[at + 3] = 0x80 | (point & 63)
  return at + 4
}
