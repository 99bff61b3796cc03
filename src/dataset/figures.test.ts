/** Verbs that count, compare and regroup. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { TidemillError } from '../errors/index.ts'
import { count } from '../expr/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { Dataset } from './index.ts'

interface Sale {
  id: number
  city: string | null
  v: number | null
}
let tm: Session
let table: Dataset<Sale>
let none: Dataset<Sale>
let open: Dataset<OpenRow>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  table = await tm.read(
    rows(
      [
        { id: 1, city: 'A', v: 10 },
        { id: 2, city: null, v: null },
        { id: 3, city: 'B', v: 30 },
        { id: 4, city: 'A', v: null },
        { id: 5, city: 'A', v: 20 },
      ],
      { schema: { id: 'int64', city: 'string?', v: 'float64?' } },
    ),
  )
  none = table.filter(r => r.id.lt(0))
  open = table.map(row => ({ ...row })) as unknown as Dataset<OpenRow>
})
afterAll(() => tm.close())

async function failure(make: () => unknown): Promise<TidemillError> {
  try {
    await make()
  } catch (error) {
    return error as TidemillError
  }
  throw new Error('nothing was thrown')
}

test('valueCounts counts NULL too, the most frequent first', async () => {
  const wanted = [
    { city: 'A', count: 3, share: 0.6 },
    { city: 'B', count: 1, share: 0.2 },
    { city: null, count: 1, share: 0.2 },
  ]
  expect(await table.valueCounts('city').rows()).toEqual(wanted)
  expect(await open.valueCounts('city').rows()).toEqual(wanted)
  expect(await none.valueCounts('city').rows()).toEqual([])
  expect((await failure(() => table.rename({ city: 'count' }).valueCounts('count'))).code).toBe('plan.duplicate-column')
})

test('nullCounts has a row per column, and no share of no rows', async () => {
  expect(await table.nullCounts().rows()).toEqual([
    { column: 'id', nulls: 0, share: 0 },
    { column: 'city', nulls: 1, share: 0.2 },
    { column: 'v', nulls: 2, share: 0.4 },
  ])
  expect((await none.nullCounts().rows()).map(row => row.share)).toEqual([null, null, null])
})

test('describe has the percentiles asked for', async () => {
  expect(
    await table
      .select('v')
      .describe({ percentiles: [0.25, 0.999] })
      .select('column', 'p25', 'p99.9')
      .rows(),
  ).toEqual([{ column: 'v', p25: 15, 'p99.9': 29.98 }])
  expect((await failure(() => table.describe({ percentiles: [25] }))).message).toContain('percentile is no share from 0 to 1: 25')
})

test('correlation is a matrix over the rows in which both have a value', async () => {
  const figures = await tm.read(
    rows(
      [
        { x: 1, y: 1, z: 5, k: 1, name: 'a' },
        { x: 2, y: 4, z: 3, k: 1, name: 'b' },
        { x: 3, y: 9, z: null, k: 1, name: 'c' },
        { x: 4, y: 16, z: 3, k: 1, name: 'd' },
      ],
      { schema: { x: 'int64', y: 'float64', z: 'float64?', k: 'int64', name: 'string' } },
    ),
  )
  const pearson = await figures.correlation().rows()
  expect(pearson.map(row => row.column)).toEqual(['x', 'y', 'z', 'k'])
  expect(pearson[0]?.x).toBe(1)
  // As pandas says: DataFrame.corr().
  expect(pearson[0]?.y).toBeCloseTo(0.9843740386976972, 12)
  expect(pearson[2]?.x).toBeCloseTo(-0.7559289460184544, 12)
  expect([pearson[3]?.k, pearson[3]?.x]).toEqual([null, null])
  const places = await figures.correlation({ columns: ['x', 'z'], method: 'spearman' }).rows()
  // As pandas says: the ranks of x are 1 2 3, those of z 3 1.5 1.5.
  expect(places[0]?.z).toBeCloseTo(-0.8660254037844387, 12)
  expect((await failure(() => figures.correlation({ columns: ['name' as 'x'] }))).code).toBe('plan.type')
})

test('crosstab counts pairs, and makes shares of rows, of columns, or of all', async () => {
  const pairs = await tm.read(
    rows(
      [
        { a: 'x', b: 'p' },
        { a: 'x', b: 'q' },
        { a: 'x', b: 'q' },
        { a: 'y', b: 'q' },
        { a: 'y', b: null },
      ],
      { schema: { a: 'string', b: 'string?' } },
    ),
  )
  expect(await (await pairs.crosstab('a', 'b')).rows()).toEqual([
    { a: 'x', p: 1, q: 2 },
    { a: 'y', p: 0, q: 1 },
  ])
  expect(await (await pairs.crosstab('a', 'b', { normalize: 'rows' })).rows()).toEqual([
    { a: 'x', p: 1 / 3, q: 2 / 3 },
    { a: 'y', p: 0, q: 1 },
  ])
  expect((await (await pairs.crosstab('a', 'b', { normalize: 'columns' })).rows()).map(row => row['q'])).toEqual([2 / 3, 1 / 3])
  expect((await (await pairs.crosstab('a', 'b', { normalize: 'all', into: ['q'] })).rows()).map(row => row['q'])).toEqual([2 / 3, 1 / 3])
  expect((await failure(() => pairs.filter(r => r.b.isNull()).crosstab('a', 'b'))).message).toContain('b has no values')
})

test('rollup has subtotals, and its level tells a total from a key that is NULL', async () => {
  expect(
    await table
      .groupBy('city')
      .rollup(r => ({ n: count(), v: r.v.sum() }), { level: 'level' })
      .sort('level', 'city')
      .rows(),
  ).toEqual([
    { city: null, level: '', n: 5, v: 60 },
    { city: 'A', level: 'city', n: 3, v: 30 },
    { city: 'B', level: 'city', n: 1, v: 30 },
    { city: null, level: 'city', n: 1, v: null },
  ])
  expect(
    await none
      .groupBy('city')
      .rollup(r => ({ n: count(), v: r.v.sum() }))
      .rows(),
  ).toEqual([{ city: null, n: 0, v: null }])
})

test('cube and grouping sets group by the keys they name', async () => {
  const by = table.groupBy('city', r => ({ odd: r.id.mod(2) }))
  const levels = (of: readonly { level: string; n: number }[]): Record<string, number> => {
    const totals: Record<string, number> = {}
    for (const { level, n } of of) totals[level] = (totals[level] ?? 0) + n
    return totals
  }
  expect(levels(await by.cube(() => ({ n: count() }), { level: 'level' }).rows())).toEqual({ '': 5, city: 5, odd: 5, 'city, odd': 5 })
  expect(levels(await by.groupingSets([['odd'], []], () => ({ n: count() }), { level: 'level' }).rows())).toEqual({ odd: 5, '': 5 })
  // A condition on a key is about groups: it must not reach the rows, of which the total is made.
  expect(
    await by
      .rollup(() => ({ n: count() }))
      .filter(r => r.city.isNull())
      .agg(r => ({ n: r.n.max() }))
      .rows(),
  ).toEqual([{ n: 5 }])
  expect((await failure(() => by.groupingSets([['town' as 'city']], () => ({ n: count() })))).message).toContain(
    'no such key: town (have city, odd)',
  )
  expect(
    levels(
      (await open
        .groupBy('city')
        .rollup(() => ({ n: count() }), { level: 'level' })
        .rows()) as never,
    ),
  ).toEqual({ city: 5, '': 5 })
})

test('unpivot turns all columns but those that stay', async () => {
  const wide = table.select('id', r => ({ jan: r.v, feb: r.v.mul(2) }))
  expect(
    await wide
      .filter(r => r.id.eq(1))
      .unpivot({ keep: ['id'], name: 'month', value: 'sales' })
      .sort('month')
      .rows(),
  ).toEqual([
    { id: 1, month: 'feb', sales: 20 },
    { id: 1, month: 'jan', sales: 10 },
  ])
  expect(
    await open
      .select('id', 'v')
      .unpivot({ keep: ['id'], name: 'name', value: 'value' })
      .count(),
  ).toBe(5)
})
