import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count } from '../expr/index.ts'
import { csv, parquet, rows } from '../connectors/index.ts'
import { seededRandom } from '../time/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { advisePartition } from './advise-partition.ts'
import { estimateDistinct, type MachineFigures } from './index.ts'
import type { ColumnFigures, Figures } from './types.ts'

const machine: MachineFigures = { memoryBytes: 4e9, threads: 2, freeDiskBytes: 100e9 }
let folder: string
let tm: Session

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-advice-'))
  tm = await tidemill({ workspace: join(folder, 'workspace'), typesFile: false })
  const random = seededRandom(7)
  const cities = ['Bergen', 'Oslo', 'Tromsø', 'Trondheim']
  const orders = Array.from({ length: 30_000 }, (_, id) => ({
    id,
    city: random.next() < 0.7 ? 'Oslo' : (cities[Math.floor(random.next() * 4)] as string),
    at: new Date(Date.UTC(2026, 0, 1) + id * 60_000),
    amount: Math.round(random.next() * 10_000) / 100,
  }))
  const table = await tm.read(rows(orders, { schema: { id: 'int64', city: 'string', at: 'timestamp', amount: 'float64' } }))
  await table.write(csv(join(folder, 'orders.csv')))
  await table.write(parquet(join(folder, 'orders.parquet')))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

test('a small file stays on this machine, whole and in one file, and the advice says why', async () => {
  const orders = await tm.read(csv(join(folder, 'orders.csv')))
  const advice = await tm.advise(
    orders.groupBy('city').agg(r => ({ total: r['amount'].sum() })),
    { machine },
  )
  expect(advice.run).toMatchObject({ where: 'embedded', spillBytes: 0 })
  expect(advice.partition.partition).toEqual({ by: 'nothing' })
  expect(advice.store).toMatchObject({ store: 'one file', compact: false })
  expect(advice.figures.rows).toBe(4)
  const [source] = advice.figures.sources
  expect(source).toMatchObject({ kind: 'csv', files: 1, rowsFrom: 'bytes a row in the sample' })
  expect(source?.bytes).toBe((await import('node:fs')).statSync(join(folder, 'orders.csv')).size)
  // 30,000 rows, guessed from the bytes of 20,000.
  expect(Math.abs((source?.rows ?? 0) / 30_000 - 1)).toBeLessThan(0.2)
  expect(String(advice)).toMatch(
    /^where to run: on this machine, memoryLimit 268 MB\n {2}- .* to read and 30\.\dk|^where to run: on this machine/,
  )
  expect(JSON.parse(JSON.stringify(advice)).run.where).toBe('embedded')
})

test('rows of Parquet are counted by its footers, values of a column and their unevenness by a sample', async () => {
  const advice = await tm.advise(parquet(join(folder, 'orders.parquet')), { machine })
  expect(advice.figures.sources[0]).toMatchObject({ rows: 30_000, rowsFrom: 'footers of the files' })
  const [id, city, at] = advice.figures.columns
  expect(id?.distinct).toBe(30_000)
  expect(city?.distinct).toBe(4)
  expect(city?.topShare).toBeGreaterThan(0.7)
  expect(city?.topShare).toBeLessThan(0.85)
  expect(at).toMatchObject({ inOrder: true, spanSeconds: 19_999 * 60 })
  expect(advice.partition.skewed).toEqual([{ column: 'city', topShare: city?.topShare }])
  expect(advice.partition.because.join()).toContain('city is uneven')
})

test('what cannot be done in time here is advised to go to a cluster, with workers and a price', async () => {
  const orders = await tm.read(parquet(join(folder, 'orders.parquet')))
  const sorted = orders.crossJoin(orders, { suffix: '2' }).sort('amount')
  const { run } = await tm.advise(
    sorted.groupBy('city').agg(() => ({ n: count() })),
    { machine, within: '10s', pricePerCpuHour: 0.05 },
  )
  expect(run.where).toBe('engine')
  expect(run.workers).toBeGreaterThan(1)
  expect(run.seconds).toBeGreaterThan(10)
  expect(run.price).toBeCloseTo((run.cpuSeconds / 3600) * 0.05 * 3, 10)
})

test('rows that change or are looked up one by one belong in PostgreSQL, those of several machines in an object store', async () => {
  const source = parquet(join(folder, 'orders.parquet'))
  expect((await tm.advise(source, { machine, access: 'update' })).store.store).toBe('PostgreSQL')
  expect((await tm.advise(source, { machine, access: 'lookup' })).store.store).toBe('PostgreSQL')
  expect((await tm.advise(source, { machine, access: 'share' })).store.store).toBe('object store')
  expect((await tm.advise(source, { machine: { ...machine, freeDiskBytes: 1000 } })).store.store).toBe('object store')
})

test('very many small files are advised to be compacted', async () => {
  const many = join(folder, 'many')
  await mkdir(many)
  await Promise.all(Array.from({ length: 120 }, (_, at) => writeFile(join(many, `${at}.csv`), `id,city\n${at},Oslo\n`)))
  const { store } = await tm.advise(csv(join(many, '*.csv')), { machine })
  expect(store.compact).toBe(true)
  expect(store.because.join()).toMatch(/120 files of 1\d B/)
})

test('wrong options name what exists', async () => {
  const source = parquet(join(folder, 'orders.parquet'))
  // @ts-expect-error -- no such use
  await expect(tm.advise(source, { access: 'read' })).rejects.toThrow('unknown access: read (have analyse, lookup, update, share)')
  await expect(tm.advise(source, { sampleRows: 0 })).rejects.toThrow('sampleRows is a whole number from 1, not 0')
})

const column = (name: string, distinct: number, more: Partial<ColumnFigures> = {}): ColumnFigures => ({
  name,
  type: 'string',
  distinct,
  topShare: 1.5 / distinct,
  nullShare: 0,
  bytes: 8,
  ...more,
})
const large = (columns: readonly ColumnFigures[]): Figures => ({
  sources: [],
  sampledRows: 20_000,
  columns,
  rows: 1e9,
  rowBytes: 100,
  parquetBytes: 40e9,
  steps: [],
  machine,
})

test('large tables are cut by time where there is one, else by a column of few even values, else by hash', () => {
  const id = column('id', 1e9, { type: 'int64' })
  const at = column('at', 1e6, { type: 'timestamp', spanSeconds: 365 * 86_400, inOrder: false })
  expect(advisePartition(large([id, at])).partition).toEqual({ by: 'time', column: 'at', every: 'day', parts: 365 })
  // A sample in the order of time is the beginning of the span only.
  const ordered = { ...at, spanSeconds: 60, inOrder: true }
  expect(advisePartition(large([id, ordered])).partition).toEqual({ by: 'time', column: 'at', every: 'day', parts: 35 })
  expect(advisePartition(large([id, column('country', 180)])).partition).toEqual({ by: 'value', column: 'country', parts: 180 })
  expect(advisePartition(large([id, column('sex', 2, { topShare: 0.9 })])).partition).toEqual({ by: 'hash', column: 'id', parts: 157 })
})

test('the number of different values is near the truth for even data, and never beyond the rows', () => {
  const random = seededRandom(3)
  for (const distinct of [10, 1_000, 50_000]) {
    const counts = new Map<number, number>()
    for (let row = 0; row < 20_000; row++) {
      const value = Math.floor(random.next() * distinct)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    const found = estimateDistinct(counts.values(), 20_000, 1_000_000)
    // The bound of the estimator: a factor of sqrt(total / sample), here 7.1.
    expect(found / distinct).toBeGreaterThan(1 / 7.1)
    expect(found / distinct).toBeLessThan(7.1)
  }
  expect(estimateDistinct([1, 1, 2], 4, 5)).toBeLessThanOrEqual(5)
  expect(estimateDistinct([], 0, 0)).toBe(0)
})
