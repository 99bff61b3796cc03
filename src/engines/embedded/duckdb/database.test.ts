import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channels, listen, type ProgressEvent, type QueryEvent } from '../../../channels/index.ts'
import type { DataType, Schema } from '../../../schema/index.ts'
import { systemClock } from '../../../time/index.ts'
import { Database, type QueryOptions } from './database.ts'
import { load, refuseWorker } from './native.ts'
import { slotCount, slots } from './slots.ts'
import { failure } from '../../../../test/house/failure.ts'

let db: Database
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-database-'))
  db = await open()
})
afterAll(async () => {
  await db.close()
  await rm(folder, { recursive: true, force: true })
})

const open = (path?: string): Promise<Database> =>
  Database.open({ memoryLimit: 1e9, threads: 2, clock: systemClock, path, tempFolder: folder })
const field = (name: string, type: DataType) => ({ name, type, nullable: true })
const number: Schema = [field('n', 'int64')]

async function count(database: Database, sql: string, schema: Schema = number, options: QueryOptions = {}): Promise<number> {
  let rows = 0
  for await (const batch of database.stream(sql, schema, options)) rows += batch.rows
  return rows
}
const endless = 'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range % 7 = b.range'

test('trap 1: an error in the middle of a stream is not lost, although the client ends the stream as if all were there', async () => {
  const sql = `SELECT CASE WHEN range = 900000 THEN error('boom') ELSE range END FROM range(1000000)`
  const error = await failure(() => count(db, sql))
  expect(error.code).toBe('engine.data')
  expect(error.message).toContain('boom')
})

test('trap 1: whatever kind of error breaks a stream is an error, though only the transaction around it tells', async () => {
  const late = (good: string, bad: string): string => `(CASE WHEN i = 900000 THEN ${bad} ELSE ${good} END)`
  for (const broken of [
    `${late("'1'", "'x'")}::INTEGER`,
    `${late('1', '300')}::UTINYINT`,
    `${late("'a'", "'zz'")}::ENUM('a', 'b')`,
    `${late('2', '1000000000000')}::BIGINT * 1000000000000`,
    `date '2020-01-01' + ${late('1', '2147483647')}::INTEGER`,
    `make_date(2020, ${late('1', '99')}, 1)`,
    `sqrt(${late('1', '-1')})`,
    `regexp_matches('a', ${late("'a'", "'(('")})`,
    `json_extract('{}', ${late("'$'", "'$[['")})`,
    `strptime(${late("'2020'", "'x'")}, '%Y')`,
    `from_base64(${late("'aa=='", "'z'")})`,
    `map([i, ${late('-1', 'i')}], [1, 2])`,
    `(SELECT x FROM (VALUES (1), (2)) v(x) WHERE i = 900000)`,
    `(timestamp '2020-01-01' AT TIME ZONE ${late("'UTC'", "'No/Where'")})`,
  ]) {
    const error = await failure(() => count(db, `SELECT (hash(${broken}) % 2)::BIGINT FROM range(1000000) t(i)`))
    expect(error.code, broken).not.toBe('engine.incomplete')
  }
})

test('a stream that broke leaves no transaction behind', async () => {
  await failure(() => count(db, `SELECT CASE WHEN range = 900000 THEN error('boom') ELSE range END FROM range(1000000)`))
  await db.run('CREATE TABLE after_broken AS SELECT 1 AS n')
  expect(await count(db, 'SELECT n::BIGINT FROM after_broken')).toBe(1)
  await db.run('DROP TABLE after_broken')
})

test('trap 1, the trap itself: the bare client loses the rows silently (when this fails, DuckDB has mended it)', async () => {
  const { bindings } = db.native
  const seen = await db.alone({}, async connection => {
    const prepared = await bindings.prepare(
      connection,
      `SELECT CASE WHEN range = 900000 THEN error('boom') ELSE range END FROM range(1000000)`,
    )
    const result = await bindings.execute_prepared_streaming(prepared)
    let rows = 0
    for (;;) {
      const chunk = await bindings.fetch_chunk(result)
      const size = chunk === null ? 0 : bindings.data_chunk_get_size(chunk)
      if (size === 0) return rows
      rows += size
    }
  })
  expect(seen).toBeLessThan(1_000_000)
})

test('trap 2: other statements do not end an open stream', async () => {
  let rows = 0
  let others = 0
  for await (const batch of db.stream('SELECT range FROM range(1000000)', number)) {
    rows += batch.rows
    await db.run('CREATE OR REPLACE TABLE other AS SELECT 1 AS a')
    others += await count(db, 'SELECT range FROM range(10000)')
  }
  expect(rows).toBe(1_000_000)
  expect(others).toBeGreaterThan(0)
})

test('trap 3: a database file opened twice in one process is refused, also by another name', async () => {
  const path = join(folder, 'one.duckdb')
  const first = await open(path)
  await symlink(path, join(folder, 'alias.duckdb'))
  expect((await failure(() => open(path))).code).toBe('engine.locked')
  expect((await failure(() => open(join(folder, 'alias.duckdb')))).code).toBe('engine.locked')
  await first.close()
  const again = await open(path)
  await again.close()
})

test('trap 4: the engine refuses to run inside a worker thread, where its end would abort the process', async () => {
  const native = new URL('./native.ts', import.meta.url).href
  const inside = `
    const { parentPort } = await import('node:worker_threads')
    const { native } = await import(${JSON.stringify(native)})
    await native().catch(error => parentPort.postMessage(error.code + ': ' + error.message))`
  const script = `
    import { Worker } from 'node:worker_threads'
    const worker = new Worker(${JSON.stringify(inside)}, { eval: true })
    worker.on('message', text => { console.log(text); worker.terminate() })`
  const { VITEST: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', script], {
    env,
  })
  expect(stdout).toContain('engine.internal: the embedded engine cannot run inside a worker thread')
  expect(() => refuseWorker(false, {})).toThrow(/worker thread/)
  expect(() => refuseWorker(true, {})).not.toThrow()
})

test('trap 4: close in the middle of a query interrupts it, waits for it, and takes the spill folder away', async () => {
  const before = await readdir(folder)
  const own = await open()
  expect((await readdir(folder)).length).toBe(before.length + 1)
  const query = failure(() => own.rows(endless))
  await new Promise(resolve => setTimeout(resolve, 200))
  await own.close()
  expect((await query).code).toBe('engine.closed')
  expect(await readdir(folder)).toEqual(before)
  expect((await failure(() => own.run('SELECT 1'))).code).toBe('engine.closed')
})

test('trap 5: many queries at a time leave threads for reading files', async () => {
  const heavy = 'SELECT count(*) FROM range(6000000) a, range(8) b WHERE (a.range * b.range) % 7 = 3'
  let running = 6
  const queries = Array.from({ length: running }, async () => {
    await db.rows(heavy)
    running--
  })
  await new Promise(resolve => setTimeout(resolve, 30))
  await readFile(import.meta.filename)
  // All four threads of libuv would be taken until the first query ends, and then by the next in line.
  expect(running).toBeGreaterThan(4)
  await Promise.all(queries)
})

test('slots let so many run at a time, in order', async () => {
  const some = slots(2)
  let now = 0
  let most = 0
  const order: number[] = []
  await Promise.all(
    [0, 1, 2, 3, 4].map(index =>
      some.use(async () => {
        order.push(index)
        most = Math.max(most, ++now)
        await new Promise(resolve => setImmediate(resolve))
        now--
      }),
    ),
  )
  expect([most, order]).toEqual([2, [0, 1, 2, 3, 4]])
  expect([slotCount({}), slotCount({ UV_THREADPOOL_SIZE: '16' }), slotCount({ UV_THREADPOOL_SIZE: '1' })]).toEqual([2, 3, 1])
})

test('a signal stops a query that has given no row, and the database goes on', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('enough')), 100)
  const error = await failure(() => count(db, endless, number, { signal: stop.signal }))
  expect([error.code, (error.cause as Error).message]).toEqual(['engine.cancelled', 'enough'])
  expect(await count(db, 'SELECT range FROM range(5)')).toBe(5)
})

test('a signal in the middle of a stream is an error, not an early end', async () => {
  const stop = new AbortController()
  const error = await failure(async () => {
    for await (const _ of db.stream('SELECT range FROM range(100000000)', number, { signal: stop.signal })) stop.abort()
  })
  expect(error.code).toBe('engine.cancelled')
})

test('a stream that is left in the middle does no harm to later queries', async () => {
  for (let round = 0; round < 20; round++) {
    for await (const _ of db.stream('SELECT range FROM range(10000000)', number)) break
    expect(await count(db, 'SELECT range FROM range(5000)')).toBe(5000)
  }
})

test('the first batch comes before the last row is made', async () => {
  const own = db.stream('SELECT range FROM range(200000000)', number)
  const first = await own.next()
  expect(first.value?.rows).toBeLessThanOrEqual(2048)
  await own.return(undefined)
})

test('queries and their progress are published', async () => {
  const progress: ProgressEvent[] = []
  const queries: QueryEvent[] = []
  const stops = [listen(channels.progress, event => progress.push(event)), listen(channels.query, event => queries.push(event))]
  await db.rows('SELECT count(*) FROM range(4000000) a, range(20) b WHERE (a.range * b.range) % 7 = 3', { run: 'r1', label: 'counting' })
  for (const stop of stops) stop()
  expect(progress.some(event => event.run === 'r1' && event.label === 'counting' && event.done !== true)).toBe(true)
  expect(progress.at(-1)).toMatchObject({ run: 'r1', done: true })
  expect(queries.map(event => event.phase)).toEqual(['start', 'end'])
})

test.each([
  ['SELECT * FROM nowhere', 'engine.sql'],
  ['SELEC 1', 'engine.sql'],
  ['SELECT nope', 'engine.sql'],
  ['SELECT 9223372036854775807 + range FROM range(2)', 'expr.overflow'],
  ["SELECT CAST('abc' AS BIGINT)", 'engine.data'],
  ["SELECT error('tidemill:expr.cast|||int64|' || 'abc')", 'expr.cast'],
  ["FROM read_parquet(['/nowhere/x.parquet'])", 'connectors.not-found'],
])('%s is %s', async (sql, code) => {
  const error = await failure(() => db.rows(sql))
  expect(error.code).toBe(code)
  expect(error.cause).toBeInstanceOf(Error)
})

test('no extension is fetched from elsewhere', async () => {
  const error = await failure(() => db.rows("SELECT * FROM read_csv('https://localhost/x.csv')"))
  expect(error.message).toMatch(/httpfs/)
})

test('a native part that a bundler left behind is an error that names the cure', async () => {
  const error = await failure(() =>
    load(async () => {
      throw new Error("Cannot find module '@duckdb/node-bindings-linux-x64/duckdb.node'")
    }),
  )
  expect(error.code).toBe('engine.missing-native')
  expect(error.hint).toContain("serverExternalPackages: ['tidemill', '@duckdb/node-api', '@duckdb/node-bindings']")
})

test('a program that ends without close leaves no spill folder', async () => {
  const script = `
    const { Database } = await import(${JSON.stringify(new URL('./database.ts', import.meta.url).href)})
    const { systemClock } = await import(${JSON.stringify(new URL('../../../time/index.ts', import.meta.url).href)})
    const { readdirSync } = await import('node:fs')
    await Database.open({ memoryLimit: 5e8, threads: 1, clock: systemClock, tempFolder: process.argv[1] })
    console.log(readdirSync(process.argv[1]).length)`
  const own = await mkdtemp(join(tmpdir(), 'tidemill-exit-'))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', script, own])
  expect(stdout.trim()).toBe('1')
  expect(existsSync(own) ? await readdir(own) : []).toEqual([])
  await rm(own, { recursive: true })
})
