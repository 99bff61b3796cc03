/** Passing over JSON values in bytes, exactly: what is no JSON gives -1. All functions may look at up to 8 bytes behind the end of the line. */

/** Values nested deeper are taken for a mistake, or an attack. */
export const deepest = 512

/**
 * Where the first byte from `p` on lies that ends or breaks a plain text: a quote, a backslash, or a control character.
 *
 * Four bytes at a time. With bit 1 flipped, the quote (0x22) comes to lie right above the control characters, so one comparison finds both.
 */
export function plainEnd(view: DataView, from: number): number {
  for (let p = from; ; p += 4) {
    const four = view.getInt32(p, true)
    const slash = four ^ 0x5c5c5c5c
    const flipped = four ^ 0x02020202
    const hit = (((flipped - 0x21212121) & ~flipped) | ((slash - 0x01010101) & ~slash)) & -2139062144
    if (hit !== 0) return p + ((31 - Math.clz32(hit & -hit)) >> 3)
  }
}

/** Bits of the bytes of a word that are no digit, each at the top of its byte; right up to the lowest. */
export function noDigits(four: number): number {
  return ((four + 0x46464646) | (four - 0x30303030)) & -2139062144
}

/** Behind digits. */
export function digitsEnd(view: DataView, from: number): number {
  for (let p = from; ; p += 4) {
    const hit = noDigits(view.getInt32(p, true))
    if (hit !== 0) return p + ((31 - Math.clz32(hit & -hit)) >> 3)
  }
}

/** The closing quote of a text that begins at `from`, behind its opening quote. */
export function textEnd(bytes: Uint8Array, view: DataView, from: number): number {
  let p = plainEnd(view, from)
  while (bytes[p] === 92) {
    p = escapeEnd(bytes, p)
    if (p < 0) return -1
    p = plainEnd(view, p)
  }
  return bytes[p] === 34 ? p : -1
}

/** Behind the escape that begins at a backslash; a pair of surrogates is one. Half a pair is no text: it has no UTF-8. */
function escapeEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== 117) return simpleEscape(bytes[at + 1] as number) === 0 ? -1 : at + 2
  const unit = unitAt(bytes, at + 2)
  if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000)) return -1
  if (unit < 0xd800 || unit >= 0xe000) return at + 6
  if (bytes[at + 6] !== 92 || bytes[at + 7] !== 117) return -1
  const low = unitAt(bytes, at + 8)
  return low >= 0xdc00 && low < 0xe000 ? at + 12 : -1
}

/** The byte that a letter behind a backslash stands for; 0 for none. */
export function simpleEscape(letter: number): number {
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

/** Four hexadecimal digits, or -1. */
export function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0
  for (let p = at; p < at + 4; p++) {
    const c = bytes[p] as number
    const letter = c | 32
    const digit = c >= 48 && c <= 57 ? c - 48 : letter >= 97 && letter <= 102 ? letter - 87 : -1
    if (digit < 0) return -1
    unit = unit * 16 + digit
  }
  return unit
}

/** Behind a number. */
export function numberEnd(bytes: Uint8Array, from: number): number {
  let p = bytes[from] === 45 ? from + 1 : from
  const first = p
  while (isDigit(bytes[p] as number)) p++
  if (p === first || (bytes[first] === 48 && p > first + 1)) return -1
  if (bytes[p] === 46) {
    const fraction = ++p
    while (isDigit(bytes[p] as number)) p++
    if (p === fraction) return -1
  }
  if (((bytes[p] as number) | 32) === 101) {
    p++
    if (bytes[p] === 43 || bytes[p] === 45) p++
    const exponent = p
    while (isDigit(bytes[p] as number)) p++
    if (p === exponent) return -1
  }
  return p
}

function isDigit(c: number): boolean {
  return (c - 48) >>> 0 <= 9
}

/** Behind blanks. */
export function blankEnd(bytes: Uint8Array, from: number): number {
  let p = from
  while (bytes[p] === 32 || bytes[p] === 9 || bytes[p] === 13) p++
  return p
}

/** `null`, `true` and the end of `false` as the words a DataView reads. */
export const nullWord: number = Buffer.from('null').readInt32LE()
const trueWord = Buffer.from('true').readInt32LE()
const alseWord = Buffer.from('alse').readInt32LE()

/** Behind the value that begins at `from`. */
export function valueEnd(bytes: Uint8Array, view: DataView, from: number, depth = 0): number {
  switch (bytes[from]) {
    case 34: {
      const end = textEnd(bytes, view, from + 1)
      return end < 0 ? -1 : end + 1
    }
    case 110:
      return view.getInt32(from, true) === nullWord ? from + 4 : -1
    case 116:
      return view.getInt32(from, true) === trueWord ? from + 4 : -1
    case 102:
      return view.getInt32(from + 1, true) === alseWord ? from + 5 : -1
    case 91:
      return depth >= deepest ? -1 : partsEnd(bytes, view, from + 1, depth + 1, 93)
    case 123:
      return depth >= deepest ? -1 : partsEnd(bytes, view, from + 1, depth + 1, 125)
    default:
      return numberEnd(bytes, from)
  }
}

/** Behind the items of a list, or the entries of an object, and their closing bracket. */
function partsEnd(bytes: Uint8Array, view: DataView, from: number, depth: number, close: 93 | 125): number {
  let p = blankEnd(bytes, from)
  if (bytes[p] === close) return p + 1
  for (;;) {
    if (close === 125) {
      if (bytes[p] !== 34) return -1
      p = textEnd(bytes, view, p + 1)
      if (p < 0) return -1
      p = blankEnd(bytes, p + 1)
      if (bytes[p] !== 58) return -1
      p = blankEnd(bytes, p + 1)
    }
    p = valueEnd(bytes, view, p, depth)
    if (p < 0) return -1
    p = blankEnd(bytes, p)
    if (bytes[p] === close) return p + 1
    if (bytes[p] !== 44) return -1
    p = blankEnd(bytes, p + 1)
  }
}
