import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parquet, rows, csv } from '../connectors/index.ts'
import { iris } from '../datasets/index.ts'
import { type Described, describe } from '../display/index.ts'
import { count, rank, type Expr } from '../expr/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { z } from 'zod'
import type { Dataset } from './index.ts'
import { failure } from '../../test/house/failure.ts'

interface Order {
  id: number
  city: string
  amount: number
  paid: number | null
}
const orders = [
  { id: 1, city: 'Bergen', amount: 10, paid: 10 },
  { id: 2, city: 'Oslo', amount: 20, paid: null },
  { id: 3, city: 'Bergen', amount: 30, paid: 25 },
  { id: 4, city: 'Oslo', amount: 5, paid: 5 },
]
const shape = { id: 'int64', city: 'string', amount: 'float64', paid: 'float64?' } as const

let tm: Session
let table: Dataset<Order>
let printed = ''
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-dataset-'))
  tm = await tidemill({ workers: 2, folder: join(folder, 'store'), print: text => void (printed += text) })
  table = await tm.read(rows(orders, { schema: shape }))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

test('verbs chain from rows to rows', async () => {
  const answer = await table
    .filter(r => r.amount.gt(5))
    .withColumns(r => ({ left: r.amount.sub(r.paid.fillNull(0)) }))
    .groupBy('city')
    .agg(r => ({ n: count(), left: r.left.sum() }))
    .sort(r => r.left.desc())
    .rows()
  expect(answer).toEqual([
    { city: 'Oslo', n: 1, left: 20 },
    { city: 'Bergen', n: 2, left: 5 },
  ])
})

test('select, drop, rename, fillNull, dropNulls, limit and distinct', async () => {
  expect(
    await table
      .select('city', r => ({ twice: r.amount.mul(2) }))
      .limit(1, { offset: 1 })
      .rows(),
  ).toEqual([{ city: 'Oslo', twice: 40 }])
  expect(await table.drop('id', 'amount').rename({ paid: 'got' }).fillNull({ got: -1 }).limit(2).rows()).toEqual([
    { city: 'Bergen', got: 10 },
    { city: 'Oslo', got: -1 },
  ])
  expect(await table.dropNulls().count()).toBe(3)
  expect(await table.select('city').distinct().count()).toBe(2)
  // The first by the other columns: by id.
  expect((await table.distinct('city').sort('id').rows()).map(row => row.id)).toEqual([1, 2])
})

test('windows are columns', async () => {
  const ranked = await table
    .withColumns(r => ({ place: rank().over({ partitionBy: r.city, orderBy: r.amount.desc() }) }))
    .sort('id')
    .rows()
  expect(ranked.map(row => row.place)).toEqual([2, 1, 1, 2])
})

test('joins of every kind', async () => {
  const cities = await tm.read(
    rows(
      [
        { name: 'Bergen', coast: true },
        { name: 'Hamar', coast: false },
      ],
      { schema: { name: 'string', coast: 'boolean' } },
    ),
  )
  const on = { city: 'name' } as const
  expect((await table.join(cities, { on }).rows()).length).toBe(2)
  expect((await table.join(cities, { on, how: 'left' }).sort('id').rows()).map(row => row.coast)).toEqual([true, null, true, null])
  expect((await table.join(cities, { on, how: 'full' }).rows()).map(row => row.city).toSorted()).toEqual([
    'Bergen',
    'Bergen',
    'Hamar',
    'Oslo',
    'Oslo',
  ])
  expect(await table.join(cities, { on, how: 'anti' }).count()).toBe(2)
  expect(await table.join(cities, { on, how: 'semi' }).count()).toBe(2)
  const more = table.joinWhere(table, (a, b) => a.city.eq(b.city).and(a.amount.lt(b.amount)), { suffix: 'Other' })
  expect((await more.sort('id').rows()).map(row => [row.id, row.idOther])).toEqual([
    [1, 3],
    [4, 2],
  ])
  expect(await table.crossJoin(cities).count()).toBe(8)
  const other = await tidemill({ workers: 1, folder: join(folder, 'other') })
  const far = await other.read(rows(orders))
  expect((await failure(() => table.join(far, { on: 'id', suffix: 'Of' }))).message).toContain('two engines')
  await other.close()
})

test('union, sample and split have the rows they promise', async () => {
  expect(await table.union(table).count()).toBe(8)
  expect(await table.sample({ rows: 3 }, { seed: 7 }).count()).toBe(3)
  const flowers = await tm.read(iris())
  const { train, test: rest } = flowers.split({ train: 0.8, test: 0.2 }, { seed: 42, stratify: 'species' })
  expect([await train.count(), await rest.count()]).toEqual([120, 30])
  const shares = await rest
    .groupBy('species')
    .agg(() => ({ n: count() }))
    .rows()
  expect(shares.map(row => row.n)).toEqual([10, 10, 10])
  const article = flowers.split(iris.articleSplit)
  expect([await article.train.count(), await article.test.count()]).toEqual([120, 30])
  expect((await failure(() => flowers.split({ a: 0.5, b: 0.4 }, { seed: 1 }))).code).toBe('plan.argument')
  // @ts-expect-error a seed is missing
  expect((await failure(() => flowers.split({ a: 0.5, b: 0.5 }, {}))).message).toBe('split needs a seed')
})

test('pivot, pivotAll and unpivot turn a table and back', async () => {
  const wide = table.pivot({ index: 'id', columns: 'city', into: ['Bergen', 'Oslo'], values: r => r.amount.sum() })
  expect((await wide.sort('id').rows())[0]).toEqual({ id: 1, Bergen: 10, Oslo: null })
  const all = await table.pivotAll({ index: 'id', columns: 'city', values: r => r.amount.sum() })
  expect(await all.sort('id').rows()).toEqual(await wide.sort('id').rows())
  const long = wide
    .unpivot({ columns: ['Bergen', 'Oslo'], name: 'city', value: 'amount' })
    .dropNulls()
    .sort('id')
  expect(await long.rows()).toEqual(orders.map(({ id, city, amount }) => ({ id, city, amount })))
})

test('describe tells of every column in one pass', async () => {
  const figures = await table.describe().rows()
  expect(figures.map(row => row.column)).toEqual(['id', 'city', 'amount', 'paid'])
  expect(figures[3]).toMatchObject({ type: 'float64', count: 3, nulls: 1, distinct: 3, median: 10 })
  expect(figures[3]?.mean).toBeCloseTo(40 / 3, 12)
  expect(figures[1]).toMatchObject({ min: 'Bergen', max: 'Oslo', mean: null })
})

test('a function runs on workers, with its values, and its columns are learnt', async () => {
  const scored = table.map((row, { rate }) => ({ id: row.id, score: row.amount * rate }), { with: { rate: 2 } })
  expect(scored.plan.open).toBe(true)
  expect(
    await scored
      .filter(r => r.score.gt(15))
      .sort('id')
      .select('score')
      .rows(),
  ).toEqual([{ score: 20 }, { score: 40 }, { score: 60 }])
  const words = table.flatMap(row => Array.from({ length: row.id }, (_, index) => ({ id: row.id, index })), {
    schema: { id: 'int64', index: 'int64' },
  })
  expect(await words.count()).toBe(10)
  const sizes = table.mapBatches(batch => [{ rows: batch.rows, most: Math.max(...Array.from(batch.column('amount'))) }], {
    schema: { rows: 'int64', most: 'float64' },
  })
  expect(await sizes.rows()).toEqual([{ rows: 4, most: 30 }])
})

test('a function over groups sees all rows of each', async () => {
  const spans = table.groupBy('city').mapGroups(
    function* (key, group, { unit }) {
      const amounts = [...group].map(row => row.amount)
      yield { city: key.city, span: (Math.max(...amounts) - Math.min(...amounts)) / unit }
    },
    { with: { unit: 5 } },
  )
  expect(await spans.sort('city').rows()).toEqual([
    { city: 'Bergen', span: 4 },
    { city: 'Oslo', span: 3 },
  ])
})

test('as checks types and NULLs when the rows are read', async () => {
  expect(await table.as({ amount: 'int64', city: 'string' }).limit(1).rows()).toEqual([{ amount: 10, city: 'Bergen' }])
  expect(await failure(() => table.as({ paid: 'float64' }).rows())).toMatchObject({ code: 'schema.not-null' })
  expect(
    await failure(() =>
      table
        .as({ paid: 'float64' })
        .filter(r => r.paid.gt(100))
        .rows(),
    ),
  ).toMatchObject({ code: 'schema.not-null' })
  expect(
    (
      await failure(() =>
        table
          .withColumns(r => ({ city: r.city.concat('x') }))
          .as({ city: 'float64' })
          .rows(),
      )
    ).code,
  ).toMatch(/expr.cast|schema.misfit/)
  const checked = table.as(z.object({ id: z.number(), paid: z.number().optional() }))
  expect(checked.schema.map(field => field.name)).toEqual(['id', 'paid'])
})

test('mistakes are found when the step is written, with its line', async () => {
  const open = table as unknown as Dataset<OpenRow>
  const unknown = await failure(() => open.filter(r => r['amont'].gt(1)))
  expect(unknown.message).toMatch(/^unknown column: amont \(have id, city, amount, paid\) at dataset\/dataset\.test\.ts:\d+:\d+$/)
  expect((await failure(() => open.select('amont', 'cty'))).message).toMatch(
    /^unknown columns: amont, cty \(have .*\) at dataset\/dataset\.test\.ts:\d+:\d+$/,
  )
  expect((await failure(() => open.filter(r => r['amount'].gt(1) && r['id'].gt(1)))).code).toBe('expr.unused')
  expect((await failure(() => table.join(table, { on: 'id' } as never))).code).toBe('plan.duplicate-column')
  expect((await failure(() => table.agg(r => ({ a: r.amount as unknown as Expr<number, 'aggregate'> })))).code).toBe('expr.kind')
})

test('rows come as batches, one by one, and as a count', async () => {
  const seen: number[] = []
  for await (const row of table) seen.push(row.id)
  expect(seen).toEqual([1, 2, 3, 4])
  let sum = 0
  for await (const batch of table.batches()) for (const amount of Array.from(batch.column('amount'))) sum += amount
  expect(sum).toBe(65)
  expect(await table.filter(r => r.amount.gt(1000)).count()).toBe(0)
  expect(await table.filter(r => r.amount.gt(1000)).rows()).toEqual([])
})

test('show prints the first rows and says that there are more', async () => {
  printed = ''
  await table.show({ rows: 2 })
  expect(printed).toContain('Bergen')
  expect(printed).toContain('there are more')
  expect(printed).not.toContain('25')
})

test('a table describes itself for a terminal and a notebook', async () => {
  const description = (table as unknown as Described)[describe]()
  expect(description).toMatchObject({
    kind: 'table',
    rows: [
      ['id', 'int64'],
      ['city', 'string'],
      ['amount', 'float64'],
      ['paid', 'float64?'],
    ],
  })
  const bundle = await (table as unknown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for('Jupyter.display')]?.()
  expect(bundle?.['text/html']).toContain('Bergen')
})

test('what is written reads back the same', async () => {
  const report = await table.write(csv(join(folder, 'orders.csv')))
  expect(report.rows).toBe(4)
  expect(await readFile(join(folder, 'orders.csv'), 'utf8')).toContain('2,Oslo,20,')
  await table.write(parquet(join(folder, 'orders.parquet')))
  const back = await tm.read(parquet(join(folder, 'orders.parquet'), { schema: shape }))
  expect(await back.sort('id').rows()).toEqual(orders)
})

test('a cache runs once and frees its rows', async () => {
  const kept = await table.map(row => ({ id: row.id, twice: row.amount * 2 })).cache()
  expect(kept.schema.map(field => field.name)).toEqual(['id', 'twice'])
  expect(await kept.filter(r => r.twice.gt(20)).count()).toBe(2)
  await kept[Symbol.asyncDispose]()
  expect((await failure(() => kept.rows())).code).toMatch(/^engine\./)
})

test('a response streams rows in three formats', async () => {
  const two = table.select('id', 'city', 'paid').limit(2)
  expect(await two.toResponse().json()).toEqual([
    { id: 1, city: 'Bergen', paid: 10 },
    { id: 2, city: 'Oslo', paid: null },
  ])
  const lines = two.toResponse({ format: 'ndjson' })
  expect(lines.headers.get('content-type')).toContain('ndjson')
  expect(await lines.text()).toBe('{"id":1,"city":"Bergen","paid":10}\n{"id":2,"city":"Oslo","paid":null}\n')
  expect(await two.toResponse({ format: 'csv' }).text()).toBe('id,city,paid\r\n1,Bergen,10\r\n2,Oslo,\r\n')
  expect(
    await two
      .filter(r => r.id.gt(9))
      .toResponse()
      .json(),
  ).toEqual([])
  expect(
    await two
      .filter(r => r.id.gt(9))
      .toResponse({ format: 'csv' })
      .text(),
  ).toBe('id,city,paid\r\n')
})

test('a client that leaves cancels the query', async () => {
  let stopped = false
  const watched = {
    ...tm.engine,
    async *run(plan: Parameters<typeof tm.engine.run>[0], options: Parameters<typeof tm.engine.run>[1]) {
      try {
        for (;;) {
          options?.signal?.throwIfAborted()
          yield* tm.engine.run(plan, options)
        }
      } finally {
        stopped = true
      }
    },
  }
  const { dataset } = await import('./dataset.ts')
  const reader = dataset(table.plan, watched).toResponse({ format: 'ndjson' }).body?.getReader()
  await reader?.read()
  await reader?.cancel()
  expect(stopped).toBe(true)
})

test('a signal stops a run', async () => {
  const stop = new AbortController()
  stop.abort()
  const flowers = await tm.read(iris())
  expect((await failure(() => flowers.rows({ signal: stop.signal }))).code).toBe('engine.cancelled')
})

test('explain shows the plan and the SQL, and gaps are known before a run', async () => {
  const text = String(await table.filter(r => r.amount.gt(5)).explain())
  expect(text).toContain('filter amount.gt(5)')
  expect(text).toContain('on the engine')
  expect(table.gaps()).toEqual([])
})
