/** Verbs that count, compare and regroup. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { Dataset } from './index.ts'
import { failure } from '../../test/house/failure.ts'

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

test('pivot and crosstab have totals, as in pandas', async () => {
  const sales = await tm.read(
    rows(
      [
        { city: 'A', year: 2025, month: 'jan', v: 1 },
        { city: 'A', year: 2025, month: 'feb', v: 2 },
        { city: 'B', year: 2025, month: 'feb', v: 6 },
        { city: 'B', year: 2026, month: 'mar', v: 9 },
        { city: null, year: 2026, month: 'jan', v: 3 },
      ],
      { schema: { city: 'string?', year: 'int32', month: 'string', v: 'int32' } },
    ),
  )
  const known = sales.dropNulls('city')
  // pandas: pivot_table(index='city', columns='month', values='v', aggfunc='mean', margins=True) of the rows of jan and feb
  const means = known
    .pivot({ index: 'city', columns: 'month', into: ['feb', 'jan'], values: r => r.v.mean(), margins: true, level: 'level' })
    .sort('level', 'city')
  expect(await means.rows()).toEqual([
    { city: 'All', level: '', feb: 4, jan: 1, All: 3 },
    { city: 'A', level: 'city', feb: 2, jan: 1, All: 1.5 },
    { city: 'B', level: 'city', feb: 6, jan: null, All: 6 },
  ])
  const two = sales
    .pivot({ index: ['year', 'city'], columns: 'month', into: ['jan'], values: () => count(), margins: 'Total' })
    .sort('Total')
  expect((await two.rows()).at(-1)).toEqual({ year: null, city: null, jan: 2, Total: 2 })
  expect(
    await (await known.pivotAll({ index: 'city', columns: 'year', values: r => r.v.sum(), margins: true })).sort('city').rows(),
  ).toEqual([
    { city: 'A', 2025: 3, 2026: null, All: 3 },
    { city: 'All', 2025: 9, 2026: 9, All: 18 },
    { city: 'B', 2025: 6, 2026: 9, All: 15 },
  ])
  // pandas: crosstab(city, month, margins=True, normalize=...)
  expect(await (await known.crosstab('city', 'month', { margins: true })).rows()).toEqual([
    { city: 'A', feb: 1, jan: 1, mar: 0, All: 2 },
    { city: 'B', feb: 1, jan: 0, mar: 1, All: 2 },
    { city: 'All', feb: 2, jan: 1, mar: 1, All: 4 },
  ])
  expect(await (await known.crosstab('city', 'month', { margins: true, normalize: 'rows' })).rows()).toEqual([
    { city: 'A', feb: 0.5, jan: 0.5, mar: 0 },
    { city: 'B', feb: 0.5, jan: 0, mar: 0.5 },
    { city: 'All', feb: 0.5, jan: 0.25, mar: 0.25 },
  ])
  expect(await (await known.crosstab('city', 'month', { margins: true, normalize: 'columns' })).rows()).toEqual([
    { city: 'A', feb: 0.5, jan: 1, mar: 0, All: 0.5 },
    { city: 'B', feb: 0.5, jan: 0, mar: 1, All: 0.5 },
  ])
  expect(await (await known.crosstab('city', 'month', { margins: 'Sum', normalize: 'all' })).rows()).toEqual([
    { city: 'A', feb: 0.25, jan: 0.25, mar: 0, Sum: 0.5 },
    { city: 'B', feb: 0.25, jan: 0, mar: 0.25, Sum: 0.5 },
    { city: 'Sum', feb: 0.5, jan: 0.25, mar: 0.25, Sum: 1 },
  ])
  // Not shares of a sum: means of v are 1.5, 7.5, and 4.5 of all.
  const shares = await (await known.crosstab('city', 'month', { values: r => r.v.mean(), margins: true, normalize: 'all' })).rows()
  expect(shares.map(row => row['All'])).toEqual([1.5 / 9, 7.5 / 9, 1])
  expect(
    (await failure(() => known.pivot({ index: 'city', columns: 'month', into: ['jan'], values: r => r.v.sum(), margins: 'jan' }))).code,
  ).toBe('plan.duplicate-column')
  expect((await failure(() => known.crosstab('city', 'month', { normalize: 'index' as 'rows' }))).hint).toContain("normalize: 'rows'")
  expect((await failure(() => known.crosstab('city', 'month', { margins: 3 as unknown as string }))).message).toContain(
    'margins of crosstab',
  )
})

test('transpose makes columns of rows, in their order, named by a column', async () => {
  const months = await tm.read(
    rows(
      [
        { city: 'B', jan: 1, feb: 2.5 },
        { city: 'A', jan: null, feb: 4 },
      ],
      { schema: { city: 'string', jan: 'int32?', feb: 'float64' } },
    ),
  )
  await using turned = await months.transpose({ names: 'city', header: 'month' })
  expect(turned.schema.map(field => field.name)).toEqual(['month', 'B', 'A'])
  expect(await turned.rows()).toEqual([
    { month: 'jan', B: 1, A: null },
    { month: 'feb', B: 2.5, A: 4 },
  ])
  await using back = await turned.transpose({ names: 'month', header: 'city' })
  expect(await back.rows()).toEqual([
    { city: 'B', jan: 1, feb: 2.5 },
    { city: 'A', jan: null, feb: 4 },
  ])
  await using plain = await months.select('jan', 'feb').transpose()
  expect(await plain.rows()).toEqual([
    { column: 'jan', row1: 1, row2: null },
    { column: 'feb', row1: 2.5, row2: 4 },
  ])
  expect((await failure(() => months.transpose())).message).toContain('columns to transpose have no common type: city')
  expect((await failure(() => months.transpose({ names: 'city', most: 1 }))).message).toBe('transpose of more than 1 rows')
  expect((await failure(() => months.limit(0).transpose({ names: 'city' }))).message).toContain('the table is empty')
  expect((await failure(() => months.drop('city').transpose({ names: 'jan' }))).message).toContain('NULL in jan')
  expect((await failure(() => months.union(months).transpose({ names: 'city' }))).code).toBe('plan.duplicate-column')
  expect((await failure(() => months.transpose({ names: 'town' as 'city' }))).code).toBe('plan.unknown-column')
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
