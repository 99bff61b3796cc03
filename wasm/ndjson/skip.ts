/** Passing over values that nobody asked for, exactly: see skip.ts of the JavaScript. */
import { noDigits } from './numbers'
import { alseWord, nullWord, trueWord } from './tables'
import { plainEnd, textEnd } from './texts'

/** Behind a value. */
export function skip(from: usize): usize {
  const first = load<u8>(from)
  if (first == 34) {
    const end = plainEnd(from + 1)
    if (load<u8>(end) == 34) return end + 1
  } else if (<u8>(first - 49) < 9) {
    const count = ctz(noDigits(v128.load(from)) | 0x10000)
    const next = load<u8>(from + count)
    if (next == 44 || next == 125) return from + count
  }
  return valueEnd(from, 0)
}

function valueEnd(from: usize, depth: i32): usize {
  switch (load<u8>(from)) {
    case 34: {
      const end = textEnd(from + 1)
      return end == 0 ? 0 : end + 1
    }
    case 110:
      return load<u32>(from) == nullWord ? from + 4 : 0
    case 116:
      return load<u32>(from) == trueWord ? from + 4 : 0
    case 102:
      return load<u32>(from + 1) == alseWord ? from + 5 : 0
    case 91:
      return depth >= 512 ? 0 : partsEnd(from + 1, depth + 1, 93)
    case 123:
      return depth >= 512 ? 0 : partsEnd(from + 1, depth + 1, 125)
    default:
      return numberEnd(from)
  }
}

function partsEnd(from: usize, depth: i32, close: u8): usize {
  let p = blankEnd(from)
  if (load<u8>(p) == close) return p + 1
  while (true) {
    if (close == 125) {
      if (load<u8>(p) != 34) return 0
      p = textEnd(p + 1)
      if (p == 0) return 0
      p = blankEnd(p + 1)
      if (load<u8>(p) != 58) return 0
      p = blankEnd(p + 1)
    }
    p = valueEnd(p, depth)
    if (p == 0) return 0
    p = blankEnd(p)
    if (load<u8>(p) == close) return p + 1
    if (load<u8>(p) != 44) return 0
    p = blankEnd(p + 1)
  }
}

export function blankEnd(from: usize): usize {
  let p = from
  while (load<u8>(p) == 32 || load<u8>(p) == 9 || load<u8>(p) == 13) p++
  return p
}

function digitsEnd(from: usize): usize {
  let p = from
  while (true) {
    const hit = noDigits(v128.load(p))
    if (hit != 0) return p + ctz(hit)
    p += 16
  }
}

function numberEnd(from: usize): usize {
  const first = from + <usize>(load<u8>(from) == 45)
  let p = digitsEnd(first)
  if (p == first || (load<u8>(first) == 48 && p > first + 1)) return 0
  if (load<u8>(p) == 46) {
    const fraction = ++p
    p = digitsEnd(p)
    if (p == fraction) return 0
  }
  if ((load<u8>(p) | 32) == 101) {
    p++
    if (load<u8>(p) == 43 || load<u8>(p) == 45) p++
    const exponent = p
    p = digitsEnd(p)
    if (p == exponent) return 0
  }
  return p
}
