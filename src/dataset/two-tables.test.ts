/** Verbs of two tables: unions, sets, joins that look at their keys, joins to the nearest moment. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { Dataset } from './index.ts'
import { failure } from '../../test/house/failure.ts'

interface Sale {
  id: number
  city: string | null
}
let tm: Session
let table: Dataset<Sale>
let none: Dataset<Sale>
let open: Dataset<OpenRow>
let items: Dataset<{ id: number | null; x: number }>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  table = await tm.read(
    rows(
      [
        { id: 1, city: 'A' },
        { id: 2, city: null },
        { id: 3, city: 'B' },
        { id: 4, city: 'A' },
        { id: 5, city: 'A' },
      ],
      { schema: { id: 'int64', city: 'string?' } },
    ),
  )
  none = table.filter(r => r.id.lt(0))
  open = table.map(row => ({ ...row })) as unknown as Dataset<OpenRow>
  items = await tm.read(
    rows(
      [
        { id: 1, x: 1 },
        { id: 3, x: 2 },
        { id: 3, x: 3 },
        { id: null, x: 4 },
        { id: null, x: 5 },
      ],
      { schema: { id: 'int64?', x: 'int64' } },
    ),
  )
})
afterAll(() => tm.close())

const cities = async (of: Dataset<{ city: string | null }>): Promise<unknown[]> => (await of.sort('city').rows()).map(row => row.city)

test('a union takes several tables, and fills the columns that one lacks', async () => {
  const [one, two] = [table.filter(r => r.id.eq(1)), table.filter(r => r.id.eq(2))]
  expect(await one.union([two, one]).sort('id').rows()).toEqual([
    { id: 1, city: 'A' },
    { id: 1, city: 'A' },
    { id: 2, city: null },
  ])
  expect(await one.union(items.limit(1), { missing: 'null' }).sort('x').rows()).toEqual([
    { id: 1, city: null, x: 1 },
    { id: 1, city: 'A', x: null },
  ])
  expect((await failure(() => one.union(items as never))).message).toContain('city is missing on the other side; x is missing on this side')
  expect((await failure(() => one.union(items.rename({ x: 'city' }) as never, { missing: 'null' }))).code).toBe('plan.type')
  expect((await failure(() => one.union([] as never))).code).toBe('plan.argument')
  expect(await open.union(items, { missing: 'null' }).count()).toBe(10)
  expect(await open.union([table, table] as never).count()).toBe(15)
})

test('intersect and except take NULL for equal, and count rows when asked', async () => {
  const few = table.filter(r => r.id.in([1, 2, 4])).select('city')
  expect(await cities(table.select('city').intersect(few))).toEqual(['A', null])
  expect(await cities(table.select('city').intersect(few, { all: true }))).toEqual(['A', 'A', null])
  expect(await cities(table.select('city').except(few))).toEqual(['B'])
  expect(await cities(table.select('city').except(few, { all: true }))).toEqual(['A', 'B'])
  expect(await cities(table.select('city').except(none.select('city')))).toEqual(['A', 'B', null])
  expect(await cities(none.select('city').intersect(few))).toEqual([])
  expect(await cities(open.select('city').except(few) as never)).toEqual(['B'])
  expect((await failure(() => table.intersect(items as never))).code).toBe('plan.type')
})

test('a join fails when a key is there more often than was promised', async () => {
  const joined = table.join(items, { on: 'id', validate: 'one-to-many' })
  expect((await joined.sort('x').rows()).map(row => row.x)).toEqual([1, 2, 3])
  const wrong = await failure(() => table.join(items, { on: 'id', validate: 'many-to-one' }).rows())
  expect([wrong.code, wrong.message]).toEqual(['plan.join-keys', 'join is not many-to-one: id 3 is there 2 times on the right side'])
  expect((await failure(() => items.join(table, { on: 'id', validate: 'one-to-one' }).rows())).message).toContain('on the left side')
  // A filter above does not take the rows away that are looked at.
  expect(
    (
      await failure(() =>
        table
          .join(items, { on: 'id', validate: 'one-to-one' })
          .filter(r => r.id.eq(1))
          .rows(),
      )
    ).code,
  ).toBe('plan.join-keys')
  // NULL keys meet nothing, so there is nothing wrong with several.
  expect(
    await items
      .filter(r => r.id.isNull())
      .join(table, { on: 'id', how: 'left', suffix: 'Of', validate: 'one-to-one' })
      .count(),
  ).toBe(2)
  expect((await failure(() => table.join(items, { on: 'id', validate: '1:1' as never }))).message).toContain('have one-to-one')
})

test('a join of many to many fails or warns when asked', async () => {
  const both = { on: 'id', suffix: 'Of' } as const
  expect(await items.join(items, both).count()).toBe(5)
  const wrong = await failure(() => items.join(items, { ...both, onManyToMany: 'fail' }).rows())
  expect(wrong.message).toBe('join is not one to many or many to one: id 3 is there 2 times on the left and 2 times on the right side')
  expect(await table.join(items, { on: 'id', how: 'full', onManyToMany: 'fail' }).count()).toBe(8)
  const heard: string[] = []
  const hear = (warning: Error): void => void heard.push(warning.message)
  process.on('warning', hear)
  expect(await items.join(items, { ...both, onManyToMany: 'warn' }).count()).toBe(5)
  expect(await table.join(items, { on: 'id', onManyToMany: 'warn' }).count()).toBe(3)
  await new Promise(resolve => setImmediate(resolve))
  process.off('warning', hear)
  expect(heard).toHaveLength(1)
  expect(heard[0]).toContain('join is many to many: 1 key is there several times on both sides at')
  expect((await failure(() => items.join(items, { on: 'id', how: 'semi', onManyToMany: 'fail' }))).code).toBe('plan.argument')
})

test('joinAsOf takes the nearest row before, after, or on either side', async () => {
  const numbers = await tm.read(rows([{ t: 1 }, { t: 4 }, { t: 6 }, { t: 9 }, { t: null }], { schema: { t: 'int64?' } }))
  const marks = await tm.read(
    rows(
      [
        { t: 2, m: 'a' },
        { t: 6, m: 'b' },
        { t: 8, m: 'c' },
        { t: null, m: 'n' },
      ],
      { schema: { t: 'int64?', m: 'string' } },
    ),
  )
  const found = async (options: object): Promise<unknown[]> =>
    (
      await numbers
        .joinAsOf(marks, { at: 't', ...options })
        .sort('t')
        .rows()
    ).map(row => row.m)
  expect(await found({})).toEqual([null, 'a', 'b', 'c', null])
  expect(await found({ exact: false })).toEqual([null, 'a', 'a', 'c', null])
  expect(await found({ direction: 'forward' })).toEqual(['a', 'b', 'b', null, null])
  // 4 is as near to 2 as to 6: the earlier.
  expect(await found({ direction: 'nearest' })).toEqual(['a', 'a', 'b', 'c', null])
  expect(await found({ direction: 'nearest', within: 1 })).toEqual(['a', null, 'b', 'c', null])
  expect(await found({ how: 'inner' })).toEqual(['a', 'b', 'c'])
  expect(await found({ direction: 'nearest', within: 0, how: 'inner' })).toEqual(['b'])
  expect(
    await numbers
      .joinAsOf(
        marks.filter(r => r.m.eq('z')),
        { at: 't' },
      )
      .sort('t')
      .column('m'),
  ).toEqual([null, null, null, null, null])
})

test('joinAsOf takes keys, moments under other names, and a suffix', async () => {
  const trades = await tm.read(
    rows(
      [
        { symbol: 'A', at: '2026-01-01T10:00:00Z', price: 1 },
        { symbol: 'B', at: '2026-01-01T10:00:00Z', price: 2 },
        { symbol: null, at: '2026-01-01T10:00:00Z', price: 3 },
      ],
      { schema: { symbol: 'string?', at: 'timestamp', price: 'float64' } },
    ),
  )
  const quotes = await tm.read(
    rows(
      [
        { code: 'A', quoted: '2026-01-01T09:50:00Z', price: 10 },
        { code: 'A', quoted: '2026-01-01T09:59:00Z', price: 11 },
        { code: 'B', quoted: '2026-01-01T09:00:00Z', price: 20 },
        { code: null, quoted: '2026-01-01T10:00:00Z', price: 30 },
      ],
      { schema: { code: 'string?', quoted: 'timestamp', price: 'float64' } },
    ),
  )
  const options = { on: { symbol: 'code' }, at: { at: 'quoted' }, suffix: 'Quoted' } as const
  const found = trades.joinAsOf(quotes, { ...options, within: '5m' })
  expect(await found.drop('at').sort('price').rows()).toEqual([
    { symbol: 'A', price: 1, priceQuoted: 11 },
    { symbol: 'B', price: 2, priceQuoted: null },
    { symbol: null, price: 3, priceQuoted: null },
  ])
  expect(
    await trades
      .joinAsOf(quotes, options)
      .filter(r => r.symbol.eq('B'))
      .column('priceQuoted'),
  ).toEqual([20])
  expect((await trades.joinAsOf(quotes, options).explain()).toString()).toContain('join as of at >= partnerAt on symbol = code')
  expect((await failure(() => trades.joinAsOf(quotes, { on: { symbol: 'code' }, at: { at: 'quoted' } } as never))).code).toBe(
    'plan.duplicate-column',
  )
  expect((await failure(() => trades.joinAsOf(quotes, { at: { symbol: 'code' }, suffix: 'Q' } as never))).code).toBe('plan.type')
  expect((await failure(() => trades.joinAsOf(quotes, { ...options, direction: 'back' as never }))).message).toContain(
    'have backward, forward, nearest',
  )
  const mapped = trades.map(row => ({ ...row }), { schema: { symbol: 'string?', at: 'timestamp', price: 'float64' } })
  expect(await mapped.joinAsOf(quotes, { ...options, how: 'inner' }).count()).toBe(2)
})
