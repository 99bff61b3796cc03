/** MurmurHash3 x86 32 with seed 0 (Austin Appleby, public domain), over whole words. */

/** The hash of the words `from` up to `to`. */
export function murmur(words: Int32Array, from: number, to: number): number {
  let hash = 0
  for (let at = from; at < to; at++) {
    let word = Math.imul(words[at] as number, 0xcc9e2d51)
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    hash ^= word
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash ^= (to - from) << 2
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
