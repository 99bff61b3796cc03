/** Verbs that choose, number and mend rows. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { compareTexts, list, type OpenRow, struct } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { Dataset } from './index.ts'
import { failure } from '../../test/house/failure.ts'

interface Sale {
  id: number
  city: string | null
  v: number | null
}
const sales = [
  { id: 1, city: 'A', v: 10 },
  { id: 2, city: null, v: null },
  { id: 3, city: 'B', v: 30 },
  { id: 4, city: 'A', v: null },
  { id: 5, city: 'A', v: 20 },
]
const shape = { id: 'int64', city: 'string?', v: 'float64?' } as const

let tm: Session
let table: Dataset<Sale>
let none: Dataset<Sale>
let open: Dataset<OpenRow>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  table = await tm.read(rows(sales, { schema: shape }))
  none = table.filter(r => r.id.lt(0))
  open = table.map(row => ({ ...row })) as unknown as Dataset<OpenRow>
})
afterAll(() => tm.close())

const ids = async (of: Dataset<OpenRow> | Dataset<Sale>): Promise<unknown[]> => (await of.rows()).map(row => (row as OpenRow)['id'])

test('head, tail and slice count as arrays do', async () => {
  const sorted = table.sort('id')
  expect(await ids(sorted.head(2))).toEqual([1, 2])
  expect(await ids(sorted.tail(2))).toEqual([4, 5])
  expect(await ids(sorted.tail(9))).toEqual([1, 2, 3, 4, 5])
  const cases: readonly (readonly [number, number | undefined])[] = [
    [1, 3],
    [-3, -1],
    [-2, undefined],
    [1, -1],
    [2, undefined],
    [0, 0],
    [-9, 2],
    [3, 1],
  ]
  for (const [start, end] of cases)
    expect(await ids(sorted.slice(start, end)), `slice(${start}, ${end})`).toEqual([1, 2, 3, 4, 5].slice(start, end))
  expect(await ids(none.tail(2))).toEqual([])
  expect(await ids(open.sort('id').tail(1))).toEqual([5])
  expect((await failure(() => table.tail(-1))).message).toContain('tail needs a whole number of rows from 0: -1')
  expect((await failure(() => table.slice(0.5))).code).toBe('plan.argument')
})

test('withRowIndex numbers the rows in their order, in the first column', async () => {
  expect(
    await table
      .sort(r => r.id.desc())
      .withRowIndex('n', { from: 1 })
      .select('n', 'id')
      .head(2)
      .rows(),
  ).toEqual([
    { n: 1, id: 5 },
    { n: 2, id: 4 },
  ])
  expect(Object.keys((await table.withRowIndex('n').rows())[0] ?? {})).toEqual(['n', 'id', 'city', 'v'])
  expect((await failure(() => table.withRowIndex('id'))).code).toBe('plan.duplicate-column')
})

test('topK takes the greatest of all or of each group, and all that are equal when asked', async () => {
  expect(await ids(table.topK(2, 'v'))).toEqual([3, 5])
  expect(await ids(table.topK(2, r => r.v))).toEqual([3, 5])
  expect(await ids(table.topK(2, r => r.v.asc()))).toEqual([1, 5])
  expect(await table.topK(1, 'id', { per: 'city' }).rows()).toEqual([
    { id: 5, city: 'A', v: 20 },
    { id: 3, city: 'B', v: 30 },
    { id: 2, city: null, v: null },
  ])
  expect(await ids(table.topK(1, r => r.city.asc(), { ties: 'all' }).sort('id'))).toEqual([1, 4, 5])
  expect(await ids(none.topK(3, 'v', { per: 'city' }))).toEqual([])
  expect(await ids(open.topK(1, 'id'))).toEqual([5])
})

test('distinct keeps the first, the last, or only rows that are alone', async () => {
  expect(await ids(table.distinct('city', { keep: 'first', orderBy: 'id' }).sort('id'))).toEqual([1, 2, 3])
  expect(await ids(table.distinct('city', { keep: 'last', orderBy: 'id' }).sort('id'))).toEqual([2, 3, 5])
  // NULLs are last, so the last by value is the NULL.
  expect(await ids(table.distinct('city', { keep: 'last', orderBy: 'v' }).sort('id'))).toEqual([2, 3, 4])
  expect(await ids(table.distinct('city', { keep: 'none' }).sort('id'))).toEqual([2, 3])
  expect(await table.select('city').distinct({ keep: 'none' }).sort('city').rows()).toEqual([{ city: 'B' }, { city: null }])
  expect(await ids(open.distinct('city', { keep: 'last', orderBy: 'id' }).sort('id'))).toEqual([2, 3, 5])
  expect((await failure(() => table.distinct('city', { keep: 'middle' as never }))).message).toContain('have first, last, none')
})

test('sample takes rows of each group, and puts them back when asked', async () => {
  expect((await table.sample({ rows: 1 }, { by: 'city', seed: 1 }).rows()).map(row => String(row.city)).toSorted(compareTexts)).toEqual([
    'A',
    'B',
    'null',
  ])
  const drawn = await ids(table.sample({ rows: 50 }, { replacement: true, seed: 3 }))
  expect(drawn).toHaveLength(50)
  expect(new Set(drawn)).toEqual(new Set([1, 2, 3, 4, 5]))
  expect(await ids(table.sample({ rows: 50 }, { replacement: true, seed: 3 }))).toEqual(drawn)
  expect(await ids(table.sample({ rows: 50 }, { replacement: true, seed: 4 }))).not.toEqual(drawn)
  expect(await table.sample({ fraction: 1.6 }, { replacement: true }).count()).toBe(8)
  expect(await none.sample({ fraction: 2 }, { replacement: true }).count()).toBe(0)
  expect((await failure(() => table.sample({ fraction: 2 }))).message).toContain('sample needs a fraction above 0 and up to 1: 2')
  expect((await failure(() => table.sample({ rows: 2 }, { by: 'city', replacement: true }))).code).toBe('plan.argument')
})

test('fillNull takes values from the rows before and after, from the line between, and from figures', async () => {
  const v = async (of: Dataset<Sale>): Promise<unknown[]> => (await of.sort('id').rows()).map(row => row.v)
  expect(await v(table.fillNull(['v'], { strategy: 'forward', orderBy: 'id' }))).toEqual([10, 10, 30, 30, 20])
  expect(await v(table.fillNull(['v'], { strategy: 'backward', orderBy: 'id' }))).toEqual([10, 30, 30, 20, 20])
  expect(await v(table.fillNull(['v'], { strategy: 'forward', orderBy: 'id', by: 'city' }))).toEqual([10, null, 30, 10, 20])
  expect(await v(table.fillNull(['v'], { strategy: 'interpolate', orderBy: 'id' }))).toEqual([10, 20, 30, 25, 20])
  expect(await v(table.fillNull(['v'], { strategy: 'mean' }))).toEqual([10, 20, 30, 20, 20])
  expect(await v(table.fillNull(['v'], { strategy: 'max', by: ['city'] }))).toEqual([10, null, 30, 20, 20])
  expect((await table.fillNull(['city'], { strategy: 'mode' }).sort('id').rows())[1]).toEqual({ id: 2, city: 'A', v: null })
  expect(await v(none.fillNull(['v'], { strategy: 'median' }))).toEqual([])
  expect(await open.fillNull(['v'], { strategy: 'forward', orderBy: 'id' }).column('v')).toHaveLength(5)
  expect((await failure(() => table.fillNull(['v'], { strategy: 'forward' }))).message).toContain('fillNull forward needs an order')
  expect((await failure(() => table.fillNull(['city'], { strategy: 'mean' }))).code).toBe('plan.type')
  expect((await failure(() => table.fillNull(['v'], { strategy: 'ffill' as 'mean' }))).message).toContain(
    'no such strategy: ffill (have forward',
  )
})

test('an interpolation runs along moments as they lie, and does not go past the ends', async () => {
  const moments = await tm.read(
    rows(
      [
        { at: '2026-01-01T00:00:00Z', v: null },
        { at: '2026-01-01T01:00:00Z', v: 10 },
        { at: '2026-01-01T02:00:00Z', v: null },
        { at: '2026-01-01T05:00:00Z', v: 50 },
        { at: '2026-01-01T06:00:00Z', v: null },
      ],
      { schema: { at: 'timestamp', v: 'int64?' } },
    ),
  )
  expect(await moments.fillNull(['v'], { strategy: 'interpolate', orderBy: 'at' }).sort('at').column('v')).toEqual([null, 10, 20, 50, null])
})

test('dropNulls keeps rows with enough values', async () => {
  expect(await ids(table.dropNulls({ atLeast: 2 }).sort('id'))).toEqual([1, 3, 4, 5])
  expect(await ids(table.dropNulls({ atLeast: 1, columns: ['city', 'v'] }).sort('id'))).toEqual([1, 3, 4, 5])
  expect(await ids(open.dropNulls({ atLeast: 3 }).sort('id'))).toEqual([1, 3, 5])
  expect((await failure(() => table.dropNulls({ atLeast: -1 }))).code).toBe('plan.argument')
})

test('replace changes values at once, NULLs too; clip keeps numbers in bounds', async () => {
  expect(
    await table
      .replace({
        city: { A: 'B', B: 'A' },
        v: [
          [null, -1],
          [20, null],
        ],
      })
      .sort('id')
      .rows(),
  ).toEqual([
    { id: 1, city: 'B', v: 10 },
    { id: 2, city: null, v: -1 },
    { id: 3, city: 'A', v: 30 },
    { id: 4, city: 'B', v: -1 },
    { id: 5, city: 'B', v: null },
  ])
  expect(
    (
      await table
        .replace({ id: { 1: 100 } })
        .sort('id')
        .rows()
    ).map(row => row.id),
  ).toEqual([2, 3, 4, 5, 100])
  expect(
    (
      await table
        .clip({ v: [15, null], id: [null, 3] })
        .sort('id', 'v')
        .rows()
    ).map(row => [row.id, row.v]),
  ).toEqual([
    [1, 15],
    [2, null],
    [3, 20],
    [3, 30],
    [3, null],
  ])
  expect((await failure(() => table.replace({ v: [['x' as never, 1]] }))).code).toBe('expr.type')
  expect((await failure(() => table.clip({ v: [3, 1] }))).code).toBe('expr.argument')
})

test('cut makes classes between edges, qcut classes of equal sizes', async () => {
  expect(await table.cut('v', [0, 10, 25], { into: 'c' }).sort('id').column('c')).toEqual(['[0, 10]', null, null, null, '(10, 25]'])
  expect(
    await table
      .cut('v', [10, 20, Infinity], { into: 'c', closed: 'left', labels: ['low', 'high'] })
      .sort('id')
      .column('c'),
  ).toEqual(['low', null, 'high', null, 'high'])
  expect(await table.qcut('v', 2, { into: 'q' }).sort('id').column('q')).toEqual([1, null, 2, null, 1])
  expect(
    await table
      .qcut('id', 2, { into: 'q', labels: ['a', 'b'], by: 'city' })
      .sort('id')
      .column('q'),
  ).toEqual(['a', 'a', 'a', 'a', 'b'])
  expect(await open.cut('v', [0, 100], { into: 'c' }).sort('id').column('c')).toEqual(['[0, 100]', null, '[0, 100]', null, '[0, 100]'])
  expect((await failure(() => table.cut('v', [2, 1], { into: 'c' }))).message).toContain('edges of cut do not rise: 2, 1')
  expect((await failure(() => table.cut('v', [1, 2], { into: 'c', labels: ['a', 'b'] }))).message).toContain(
    'cut makes 1 class, and has 2 labels',
  )
  expect((await failure(() => table.cut('city' as never, [1, 2], { into: 'c' }))).code).toBe('plan.type')
})

test('cast and tryCast, reorder, selectTypes and rename by a function', async () => {
  expect(await table.cast({ id: 'string' }).head(1).rows()).toEqual([{ id: '1', city: 'A', v: 10 }])
  expect(await table.tryCast({ city: 'int32' }).select('city').distinct().rows()).toEqual([{ city: null }])
  expect((await failure(() => table.cast({ city: 'int32' }).rows())).code).toBe('expr.cast')
  expect(table.reorder('v', 'city').schema.map(field => field.name)).toEqual(['v', 'city', 'id'])
  expect(table.selectTypes('number').schema.map(field => field.name)).toEqual(['id', 'v'])
  expect((await failure(() => table.selectTypes('list'))).message).toContain('no column is a list')
  expect(table.rename(name => name.toUpperCase()).schema.map(field => field.name)).toEqual(['ID', 'CITY', 'V'])
  expect((await failure(() => table.rename(() => 'x'))).code).toBe('plan.duplicate-column')
  expect(Object.keys((await open.rename(name => `${name}_`).rows())[0] ?? {})).toEqual(['id_', 'city_', 'v_'])
})

test('lists explode side by side, and empty ones stay when asked', async () => {
  const lists = await tm.read(
    rows(
      [
        { id: 1, a: [1, 2], b: ['x'] },
        { id: 2, a: [], b: null },
        { id: 3, a: null, b: ['y'] },
      ],
      { schema: { id: 'int64', a: list('int64').nullable(), b: list('string').nullable() } },
    ),
  )
  expect(await lists.explode('a', { outer: true }).select('id', 'a').sort('id', 'a').rows()).toEqual([
    { id: 1, a: 1 },
    { id: 1, a: 2 },
    { id: 2, a: null },
    { id: 3, a: null },
  ])
  const pairs = [
    { id: 1, a: 1, b: 'x' },
    { id: 1, a: 2, b: null },
    { id: 3, a: null, b: 'y' },
  ]
  expect(await lists.explode(['a', 'b']).sort('id', 'a').rows()).toEqual(pairs)
  expect(
    await lists
      .explode(['a', 'b'], { outer: true })
      .filter(r => r.id.ne(2))
      .sort('id', 'a')
      .rows(),
  ).toEqual(pairs)
  expect((await failure(() => lists.explode(['a', 'a']))).code).toBe('plan.duplicate-column')
})

test('a struct becomes a column for each field', async () => {
  const people = await tm.read(
    rows(
      [
        { id: 1, address: { city: 'Bergen', zip: 5003 } },
        { id: 2, address: null },
      ],
      {
        schema: { id: 'int64', address: struct({ city: 'string', zip: 'int64' }).nullable() },
      },
    ),
  )
  expect(await people.unnest('address').sort('id').rows()).toEqual([
    { id: 1, city: 'Bergen', zip: 5003 },
    { id: 2, city: null, zip: null },
  ])
  expect(people.unnest('address', { prefix: 'a_' }).schema.map(field => field.name)).toEqual(['id', 'a_city', 'a_zip'])
  expect((await failure(() => people.rename({ id: 'zip' }).unnest('address'))).code).toBe('plan.duplicate-column')
  expect((await failure(() => people.unnest('id' as never))).code).toBe('plan.type')
})

test('steps of your own are a part of the chain, and a column is an array', async () => {
  const known = (of: Dataset<Sale>): Dataset<Sale> => of.filter(r => r.v.isNotNull())
  expect(await table.pipe(known).sort('id').column('v')).toEqual([10, 30, 20])
  expect((await failure(() => table.column('w' as 'v'))).code).toBe('plan.unknown-column')
})
