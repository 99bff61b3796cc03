/** Numbers that look like chance and are the same in every run and on every machine (mulberry32). */
export function chance(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    /** A whole number from `low` to `high`, both in. */
    whole: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    /** One of these; the earlier ones come more often with a `tilt` above 1. */
    one: <T>(items: readonly T[], tilt = 1) => items[Math.floor(items.length * next() ** tilt)] as T,
    /** True so often. */
    so: (share: number) => next() < share,
  }
}
