import { expect, test } from 'vitest'
import { seededRandom } from '../time/index.ts'
import { addCounts, bucketOf, growth, histogram, latencyBounds, quantile } from './index.ts'

/** Latencies as they are: most short, some very long. */
function latencies(count: number, seed: number): readonly number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => Math.exp(6 * random.next() + 3 * random.next() * random.next()))
}

test('the bounds of a latency are fixed for ever: counts of all versions can be added', () => {
  expect(latencyBounds).toHaveLength(59)
  expect(latencyBounds.slice(0, 11)).toEqual([0.1, 0.126, 0.158, 0.2, 0.251, 0.316, 0.398, 0.501, 0.631, 0.794, 1])
  expect(latencyBounds.slice(-3)).toEqual([39_800, 50_100, 60_000])
  expect(latencyBounds.every((bound, i) => i === 0 || bound > (latencyBounds[i - 1] as number))).toBe(true)
})

test('a value falls into the first bucket whose bound is not below it', () => {
  expect([0, 0.1, 0.1001, 1, 60_000, 60_001].map(value => bucketOf(value))).toEqual([0, 0, 1, 10, 58, 59])
  const random = seededRandom(7)
  for (let i = 0; i < 1000; i++) {
    const value = 70_000 * random.next() ** 4
    expect(bucketOf(value)).toBe([...latencyBounds, Number.POSITIVE_INFINITY].findIndex(bound => value <= bound))
  }
})

test('a quantile is right to within its bucket, whatever the seed', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const values = latencies(2000, seed)
    const counted = histogram()
    for (const value of values) counted.observe(value)
    const { counts, sum } = counted.snapshot()
    expect(sum).toBeCloseTo(
      values.reduce((a, b) => a + b),
      3,
    )
    const sorted = values.toSorted((a, b) => a - b)
    for (const q of [0.01, 0.5, 0.9, 0.99]) {
      const exact = sorted[Math.ceil(q * sorted.length) - 1] as number
      const told = quantile(counts, q) as number
      expect(Math.abs(bucketOf(told) - bucketOf(exact)), `${q} of seed ${seed}: ${told}, exactly ${exact}`).toBeLessThanOrEqual(1)
    }
  }
})

test('a quantile lies between the bounds of its bucket, by a straight line', () => {
  expect(quantile([0, 10, 0], 0.5, [10, 20])).toBe(15)
  expect(quantile([10, 0, 10], 1, [10, 20])).toBe(20)
  expect(quantile([4], 0.25, [8])).toBe(2)
  expect(quantile([0, 0, 0], 0.5, [10, 20])).toBeNull()
  expect(quantile([], 0.5)).toBeNull()
})

test('counting in parts and adding is counting all at once', () => {
  const values = latencies(3000, 3)
  const parts = [histogram(), histogram(), histogram()]
  const all = histogram()
  for (const [i, value] of values.entries()) {
    parts[i % 3]?.observe(value)
    all.observe(value)
  }
  expect(parts.map(one => one.snapshot().counts).reduce(addCounts, [])).toEqual(all.snapshot().counts)
})

test('what is no length of time counts as none', () => {
  const counted = histogram([1, 2])
  counted.observe(-5)
  counted.observe(Number.NaN)
  counted.observe(1.5, 3)
  expect(counted.snapshot()).toEqual({ bounds: [1, 2], counts: [2, 3, 0], sum: 4.5 })
})

test('growth is taken over the last window, and nothing is made of one look', () => {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const rates = growth({ windowMs: 1000, clock })
  rates.look([0, 0])
  expect(rates.perSecond()).toEqual([0, 0])
  for (let i = 1; i <= 10; i++) {
    now += 500
    rates.look([i * 50, i < 9 ? 0 : 100])
  }
  // Over 1,000 ms: 100 rows of the first, all of the second.
  expect(rates.spanMs()).toBe(1000)
  expect(rates.perSecond()).toEqual([100, 100])
  now += 10_000
  rates.look([500, 100])
  expect(rates.grown()).toEqual([0, 0])
  // A total that fell was counted anew.
  now += 1000
  rates.look([20, 130])
  expect(rates.grown()).toEqual([0, 30])
})
