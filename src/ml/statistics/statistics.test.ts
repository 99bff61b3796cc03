import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { seededRandom } from '../../time/index.ts'
import { blockOf, reblock } from '../blocks.ts'
import { regressionErrors } from './errors.ts'
import { fold } from './fold.ts'
import { gram } from './gram.ts'
import { moments } from './moments.ts'

const seed = 7

test('the mean and variance of values far from zero keep their digits', async () => {
  const values = Float64Array.from({ length: 10_000 }, (_, i) => 1e9 + (i % 10))
  const found = await fold(moments(1), inBatches([values], 1000))
  expect(found.mean[0]).toBe(1e9 + 4.5)
  expect((found.squares[0] as number) / found.weight).toBeCloseTo(8.25, 9)
  expect([found.min[0], found.max[0], found.rows]).toEqual([1e9, 1e9 + 9, 10_000])
})

test('a constant column has exactly its value as mean and exactly no variance, over many blocks', async () => {
  const found = await fold(moments(1), inBatches([new Float64Array(20_001).fill(0.1)], 777))
  expect(found.mean[0]).toBe(0.1)
  expect(found.squares[0]).toBe(0)
})

test('the bits of a statistic do not depend on how the rows are cut into batches', async () => {
  const random = seededRandom(seed)
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: 10_123 }, () => random.next() * 1e3 - 200))
  const statistic = gram(3)
  const once = statistic.encode(await fold(statistic, inBatches(columns, 10_123)))
  for (const size of [1, 17, 4096, 5000]) expect(statistic.encode(await fold(statistic, inBatches(columns, size)))).toEqual(once)
})

test('a row of weight 2 counts as two rows, one of weight 0 as none', async () => {
  const weighted = await fold(
    gram(2, { weighted: true }),
    inBatches(
      [
        [1, 2, 5, 9],
        [3, 1, 4, 7],
        [1, 2, 0, 3],
      ].map(toFloats),
      4,
    ),
  )
  const repeated = await fold(
    gram(2),
    inBatches(
      [
        [1, 2, 2, 9, 9, 9],
        [3, 1, 1, 7, 7, 7],
      ].map(toFloats),
      6,
    ),
  )
  expect(weighted.weight).toBe(6)
  expect(weighted.rows).toBe(3)
  for (const [i, mean] of repeated.mean.entries()) expect(weighted.mean[i]).toBeCloseTo(mean, 12)
  for (const [i, product] of repeated.products.entries()) expect(weighted.products[i]).toBeCloseTo(product, 10)
})

test('merging is associative up to rounding, and an empty part changes nothing', () => {
  const statistic = moments(1)
  const block = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(block, block, block, (a, b, c) => {
      const [x, y, z] = [a, b, c].map(values =>
        statistic.update(statistic.init(), blockOf(['x'], [Float64Array.from(values)], values.length)),
      )
      if (x === undefined || y === undefined || z === undefined) throw new Error('three parts')
      const left = statistic.merge(statistic.merge(x, y), z)
      const right = statistic.merge(x, statistic.merge(y, z))
      expect(left.rows).toBe(right.rows)
      expect(Math.abs((left.mean[0] as number) - (right.mean[0] as number))).toBeLessThan(1e-6)
      expect(Math.abs((left.squares[0] as number) - (right.squares[0] as number))).toBeLessThanOrEqual(
        1e-9 * (left.squares[0] as number) + 1e-6,
      )
      expect(statistic.merge(x, statistic.init())).toBe(x)
      expect(statistic.merge(statistic.init(), x)).toBe(x)
    }),
    { seed, numRuns: 200 },
  )
})

test('a state that travels as bytes comes back as it was', () => {
  const values = fc.array(
    fc.tuple(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), fc.double({ noNaN: true, min: -1e100, max: 1e100 })),
    { minLength: 1 },
  )
  const check = <S, R>(statistic: Statistic<S, R>): void =>
    fc.assert(
      fc.property(values, rows => {
        const block = blockOf(
          ['a', 'b'],
          [0, 1].map(i => Float64Array.from(rows, row => row[i] as number)),
          rows.length,
        )
        const bytes = encoded(statistic, block)
        expect(bytes.again).toEqual(bytes.once)
      }),
      { seed, numRuns: 50 },
    )
  check(moments(2))
  check(gram(2))
  check(regressionErrors())
  expect(() => gram(2).decode(new Uint8Array(8))).toThrow(RangeError)
})

test('errors of predictions are those of the textbook', async () => {
  const found = await fold(
    regressionErrors(),
    inBatches(
      [
        [1, 2, 3, 4],
        [1, 2, 4, 2],
      ].map(toFloats),
      4,
    ),
  )
  expect(found).toEqual({ rows: 4, r2: 0, mse: 1.25, rmse: Math.sqrt(1.25), mae: 0.75 })
})

test('the share of explained variance of one row is not known, of a constant target 1 or 0', async () => {
  const errors = (truth: number[], guess: number[]) =>
    fold(regressionErrors(), inBatches([Float64Array.from(truth), Float64Array.from(guess)], 9))
  expect((await errors([1], [1])).r2).toBeNaN()
  expect((await errors([3, 3], [3, 3])).r2).toBe(1)
  expect((await errors([3, 3], [3, 4])).r2).toBe(0)
})

function toFloats(values: readonly number[]): Float64Array {
  return Float64Array.from(values)
}

function encoded<S, R>(statistic: Statistic<S, R>, block: Batch): { once: Uint8Array; again: Uint8Array } {
  const once = statistic.encode(statistic.update(statistic.init(), block))
  return { once, again: statistic.encode(statistic.decode(once)) }
}

async function* cut(columns: readonly Float64Array[], size: number): AsyncIterable<Batch> {
  const rows = columns[0]?.length ?? 0
  const names = columns.map((_, i) => `c${i}`)
  for (let from = 0; from < rows; from += size) {
    const to = Math.min(rows, from + size)
    yield blockOf(
      names,
      columns.map(column => column.subarray(from, to)),
      to - from,
    )
  }
}

function inBatches(columns: readonly Float64Array[], size: number): AsyncIterable<Batch> {
  const fields = columns.map((_, i) => ({ name: `c${i}`, type: 'float64' as const, nullable: false }))
  return reblock(cut(columns, size), fields, { mayMiss: [], weight: undefined })
}
