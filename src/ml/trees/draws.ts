const lanes = 4
const warmUp = 12

/**
 * Whole numbers by chance for one tree at a time: the same (seed, tree) gives the same numbers on every machine. Four words of state, so that the numbers of
 * one tree do not turn up again in another, as they would with the short generator of the room `time`.
 *
 * Source: sfc32 of PractRand (public domain, Chris Doty-Humphrey).
 */
export class Draws {
  readonly #state: Int32Array = new Int32Array(lanes)

  /** Starts the numbers of a tree. Seeds are whole, up to 2^53. */
  reset(seed: number, tree: number): void {
    const state = this.#state
    state[0] = seed | 0
    state[1] = Math.floor(seed / 4294967296) ^ 0x9e3779b9
    state[2] = tree ^ 0x243f6a88
    state[3] = 1
    for (let i = 0; i < warmUp; i++) this.below(1)
  }

  /** A whole number from 0 to `limit` - 1; `limit` is at most 2^31. */
  below(limit: number): number {
    const state = this.#state
    const a = state[0] as number
    const b = state[1] as number
    const c = state[2] as number
    const d = state[3] as number
    const t = (a + b + d) | 0
    state[0] = b ^ (b >>> 9)
    state[1] = (c + (c << 3)) | 0
    state[2] = (((c << 21) | (c >>> 11)) + t) | 0
    state[3] = (d + 1) | 0
    // A product of 32 and 31 bits is rounded to 53; dropping the fraction keeps it below the limit.
    return ((t >>> 0) * limit * 2.3283064365386963e-10) | 0
  }
}
