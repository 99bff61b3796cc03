import { keyOf } from '../compare.ts'
import type { Raw } from '../vector.ts'

const double = new Float64Array(1)
const words = new Int32Array(double.buffer)

/** 53 bits of hash as two words: `high` has 21 of them. Values that are equal have one hash. */
export interface Hash {
  high: number
  low: number
}

/** The hash of a value that is not NULL, put into `out`. */
export function hashValue(value: Raw, out: Hash): Hash {
  if (typeof value === 'number') {
    // -0 and 0 are one value, all NaN are one.
    double[0] = value === 0 ? 0 : value
    return finish(
      mixA(mixA(0xdeadbeef, words[0] as number), words[1] as number),
      mixB(mixB(0x41c6ce57, words[0] as number), words[1] as number),
      out,
    )
  }
  const text = String(keyOf(value))
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = mixA(a, unit)
    b = mixB(b, unit)
  }
  return finish(a, b, out)
}

// Two multiplicative lanes that are mixed into each other at the end (cyrb53, public domain).
function mixA(hash: number, word: number): number {
  return Math.imul(hash ^ word ^ (word >>> 15), 2_654_435_761)
}
function mixB(hash: number, word: number): number {
  return Math.imul(hash ^ word ^ (word >>> 13), 1_597_334_677)
}

function finish(a: number, b: number, out: Hash): Hash {
  let x = Math.imul(a ^ (a >>> 16), 2_246_822_507)
  x ^= Math.imul(b ^ (b >>> 13), 3_266_489_909)
  let y = Math.imul(b ^ (b >>> 16), 2_246_822_507)
  y ^= Math.imul(x ^ (x >>> 13), 3_266_489_909)
  out.high = (y >>> 0) & 0x1f_ffff
  out.low = x >>> 0
  return out
}
