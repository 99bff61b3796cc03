/** Upper ends of the buckets of latency, in ms: about 1.5 times the one before, from 0.1 to 60,000; what takes longer falls into one bucket more. */
export const latencyBounds: readonly number[] = Object.freeze(
  Array.from({ length: 34 }, (_, i) => Math.min(60_000, Number((0.1 * 1.5 ** i).toPrecision(2)))),
)

/** The bucket of a latency. */
export function bucketOf(ms: number): number {
  let low = 0
  let high = latencyBounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ms <= (latencyBounds[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}
