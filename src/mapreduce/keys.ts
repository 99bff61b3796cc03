/** Keys of pairs: their order, and which partition they belong to. */
import { compareTexts } from '../schema/index.ts'

/** What pairs are grouped by. */
export type Key = string | number
/** An order of keys; keys that it calls equal are told apart by `compareKeys`. */
export type CompareKeys = (a: Key, b: Key) => number

/** Numbers by size (NaN last) before texts by code point. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string') return typeof b === 'string' ? compareTexts(a, b) : 1
  if (typeof b === 'string') return -1
  if (a === b) return 0
  if (a < b) return -1
  if (a > b) return 1
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

/** The user's order made total. */
export function orderOf(sort: ((a: never, b: never) => number) | undefined): CompareKeys {
  if (sort === undefined) return compareKeys
  const order = sort as CompareKeys
  return (a, b) => order(a, b) || compareKeys(a, b)
}

/** FNV-1a over the units of a text, or over the bits of a number: 32 bits. */
export function hashKey(key: Key): number {
  let hash = 0x811c9dc5
  if (typeof key === 'number') {
    // -0 is the key 0.
    double[0] = key === 0 ? 0 : key
    hash = Math.imul(hash ^ (bits[0] as number), 0x01000193)
    hash = Math.imul(hash ^ (bits[1] as number), 0x01000193)
  } else for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  // The low bits of FNV follow the last letter: mix them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

const double = new Float64Array(1)
const bits = new Int32Array(double.buffer)
