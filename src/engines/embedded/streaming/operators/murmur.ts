/** MurmurHash3 x86 32 with seed 0 (Austin Appleby, public domain), over whole words. */

/** The hash of the words `from` up to `to`. */
export function murmur(words: Int32Array, from: number, to: number): number {
  let hash = 0
  for (let at = from; at < to; at++) hash = mix(hash, words[at] as number)
  return finish(hash, (to - from) << 2)
}

/** The hash of the key of one text (see `key-words.ts`), straight from its bytes. */
export function murmurText(view: DataView, from: number, to: number): number {
  let hash = mix(0, to - from)
  let at = from
  for (; at + 4 <= to; at += 4) hash = mix(hash, view.getInt32(at, true))
  if (at < to) hash = mix(hash, tailWord(view, at, to))
  return finish(hash, 4 + ((to - from + 3) & ~3))
}

/** One to three bytes, filled up with zeros. */
export function tailWord(view: DataView, from: number, to: number): number {
  // All four at once where there are as many; what is behind the end is cut off.
  if (from + 4 <= view.byteLength) return view.getInt32(from, true) & ((1 << ((to - from) << 3)) - 1)
  let word = view.getUint8(from)
  if (from + 1 < to) word |= view.getUint8(from + 1) << 8
  if (from + 2 < to) word |= view.getUint8(from + 2) << 16
  return word
}

function mix(hash: number, word: number): number {
  const scattered = Math.imul(word, 0xcc9e2d51)
  const mixed = hash ^ Math.imul((scattered << 15) | (scattered >>> 17), 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function finish(hash: number, bytes: number): number {
  let mixed = hash ^ bytes
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
