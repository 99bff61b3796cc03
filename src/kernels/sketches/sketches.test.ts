import { expect, test } from 'vitest'
import { HyperLogLog } from './hyper-log-log.ts'
import { TDigest } from './t-digest.ts'

/** A multiplicative generator (Lehmer, MINSTD): numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

test('different values are counted exactly up to 1,024', () => {
  const sketch = new HyperLogLog()
  for (let i = 0; i < 5000; i++) sketch.add(`v${i % 1024}`)
  expect(sketch.count()).toBe(1024)
})

test.each(['numbers', 'texts', 'bigints'] as const)('beyond that counts of %s stay within 6 %, four standard errors', kind => {
  for (const size of [1100, 3000, 20_000, 200_000]) {
    const sketch = new HyperLogLog()
    for (let i = 0; i < size; i++) sketch.add(kind === 'numbers' ? i / 3 : kind === 'texts' ? `user-${i}` : BigInt(i) * 1_000_003n)
    expect(Math.abs(sketch.count() / size - 1), `${size}`).toBeLessThan(0.064)
  }
})

test('the mean error of twenty counts is that of 4,096 registers', () => {
  let squares = 0
  for (let run = 0; run < 20; run++) {
    const sketch = new HyperLogLog()
    for (let i = 0; i < 30_000; i++) sketch.add(`${run}/${i}`)
    squares += (sketch.count() / 30_000 - 1) ** 2
  }
  expect(Math.sqrt(squares / 20)).toBeLessThan(0.025)
})

test('counts of parts that overlap are merged, small and large ones', () => {
  for (const [a, b] of [
    [10, 20],
    [500, 5000],
    [5000, 500],
    [20_000, 40_000],
  ] as const) {
    const [one, two, both] = [new HyperLogLog(), new HyperLogLog(), new HyperLogLog()]
    for (let i = 0; i < a; i++) one.add(i)
    for (let i = Math.min(a, b) / 2; i < b; i++) two.add(i)
    for (let i = 0; i < Math.max(a, b); i++) both.add(i)
    one.merge(two)
    expect(one.count()).toBe(both.count())
  }
})

test('quantiles are exact up to 1,000 values', () => {
  const sketch = new TDigest()
  const draw = random(7)
  const values = Array.from({ length: 1000 }, draw)
  for (const value of values) sketch.add(value)
  values.sort((a, b) => a - b)
  for (const q of [0, 0.001, 0.25, 0.5, 0.999, 1]) {
    const place = q * 999
    const low = values[Math.floor(place)] as number
    expect(sketch.quantile(q)).toBeCloseTo(low + ((values[Math.ceil(place)] as number) - low) * (place - Math.floor(place)), 12)
  }
  expect(new TDigest().quantile(0.5)).toBeUndefined()
})

test.each(['even', 'skewed', 'ascending', 'merged'] as const)(
  'beyond that the rank is within 1 %% of the values, at the ends closer: %s',
  how => {
    const size = 100_000
    const draw = random(11)
    const values = Array.from({ length: size }, (_, i) => (how === 'ascending' ? i : how === 'skewed' ? (-Math.log(draw())) ** 3 : draw()))
    const parts = how === 'merged' ? 40 : 1
    const sketch = new TDigest()
    for (let part = 0; part < parts; part++) {
      const one = parts === 1 ? sketch : new TDigest()
      for (let i = part; i < size; i += parts) one.add(values[i] as number)
      if (one !== sketch) sketch.merge(TDigest.of(one.toPlain()))
    }
    const sorted = Float64Array.from(values).sort()
    for (const [q, most] of [
      [0, 0],
      [0.001, 0.001],
      [0.01, 0.003],
      [0.25, 0.01],
      [0.5, 0.01],
      [0.9, 0.008],
      [0.999, 0.001],
      [1, 0],
    ] as const) {
      const found = sketch.quantile(q) as number
      const rank = sorted.findIndex(value => value >= found) / (size - 1)
      expect(Math.abs(rank - q), `${q}`).toBeLessThanOrEqual(most + 1e-9)
    }
  },
)
