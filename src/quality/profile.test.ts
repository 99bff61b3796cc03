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

test('zeros, signs, lengths, days, duplicates, what is missing together and what goes together are told', async () => {
  const list = Array.from({ length: 40 }, (_, i) => ({
    x: i,
    twice: 2 * i,
    z: i < 30 ? 0 : i % 2 === 0 ? -1 : 2,
    t: i === 0 ? '' : i === 1 ? ' padded' : `n${i % 3}`,
    a: i % 4 === 0 ? null : 1.5,
    b: i % 4 === 0 || i === 39 ? null : 'b',
    d: calendarDate(2026, 1, 1 + (i % 20 === 19 ? 18 : i % 20)),
    same: 'x',
  }))
  const data = await tm.read(
    rows([...list, ...list.slice(0, 2)], {
      schema: { x: 'int64', twice: 'int64', z: 'float64', t: 'string', a: 'float64?', b: 'string?', d: 'date', same: 'string' },
    }),
  )
  const found = await profile(data)
  const of = (name: string) => found.columns.find(column => column.name === name)
  expect(of('z')).toMatchObject({ zeros: 32, negatives: 5, nan: 0, infinite: 0 })
  expect(of('t')).toMatchObject({ empty: 2, padded: 2, lengths: { min: 0, max: 7 } })
  expect(of('d')).toMatchObject({ days: { span: 19, with: 19 } })
  expect(found.duplicates).toBe(2)
  expect(found.missing).toEqual([
    { columns: [], rows: 30 },
    { columns: ['a', 'b'], rows: 11 },
    { columns: ['b'], rows: 1 },
  ])
  expect(found.correlations[0]).toMatchObject({ columns: ['x', 'twice'] })
  expect(found.correlations[0]?.r).toBeCloseTo(1, 12)
  expect(found.warnings.map(warning => warning.kind)).toEqual([
    'zeros',
    'padded',
    'empty-text',
    'constant',
    'constant',
    'constant',
    'correlated',
    'duplicates',
  ])
  expect(renderTerminal(describeValue(found), { width: 140, color: false })).toContain('! x and twice say the same: r = 1')
})

test('a table longer than the limit is looked at row by n-th row, and the profile says so', async () => {
  const data = await tm.read(
    rows(
      Array.from({ length: 10_000 }, (_, i) => ({ id: i, k: i % 7, row: `r${i % 10}` })),
      { schema: { id: 'int64', k: 'int32', row: 'string' } },
    ),
  )
  const whole = await profile(data)
  const part = await profile(data, { limit: 1_000 })
  expect(part.sample).toEqual({ rows: 1_000, every: 10 })
  expect(part.columns.map(({ count, min, max, mean, stddev, zeros }) => [count, min, max, mean, stddev, zeros])).toEqual(
    whole.columns.map(({ count, min, max, mean, stddev, zeros }) => [count, min, max, mean, stddev, zeros]),
  )
  const about = part.columns[0]?.distinct ?? 0
  expect(Math.abs(about - 10_000)).toBeLessThan(1_000)
  expect(part.columns[0]?.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(1_000)
  expect(renderTerminal(describeValue(part), { width: 140, color: false })).toContain('every 10th row: 1000 of 10000')
  await expect(profile(data, { limit: 0 })).rejects.toMatchObject({ code: 'plan.argument' })
})

test('500 columns with hostile names take few queries, and their page runs nothing', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `${i}" \n<script>alert('${i}')</script>; drop table x --`)
  const made = [0, 1, 2].map(n =>
    Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? n : `<img src=x onerror=alert(${n % 2})>`])),
  )
  const data = await tm.read(
    rows(made, { schema: Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? 'float64' : 'string'])) as never }),
  )
  let queries = 0
  const engine: typeof data.engine = {
    ...data.engine,
    run(plan, options) {
      queries++
      return data.engine.run(plan, options)
    },
  }
  const found = await profile({ plan: data.plan, engine, schema: data.schema } as never, { correlations: 0 })
  expect(found.columns).toHaveLength(500)
  expect(found.columns[499]).toMatchObject({ count: 3, distinct: 2, top: [{ count: 2 }, { count: 1 }] })
  // Figures by 100 columns, close looks by 100, frequent values by 16.
  expect(queries).toBeLessThan(30)
  const fragment = await found.toFragment()
  expect(fragment).not.toMatch(/<script|<img/)
})

test('a table of which every value is NULL, and one without rows, have nothing to say and do not fail', async () => {
  const schema = { x: 'float64?', t: 'string?', d: 'timestamp?', b: 'boolean?' } as const
  const nothing = await profile(
    await tm.read(
      rows(
        [
          { x: null, t: null, d: null, b: null },
          { x: null, t: null, d: null, b: null },
        ],
        { schema },
      ),
    ),
  )
  expect(nothing.warnings.map(warning => warning.kind)).toEqual(['no-value', 'no-value', 'no-value', 'no-value', 'duplicates'])
  expect(nothing.missing).toEqual([{ columns: ['x', 't', 'd', 'b'], rows: 2 }])
  const empty = await profile(await tm.read(rows([], { schema })))
  expect([empty.rows, empty.warnings, empty.duplicates, empty.missing, empty.correlations]).toEqual([0, [], 0, [], []])
})
