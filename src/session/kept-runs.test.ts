import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, lines, parquet, rows } from '../connectors/index.ts'
import type { RunProgress } from '../plan/index.ts'
import { type Session, tidemill } from './index.ts'
import { failure } from '../../test/house/failure.ts'

let base: string
let tm: Session
const open = (): Promise<Session> => tidemill({ workers: 2, folder: join(base, 'ws'), typesFile: false })
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-kept-'))
  await writeFile(join(base, 'sales.csv'), `region,amount\n${Array.from({ length: 100 }, (_, i) => `r${i % 3},${i}`).join('\n')}\n`)
  tm = await open()
})
afterAll(async () => {
  await tm.close()
  await rm(base, { recursive: true, force: true })
})
const sales = () => tm.read(csv(join(base, 'sales.csv')))

test('a run that is kept is reopened in another session with its plan, inputs, figures, program and rows', async () => {
  const byRegion = (await sales())
    .groupBy('region')
    .agg(r => ({ total: r.amount.sum() }))
    .sort('region')
  const before = await byRegion.rows({ keep: 'by-region' })
  await using other = await open()
  const run = await other.runs.get('by-region')
  expect(run).toMatchObject({
    kind: 'query',
    name: 'by-region',
    status: 'finished',
    figures: { rows: 3, leftOut: 0 },
    kept: { rows: 3, whole: true },
  })
  expect(run.plan?.written).toContain('aggregate by region')
  expect(run.plan?.engine).toContain('SELECT')
  expect(JSON.stringify(run.plan?.nodes)).toContain('"node":"aggregate"')
  expect(run.inputs).toMatchObject([
    { kind: 'csv', path: join(base, 'sales.csv'), bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ])
  expect(run.program?.text).toBe(await readFile(process.argv[1] ?? '', 'utf8'))
  expect(run.figures?.statements.length).toBeGreaterThan(0)
  expect(await (await run.result()).rows()).toEqual(before)
  expect((await other.runs.get(run.id)).id).toBe(run.id)
})

test('inputs that changed since are named', async () => {
  const file = join(base, 'prices.csv')
  await writeFile(file, 'x\n1\n2\n')
  const run = await tm.keep(await tm.read(csv(file)), 'prices')
  expect(await run.changed()).toEqual([])
  await writeFile(file, 'x\n1\n3\n')
  expect(await run.changed()).toEqual([{ name: file, how: 'content' }])
  await rm(file)
  expect(await run.changed()).toEqual([{ name: file, how: 'missing' }])
})

test('files that came to a folder or a pattern, and versions that were written since, are named', async () => {
  await mkdir(join(base, 'days'))
  await writeFile(join(base, 'days/1.csv'), 'x\n1\n')
  const run = await tm.keep(await tm.read(csv(join(base, 'days'))), 'days')
  const globbed = await tm.keep(await tm.read(csv(join(base, 'days/*.csv'))), 'days')
  await writeFile(join(base, 'days/2.csv'), 'x\n2\n')
  expect(await run.changed()).toEqual([{ name: join(base, 'days/2.csv'), how: 'added' }])
  expect(await globbed.changed()).toEqual([{ name: join(base, 'days/2.csv'), how: 'added' }])

  const table = join(base, 'table/')
  const one = await tm.read(rows([{ x: 1 }]))
  await one.write(parquet(table))
  const ofTable = await tm.keep(await tm.read(parquet(table)), 'table')
  expect(await ofTable.changed()).toEqual([])
  await one.write(parquet(table, { mode: 'append' }))
  expect(await ofTable.changed()).toEqual([{ name: table, how: 'content' }])
  await rm(table, { recursive: true })
  expect(await ofTable.changed()).toEqual([{ name: table, how: 'missing' }])
})

test('a loop that keeps its runs does not fill the disk: the newest stay, and of long results the first rows', async () => {
  const table = await sales()
  for (let turn = 0; turn < 4; turn++) expect(await table.rows({ keep: { name: 'looped', rows: 10, last: 2 } })).toHaveLength(100)
  const runs = await tm.runs.list({ name: 'looped' })
  expect(runs).toHaveLength(2)
  expect(runs[0]?.kept).toMatchObject({ rows: 10, whole: false })
  expect(await (await runs[0]?.result())?.count()).toBe(10)
  expect(await tm.runs.prune({ name: 'looped', last: 0 })).toHaveLength(2)
  expect(await tm.runs.list({ name: 'looped' })).toEqual([])
  expect((await readdir(join(base, 'ws/kept'))).filter(name => name.startsWith('.'))).toEqual([])
})

test('runs that fail, that are left and that write are kept without rows', async () => {
  const table = await sales()
  await failure(table.map(r => ({ n: r.amount.toFixed(-5) })).rows({ keep: 'broken' }))
  expect(await tm.runs.get('broken')).toMatchObject({
    status: 'failed',
    failure: expect.stringContaining('failed at row'),
    kept: undefined,
  })
  for await (const _ of table.batches({ keep: 'half' })) break
  expect(await tm.runs.get('half')).toMatchObject({ status: 'left', kept: undefined })
  await table.write(csv(join(base, 'out.csv')), { keep: 'written' })
  const wrote = await tm.runs.get('written')
  expect(wrote).toMatchObject({ status: 'finished', wrote: { rows: 100 }, figures: { rows: 100 } })
  expect((await failure(wrote.result())).code).toBe('runs.no-result')
})

test('experiments, kept runs and jobs are one list, and what is not there is told', async () => {
  const trained = await tm.experiment('price').run(run => void run.log({ mse: 1 }))
  const all = await tm.runs.list()
  expect(all.find(run => run.id === trained.id)).toMatchObject({ kind: 'experiment', name: 'price', metrics: { mse: 1 } })
  expect(new Set(all.map(run => run.kind))).toEqual(new Set(['experiment', 'query']))
  expect((await tm.runs.list({ kind: 'experiment' })).every(run => run.kind === 'experiment')).toBe(true)
  const error = await failure(tm.runs.get('by-regio'))
  expect(error.code).toBe('models.unknown-run')
  expect(error.message).toContain('by-region')
})

test('a MapReduce job that is kept is reopened with its functions, report, inputs and rows', async () => {
  const file = join(base, 'words.txt')
  await writeFile(file, 'a b a\nc a b\n\nd\n'.repeat(10))
  const counts = await tm.mapReduce(lines(file), {
    *map(line, { counter }) {
      counter('lines')
      for (const word of line.split(' ')) if (word !== '') yield [word, 1] as const
    },
    combine: (a: number, b) => a + b,
    reduce: (word, [n = 0]) => ({ word, n }),
    partitions: 3,
    keep: { name: 'words', rows: 2 },
  })
  await using other = await open()
  const run = await other.runs.get('words')
  expect(run.id).toBe(counts.report.run)
  expect(run).toMatchObject({
    kind: 'mapreduce',
    status: 'finished',
    figures: { rows: 4, leftOut: 0, functions: [{ step: 'map' }, { step: 'reduce' }] },
    kept: {
      rows: 2,
      whole: false,
      first: [
        ['a', '30'],
        ['b', '20'],
      ],
    },
    settings: { partitions: 3 },
  })
  expect(run.report).toMatchObject({
    input: { items: 40 },
    counters: { lines: 40 },
    tasks: counts.report.tasks,
    parts: counts.report.parts,
  })
  expect(inspect(run.report)).toContain('map-reduce on 2 workers')
  expect(run.functions.map(fn => fn.part)).toEqual(['map', 'combine', 'reduce'])
  expect(run.functions[0]?.text).toContain('line.split')
  expect(run.plan?.written).toMatch(/^map-reduce map, combine, reduce into 3 parts\n {2}/)
  expect(run.inputs).toMatchObject([{ name: file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  expect(await (await run.result()).rows()).toEqual((await counts.rows()).slice(0, 2))
  await writeFile(file, 'other\n')
  expect(await run.changed()).toEqual([{ name: file, how: 'size' }])
  expect((await other.runs.list({ kind: 'mapreduce' })).map(one => one.id)).toEqual([run.id])
  expect((await other.runs.list({ kind: 'query' })).some(one => one.id === run.id)).toBe(false)
})

test('a MapReduce job that fails is kept with its error, and one that is measured is not kept', async () => {
  const job = {
    *map(row: { region: unknown }) {
      if (String(row.region) === 'r2') throw new Error('no r2 here')
      yield [String(row.region), 1] as const
    },
    reduce: (region: string) => ({ region }),
    keep: 'torn',
  }
  const source = csv(join(base, 'sales.csv'), { schema: { region: 'string', amount: 'int64' } })
  await failure(tm.mapReduce(source, job))
  expect(await tm.runs.get('torn')).toMatchObject({
    kind: 'mapreduce',
    status: 'failed',
    failure: expect.stringContaining('no r2 here'),
    report: undefined,
    kept: undefined,
  })
  expect((await failure(tm.scalingReport(source, job))).message).toContain('keep is not for a job that is measured')
  expect((await failure(tm.mapReduce(source, { ...job, keep: '../x' }))).code).toBe('runs.argument')
})

test('a kept run that was tampered with is not taken for what it was', async () => {
  const run = await tm.keep(await sales(), 'guarded')
  const path = join(base, 'ws/kept', run.id, 'result.parquet')
  await writeFile(path, (await readFile(path)).fill(1, 10, 20))
  expect((await failure(run.result())).code).toBe('runs.damaged')
  const file = join(base, 'ws/kept', run.id, 'run.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"rows": 100', '"rows": 101'))
  expect((await failure(tm.runs.get(run.id))).code).toBe('runs.damaged')
  await tm.runs.remove(run.id)
})

test('a file of a kept run that cannot be looked at is not called missing', async () => {
  const run = await tm.keep(await sales(), 'hidden')
  const path = join(base, 'ws/kept', run.id, 'result.parquet')
  await rm(path)
  expect((await failure(run.result())).message).toContain('it is missing')
  await symlink(path, path)
  await expect(run.result()).rejects.toMatchObject({ code: 'ELOOP' })
  await tm.runs.remove(run.id)
})

test('a secret in an address or in the headers of a source is not kept', async () => {
  const { planData } = await import('../runs/plan-data.ts')
  const plan = (await sales()).plan
  const scan = {
    ...plan,
    source: { kind: 'csv', options: { path: 'https://me:hush@host/a.csv?sig=hush', http: { headers: { authorization: 'hush' } } } },
  }
  expect(JSON.stringify(planData(scan as typeof plan))).not.toContain('hush')
})

test('a run that takes longer than its timeout is ended and says so', async () => {
  const many = await tm.read(rows(Array.from({ length: 2000 }, (_, x) => ({ x }))))
  const slow = many
    .crossJoin(many.rename({ x: 'y' }))
    .crossJoin(many.rename({ x: 'z' }))
    .agg(r => ({ s: r.x.mul(r.y).add(r.z).mod(7).sum() }))
  const error = await failure(slow.rows({ timeout: '300ms' }))
  expect(error).toMatchObject({ code: 'engine.timeout', message: 'run took longer than its timeout of 300ms' })
  const endless = (await sales()).map(
    r => {
      for (;;) if (r.amount < 0) return r
    },
    { schema: { region: 'string', amount: 'int64' } },
  )
  expect((await failure(endless.rows({ timeout: '300ms' }))).code).toBe('engine.timeout')
  expect((await failure(slow.write(csv(join(base, 'never.csv')), { timeout: '300ms' }))).code).toBe('engine.timeout')
})

test('progress tells rows, bytes and functions, and ends with all of it', async () => {
  const told: RunProgress[] = []
  const table = (await sales()).map(r => ({ twice: r.amount * 2 }))
  await table.rows({ onProgress: progress => told.push(progress) })
  const last = told.at(-1)
  expect(last).toMatchObject({ done: true, rows: 100, fraction: 1, leftOut: 0, totalBytes: expect.any(Number) })
  expect(last?.bytes).toBe(last?.totalBytes)
  expect(last?.steps.map(({ step, rows: count }) => [step, count])).toEqual([['map', 100]])
  expect(told.filter(one => one.done)).toHaveLength(1)
})

test('an error of the progress callback ends the run', async () => {
  const table = await sales()
  const work = table.rows({
    onProgress() {
      throw new Error('no more')
    },
  })
  await expect(work).rejects.toThrow('no more')
})

test('rows that a function fails on go to a quarantine, which is told', async () => {
  const file = join(base, 'bad.ndjson')
  const warned = new Promise<Error>(resolve => process.once('warning', resolve))
  const picky = (row: { region: string; amount: number }): { region: string; amount: number } => {
    if (row.amount % 40 === 7) throw new Error('no such amount')
    return row
  }
  const table = (await sales()).as({ region: 'string', amount: 'int64' }).map(picky, { onError: { quarantine: file } })
  expect(await table.rows({ keep: 'picky' })).toHaveLength(97)
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line) as object)).toMatchObject([
    { row: 8, code: 'workers.function-failed', values: { region: 'r1', amount: 7 } },
    { row: 48, values: { region: 'r2', amount: 47 } },
    { row: 88, values: { region: 'r0', amount: 87 } },
  ])
  expect((await warned).message).toContain('3 rows were left out')
  expect((await tm.runs.get('picky')).figures?.leftOut).toBe(3)
  expect(() => table.map(picky, { onError: { quarantine: file } })).toThrow('quarantine of two functions')
  await failure(table.map(r => ({ x: r.amount.toFixed(-1) })).rows())
})

test('options of runs and functions that cannot be are refused', async () => {
  const table = await sales()
  expect((await failure(table.rows({ keep: '../x' }))).code).toBe('runs.argument')
  expect(() => void table.rows({ timeout: 'soon' as '1s' })).toThrow('timeout of a run is a duration')
  expect(() => table.map(r => r, { onError: 'ignore' as 'skip' })).toThrow("onError of map is 'fail', 'skip' or a file")
})
