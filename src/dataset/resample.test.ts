import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { Dataset } from './index.ts'
import { failure } from '../../test/house/failure.ts'

interface Sale {
  city: string | null
  v: number | null
  at: Date | null
}
let tm: Session
let sales: Dataset<Sale>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  sales = (await tm.read(
    rows(
      [
        { city: 'A', v: 10, at: '2026-01-01T00:00:00Z' },
        { city: null, v: null, at: '2026-01-01T05:00:00Z' },
        { city: 'B', v: 30, at: '2026-01-03T00:00:00Z' },
        { city: 'A', v: 20, at: '2026-01-04T12:00:00Z' },
        { city: 'A', v: 99, at: null },
      ],
      { schema: { city: 'string?', v: 'float64?', at: 'timestamp?' } },
    ),
  )) as Dataset<Sale>
})
afterAll(() => tm.close())

const table = async (of: { rows(): Promise<object[]> }): Promise<unknown[][]> =>
  (await of.rows()).map(row => Object.values(row).map(value => (value instanceof Date ? value.toISOString().slice(0, 16) : value)))
const figures = (r: { v: { sum(): never } }) => ({ n: count(), v: r.v.sum() })

test('empty periods are there: counts are 0, other figures NULL, or those of before, or a number', async () => {
  expect(await table(sales.resample('at', '1d', r => ({ n: count(), v: r.v.sum() })))).toEqual([
    ['2026-01-01T00:00', 2, 10],
    ['2026-01-02T00:00', 0, null],
    ['2026-01-03T00:00', 1, 30],
    ['2026-01-04T00:00', 1, 20],
  ])
  const second = async (fill: 'skip' | 'null' | 'forward' | number): Promise<unknown> =>
    (await table(sales.resample('at', 'day', figures as never, { fill })))[1]
  expect(await second('skip')).toEqual(['2026-01-03T00:00', 1, 30])
  expect(await second('forward')).toEqual(['2026-01-02T00:00', 2, 10])
  expect(await second(-1)).toEqual(['2026-01-02T00:00', -1, -1])
})

test('every group has the periods of the whole table, a group whose key is NULL too', async () => {
  expect(await table(sales.resample('at', '1d', r => ({ v: r.v.sum() }), { by: 'city', fill: 'forward' }))).toEqual([
    ['A', '2026-01-01T00:00', 10],
    ['A', '2026-01-02T00:00', 10],
    ['A', '2026-01-03T00:00', 10],
    ['A', '2026-01-04T00:00', 20],
    ['B', '2026-01-01T00:00', null],
    ['B', '2026-01-02T00:00', null],
    ['B', '2026-01-03T00:00', 30],
    ['B', '2026-01-04T00:00', 30],
    [null, '2026-01-01T00:00', null],
    [null, '2026-01-02T00:00', null],
    [null, '2026-01-03T00:00', null],
    [null, '2026-01-04T00:00', null],
  ])
})

test('periods are spans from an origin, or months, weeks, quarters and years of the calendar', async () => {
  expect((await table(sales.resample('at', '36h', () => ({ n: count() }), { origin: '2026-01-01' }))).map(row => row[0])).toEqual([
    '2026-01-01T00:00',
    '2026-01-02T12:00',
    '2026-01-04T00:00',
  ])
  expect((await table(sales.resample('at', '15m', () => ({ n: count() })))).length).toBe(4 * 24 * 3 + 4 * 12 + 1)
  const far = await tm.read(rows([{ at: '2025-11-30T00:00:00Z' }, { at: '2026-02-28T23:00:00Z' }], { schema: { at: 'timestamp' } }))
  const starts = async (every: 'week' | 'month' | 'quarter' | 'year'): Promise<unknown[]> =>
    (await table(far.resample('at', every, () => ({ n: count() })))).map(row => String(row[0]).slice(0, 10))
  expect(await starts('month')).toEqual(['2025-11-01', '2025-12-01', '2026-01-01', '2026-02-01'])
  expect(await starts('quarter')).toEqual(['2025-10-01', '2026-01-01'])
  expect(await starts('year')).toEqual(['2025-01-01', '2026-01-01'])
  // Weeks begin on Monday.
  expect((await starts('week')).slice(0, 2)).toEqual(['2025-11-24', '2025-12-01'])
})

test('days of a time zone have 23 and 25 hours where clocks change', async () => {
  const hours = await tm.read(
    rows(
      Array.from({ length: 24 * 4 }, (_, hour) => ({ at: new Date(Date.UTC(2013, 2, 9, 5 + hour)) })),
      { schema: { at: 'timestamp' } },
    ),
  )
  const days = hours.resample('at', 'day', () => ({ n: count() }), { timeZone: 'America/New_York' })
  expect(await table(days)).toEqual([
    ['2013-03-09T05:00', 24],
    ['2013-03-10T05:00', 23],
    ['2013-03-11T04:00', 24],
    ['2013-03-12T04:00', 24],
    ['2013-03-13T04:00', 1],
  ])
})

test('days and wall clocks stay what they are', async () => {
  const days = await tm.read(rows([{ d: '2026-01-30' }, { d: '2026-02-02' }], { schema: { d: 'date' } }))
  expect((await days.resample('d', 'day', () => ({ n: count() })).rows()).map(row => String(row.d))).toEqual([
    '2026-01-30',
    '2026-01-31',
    '2026-02-01',
    '2026-02-02',
  ])
  const clocks = await tm.read(rows([{ t: '2026-03-29T01:00:00' }, { t: '2026-03-29T04:00:00' }], { schema: { t: 'datetime' } }))
  expect((await clocks.resample('t', '1h', () => ({ n: count() })).rows()).map(row => row.n)).toEqual([1, 0, 0, 1])
})

test('resample says what it cannot do, and gives nothing of nothing', async () => {
  expect(await table(sales.filter(r => r.v.gt(1000)).resample('at', '1d', () => ({ n: count() })))).toEqual([])
  expect((await failure(() => sales.resample('v' as 'at', '1d', () => ({ n: count() })))).code).toBe('plan.type')
  expect((await failure(() => sales.resample('at', '6h', () => ({ n: count() }), { timeZone: 'Asia/Tokyo' }))).message).toContain(
    'a time zone goes with days',
  )
  expect((await failure(() => sales.resample('at', '1 day' as '1d', () => ({ n: count() })))).message).toContain('no duration')
  expect((await failure(() => sales.resample('at', 'month', () => ({ at: count() })))).code).toBe('plan.duplicate-column')
  expect((await failure(() => sales.resample('at', 'month', () => ({ n: count() }), { origin: '2026-01-01' }))).message).toContain(
    'has no fixed length',
  )
  const open = sales.map(row => ({ ...row })) as unknown as Dataset<OpenRow>
  expect(await open.resample('at', 'day', () => ({ n: count() })).count()).toBe(4)
})
