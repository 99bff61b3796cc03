/** Texts: where they end, and copies of them with their escapes translated. See read-text.ts and skip.ts. */

/** Bits of the bytes that end or break a plain text: quotes, backslashes, control characters. */
function noPlain(bytes: v128): i32 {
  // With bit 1 flipped the quote lies right above the control characters.
  const flipped = v128.xor(bytes, i8x16.splat(2))
  return i8x16.bitmask(v128.or(i8x16.eq(i8x16.min_u(flipped, i8x16.splat(32)), flipped), i8x16.eq(bytes, i8x16.splat(92))))
}

export function plainEnd(from: usize): usize {
  let p = from
  while (true) {
    const hit = noPlain(v128.load(p))
    if (hit != 0) return p + ctz(hit)
    p += 16
  }
}

/** The closing quote of a text that begins at `from`. */
export function textEnd(from: usize): usize {
  let p = plainEnd(from)
  while (load<u8>(p) == 92) {
    p = escapeEnd(p)
    if (p == 0) return 0
    p = plainEnd(p)
  }
  return load<u8>(p) == 34 ? p : 0
}

function escapeEnd(at: usize): usize {
  if (load<u8>(at + 1) != 117) return simpleEscape(load<u8>(at + 1)) == 0 ? 0 : at + 2
  const unit = unitAt(at + 2)
  if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000)) return 0
  if (unit < 0xd800 || unit >= 0xe000) return at + 6
  if (load<u16>(at + 6) != 0x755c) return 0
  const low = unitAt(at + 8)
  return low >= 0xdc00 && low < 0xe000 ? at + 12 : 0
}

function simpleEscape(letter: u8): u8 {
  switch (letter) {
    case 34:
    case 47:
    case 92:
      return letter
    case 98:
      return 8
    case 102:
      return 12
    case 110:
      return 10
    case 114:
      return 13
    case 116:
      return 9
    default:
      return 0
  }
}

function unitAt(at: usize): i32 {
  let unit = 0
  for (let p = at; p < at + 4; p++) {
    const c = <i32>load<u8>(p)
    const letter = c | 32
    const digit = c >= 48 && c <= 57 ? c - 48 : letter >= 97 && letter <= 102 ? letter - 87 : -1
    if (digit < 0) return -1
    unit = unit * 16 + digit
  }
  return unit
}

/** A text behind the one of the row before. @param text where the text of offset 0 lies */
export function readText(from: usize, offsets: usize, text: usize): usize {
  if (load<u8>(from) != 34) return 0
  const begin = text + load<i32>(offsets)
  let into = begin
  let p = from + 1
  while (true) {
    const bytes = v128.load(p)
    v128.store(into, bytes)
    const hit = noPlain(bytes)
    if (hit != 0) {
      const count = ctz(hit)
      p += count
      into += count
      break
    }
    p += 16
    into += 16
  }
  if (load<u8>(p) != 34) return escapedText(p, offsets, text, into)
  store<i32>(offsets, <i32>(into - text), 4)
  return p + 1
}

/** Goes on with a text where it is no longer plain. */
function escapedText(from: usize, offsets: usize, text: usize, at: usize): usize {
  let p = from
  let into = at
  while (true) {
    const c = load<u8>(p)
    if (c == 34) break
    if (c < 32) return 0
    if (c != 92) {
      store<u8>(into++, c)
      p++
      continue
    }
    const end = escapeEnd(p)
    if (end == 0) return 0
    if (end == p + 2) store<u8>(into++, simpleEscape(load<u8>(p + 1)))
    else {
      const unit = <u32>unitAt(p + 2)
      into = encodePoint(end == p + 6 ? unit : 0x10000 + ((unit - 0xd800) << 10) + (<u32>unitAt(p + 8) - 0xdc00), into)
    }
    p = end
  }
  store<i32>(offsets, <i32>(into - text), 4)
  return p + 1
}

function encodePoint(point: u32, into: usize): usize {
  if (point < 0x80) {
    store<u8>(into, point)
    return into + 1
  }
  if (point < 0x800) {
    store<u8>(into, 0xc0 | (point >> 6))
    store<u8>(into, 0x80 | (point & 63), 1)
    return into + 2
  }
  if (point < 0x10000) {
    store<u8>(into, 0xe0 | (point >> 12))
    store<u8>(into, 0x80 | ((point >> 6) & 63), 1)
    store<u8>(into, 0x80 | (point & 63), 2)
    return into + 3
  }
  store<u8>(into, 0xf0 | (point >> 18))
  store<u8>(into, 0x80 | ((point >> 12) & 63), 1)
  store<u8>(into, 0x80 | ((point >> 6) & 63), 2)
  store<u8>(into, 0x80 | (point & 63), 3)
  return into + 4
}
