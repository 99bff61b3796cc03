import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { californiaHousing } from '../datasets/index.ts'
import { describeValue, renderTerminal } from '../display/index.ts'
import { calendarDate } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { profile } from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

test('numbers have spread, quartiles and a histogram', async () => {
  const data = await tm.read(
    rows(
      [1, 2, 3, 4, null].map(x => ({ x })),
      { schema: { x: 'float64?' } },
    ),
  )
  const { rows: count, columns } = await profile(data)
  expect(count).toBe(5)
  expect(columns[0]).toMatchObject({
    name: 'x',
    type: 'float64',
    count: 4,
    nulls: 1,
    distinct: 4,
    min: 1,
    max: 4,
    mean: 2.5,
    quartiles: [1.75, 2.5, 3.25],
    top: [],
  })
  expect(columns[0]?.stddev).toBeCloseTo(Math.sqrt(5 / 3), 12)
  expect(columns[0]?.histogram?.counts).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1])
  expect([columns[0]?.histogram?.edges[0], columns[0]?.histogram?.edges[12]]).toEqual([1, 4])
})

test('text and days have an order and most frequent values', async () => {
  const data = await tm.read(
    rows(
      ['b', 'a', 'b', 'c', 'a', 'b'].map((t, i) => ({ t, d: calendarDate(2026, 1, 1 + (i % 2)), f: i > 1 })),
      { schema: { t: 'string', d: 'date', f: 'boolean' } },
    ),
  )
  const [text, day, flag] = (await profile(data)).columns
  expect(text).toMatchObject({ count: 6, distinct: 3, min: 'a', max: 'c', mean: null, quartiles: null, histogram: null })
  expect(text?.top).toEqual([
    { value: 'b', count: 3 },
    { value: 'a', count: 2 },
    { value: 'c', count: 1 },
  ])
  expect([String(day?.min), String(day?.max), day?.top.length]).toEqual(['2026-01-01', '2026-01-02', 2])
  expect(flag).toMatchObject({
    distinct: 2,
    min: null,
    top: [
      { value: true, count: 4 },
      { value: false, count: 2 },
    ],
  })
})

test('an empty table, a column of NULLs, and numbers that are not finite have a profile too', async () => {
  const schema = { x: 'float64?', t: 'string?' } as const
  const empty = await profile(await tm.read(rows([], { schema })))
  expect(empty.columns[0]).toMatchObject({
    count: 0,
    nulls: 0,
    distinct: 0,
    min: null,
    max: null,
    mean: null,
    quartiles: null,
    histogram: null,
    top: [],
  })
  const odd = await profile(
    await tm.read(
      rows(
        [{ x: Number.NaN }, { x: Number.POSITIVE_INFINITY }, { x: 1 }, { x: 3 }].map(row => ({ ...row, t: null })),
        { schema },
      ),
    ),
  )
  expect(odd.columns[0]?.max).toBeNaN()
  expect(odd.columns[0]?.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(odd.columns[1]).toMatchObject({ count: 0, nulls: 4 })
  expect(JSON.parse(JSON.stringify(odd.toJson()))).toMatchObject({ rows: 4, columns: [{ max: 'NaN' }, {}] })
})

test('big integers and lists are looked at as far as they go', async () => {
  const data = await tm.read(rows([{ n: 9007199254740993n }, { n: 1n }], { schema: { n: 'int64' } }))
  const [big] = (await profile(data)).columns
  expect(big).toMatchObject({ min: 1, max: 9007199254740993n })
  const lists = await profile(data.withColumns(() => ({ l: 'a b' })).withColumns(r => ({ l: r.l.split(' ') })))
  expect(lists.columns[1]).toMatchObject({ type: 'list<string>', count: 2, distinct: null, min: null, top: [] })
})

test('a profile prints as one line a column and writes a page by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-profile-'))
  try {
    const facts = await profile(await tm.read(californiaHousing()))
    const text = renderTerminal(describeValue(facts), { width: 140, color: false })
    expect(text).toContain('20640 rows, 9 columns')
    expect(text).toMatch(/medInc +│? *float64/)
    const path = join(folder, 'profile.html')
    await facts.toHtml(path)
    const page = await readFile(path, 'utf8')
    expect(page).toContain('<svg')
    expect(page).not.toContain('<script')
    expect(facts.columns.find(column => column.name === 'houseAge')?.top[0]).toEqual({ value: 52, count: 1273 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
