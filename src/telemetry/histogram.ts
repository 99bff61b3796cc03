/**
 * Upper bounds of the buckets of a latency in milliseconds: ten to a power of ten from 0.1 to 50,100, and 60,000. Counts by these bounds have one entry more, for
 * what is longer; bounds never change, so counts of all threads, processes and days can be added.
 */
export const latencyBounds: readonly number[] = Object.freeze([
  // Rounded, as powers may differ in the last bit from one machine to the next.
  ...Array.from({ length: 58 }, (_, k) => Number((10 ** (k / 10 - 1)).toPrecision(3))),
  60_000,
])

/** Counts by bucket, and the sum of what was counted. Plain data. */
export interface HistogramCounts {
  readonly bounds: readonly number[]
  /** One more than bounds. */
  readonly counts: readonly number[]
  readonly sum: number
}
/** Counts values by bucket. */
export interface Histogram {
  /** Counts a value, `times` times (default 1). NaN and values below 0 count as 0. */
  observe(value: number, times?: number): void
  snapshot(): HistogramCounts
}

/**
 * The bucket a value falls into: the first whose bound is not below it; `bounds.length` when all are.
 *
 * @example
 * bucketOf(0.05) // 0
 */
export function bucketOf(value: number, bounds: readonly number[] = latencyBounds): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bounds[middle] as number) >= value) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * A histogram with fixed bounds.
 *
 * @param bounds rising; default `latencyBounds`
 */
export function histogram(bounds: readonly number[] = latencyBounds): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    observe(value, times = 1) {
      const counted = value > 0 ? value : 0
      const bucket = bucketOf(counted, bounds)
      counts[bucket] = (counts[bucket] as number) + times
      sum += counted * times
    },
    snapshot: () => ({ bounds, counts: [...counts], sum }),
  }
}

/**
 * The value below which a share `q` (0 to 1) of what was counted lies, by a straight line inside its bucket: off by at most the width of the bucket, about a quarter
 * of the value with `latencyBounds`. What is above the last bound counts as that bound. Null when nothing was counted.
 */
export function quantile(counts: readonly number[], q: number, bounds: readonly number[] = latencyBounds): number | null {
  let total = 0
  for (const count of counts) total += count
  if (total <= 0) return null
  const rank = q * total
  let below = 0
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const high = bounds[Math.min(bucket, bounds.length - 1)] as number
      if (bucket >= bounds.length) return high
      const low = bucket === 0 ? 0 : (bounds[bucket - 1] as number)
      return low + (high - low) * Math.max(0, (rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1) ?? null
}

/** The counts of both, bucket by bucket; the shorter is filled up with 0. */
export function addCounts(a: readonly number[], b: readonly number[]): readonly number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, bucket) => (a[bucket] ?? 0) + (b[bucket] ?? 0))
}
