import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, parquet, rows } from '../../connectors/index.ts'
import { count, listOf } from '../../expr/index.ts'
import type { Explanation, StepAnalysis } from '../../plan/index.ts'
import { type Session, tidemill } from '../../session/index.ts'

let base: string
let tm: Session
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-analyze-'))
  tm = await tidemill({ workers: 2, folder: join(base, 'ws'), typesFile: false })
  await writeFile(
    join(base, 's.csv'),
    `id,region,amount\n${Array.from({ length: 3000 }, (_, i) => `${i},r${i % 3},${i % 100}`).join('\n')}\n`,
  )
  const sales = await tm.read(csv(join(base, 's.csv')))
  await sales.write(parquet(join(base, 's.parquet')))
})
afterAll(async () => {
  await tm.close()
  await rm(base, { recursive: true, force: true })
})
const schema = { id: 'int64', region: 'string', amount: 'int64' } as const
const fromCsv = async () => (await tm.read(csv(join(base, 's.csv')))).as(schema)
const fromParquet = async () => (await tm.read(parquet(join(base, 's.parquet')))).as(schema)
/** `filter: 30` for each step that has rows of its own. */
function counts({ analysis }: Explanation): Record<string, number> {
  return Object.fromEntries(
    (analysis?.steps ?? []).flatMap(({ step, rows: of }) => (of === undefined ? [] : [[step.split(' ')[0] ?? '', of]])),
  )
}
function stepOf({ analysis }: Explanation, begins: string): StepAnalysis | undefined {
  return analysis?.steps.find(({ step }) => step.startsWith(begins))
}

test('each step tells the rows that came out of it', async () => {
  const names = await tm.read(
    rows([
      { region: 'r1', name: 'One' },
      { region: 'r2', name: 'Two' },
    ]),
  )
  const table = (await fromCsv())
    .filter(r => r.amount.lt(10))
    .join(names, { on: 'region' })
    .groupBy('name')
    .agg(r => ({ total: r.amount.sum(), n: count() }))
    .filter(r => r.n.gt(0))
    .sort(r => r.total.desc())
  const explained = await table.explain({ analyze: true })
  expect(explained.analysis?.rows).toBe(2)
  expect(counts(explained)).toMatchObject({ scan: 2, join: 200, aggregate: 2, sort: 2 })
  expect(stepOf(explained, 'scan csv')).toMatchObject({ rows: 300, by: 'read csv', depth: 1, files: { read: 1, all: 1 } })
  expect(stepOf(explained, 'scan rows')).toMatchObject({ rows: 2, by: 'driver' })
  expect(explained.analysis?.readBytes).toBeGreaterThan(0)
  expect(explained.analysis?.memoryBytes).toBeGreaterThan(0)
})

test('functions on workers have rows, batches and time of their own', async () => {
  const mapped = (await fromParquet())
    .filter(r => r.id.gte(1000))
    .map(r => ({ region: r.region, twice: r.amount * 2 }))
    .filter(r => r.twice.gt(100))
  const streamed = await mapped.explain({ analyze: true })
  expect(streamed.analysis?.rows).toBe(980)
  expect(stepOf(streamed, 'map')).toMatchObject({ rows: 2000, by: 'workers', leftOut: 0 })
  expect(stepOf(streamed, 'map')?.batches).toBeGreaterThan(0)
  expect(stepOf(streamed, 'scan')).toMatchObject({ rows: 2000, rowsInFiles: 3000 })
  const grouped = await mapped
    .groupBy('region')
    .agg(() => ({ n: count() }))
    .explain({ analyze: true })
  expect(counts(grouped)).toMatchObject({ map: 2000, aggregate: 3 })
})

test('rows that a function failed on are counted', async () => {
  const some = (await fromCsv()).map(
    r => {
      if (r.id < 5) throw new Error('too small')
      return { id: r.id }
    },
    { onError: 'skip', schema: { id: 'int64' } },
  )
  const explained = await some.explain({ analyze: true })
  expect(stepOf(explained, 'map')).toMatchObject({ rows: 2995, leftOut: 5 })
  expect(explained.analysis?.rows).toBe(2995)
})

test('a table that is joined with itself, unions, limits and lists are told apart', async () => {
  const table = await fromCsv()
  const both = table
    .filter(r => r.id.lt(10))
    .join(
      table.filter(r => r.id.lt(20)),
      { on: 'id', suffix: '2' },
    )
  expect(stepOf(await both.explain({ analyze: true }), 'join')?.rows).toBe(10)
  const two = await table
    .filter(r => r.id.lt(10))
    .union(await fromParquet())
    .explain({ analyze: true })
  expect(stepOf(two, 'union')?.rows).toBe(3010)
  expect(stepOf(two, 'scan parquet')?.rows).toBe(3000)
  const lists = table
    .limit(4)
    .select('id', r => ({ both: listOf(r.id, r.amount) }))
    .explode('both')
  expect(stepOf(await lists.explain({ analyze: true }), 'explode')?.rows).toBe(8)
})

test('the analysis is plain data and a table to read', async () => {
  const explained = await (await fromCsv())
    .groupBy('region')
    .agg(() => ({ n: count() }))
    .explain({ analyze: true })
  expect(JSON.parse(JSON.stringify(explained))).toMatchObject({
    analysis: { rows: 3, steps: [{ step: 'aggregate by region: n = count()', rows: 3 }, {}] },
  })
  expect(String(explained)).toMatch(/what it took\n {2}3 rows in .*nothing spilled\n {2}step +rows +time +done by\n/)
  expect((await (await fromCsv()).explain()).analysis).toBeUndefined()
})

test('every plan that runs can be analysed and gives the same number of rows', async () => {
  const table = await fromParquet()
  const plans = [
    table.distinct('region'),
    table.limit(7),
    table.sort('amount').limit(3),
    table.sample({ rows: 10 }, { seed: 1 }),
    table.withColumns(r => ({ running: r.amount.sum().over({ partitionBy: r.region, orderBy: r.id }) })),
    table.join(table.limit(5), { on: 'id', how: 'semi' }),
    table.crossJoin(await tm.read(rows([{ x: 1 }, { x: 2 }]))),
    table.describe(),
    table.filter(r => r.id.lt(0)),
  ]
  for (const plan of plans) {
    const { analysis } = await plan.explain({ analyze: true })
    expect(analysis?.rows).toBe(await plan.count())
    expect(analysis?.steps.length).toBeGreaterThan(0)
  }
})

test('an analysis is cancelled like a run', async () => {
  const big = (await tm.read(rows(Array.from({ length: 3000 }, (_, x) => ({ x }))))).withColumns(r => ({ k: r.x.mod(7) }))
  const slow = big
    .crossJoin(big.rename({ x: 'y', k: 'k2' }))
    .crossJoin(big.rename({ x: 'z', k: 'k3' }))
    .agg(r => ({ s: r.x.add(r.y).add(r.z).sum() }))
  await expect(slow.explain({ analyze: true, timeout: '300ms' })).rejects.toMatchObject({ code: 'engine.timeout' })
})
