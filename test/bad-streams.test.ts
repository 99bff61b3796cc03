/**
 * What a stranger does wrong with streams, and what goes wrong around them: each is told in words with a code and a cure, nothing is lost and nothing comes twice.
 * A full disk is tested where one can be made: src/engines/embedded/streaming/job/job.test.ts.
 */
import { spawn } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { count, type Session, tidemill } from 'tidemill'
import { alerts, generate, ndjson, receive } from 'tidemill/connectors'
import { fields, type Job, type Outlet, topology, tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { failure } from './house/failure.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-bad-streams-'))
  tm = await tidemill({ folder: join(folder, 'work'), workers: 2, typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const schema = { at: 'timestamp', machine: 'string', heat: 'float64' } as const
const instant = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const line = (second: number, more: object = {}): string =>
  `${JSON.stringify({ at: instant(second), machine: second % 2 === 0 ? 'a' : 'b', heat: second, ...more })}\n`
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, n) => line(from + n)).join('')

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
/** Rows that a reader of the folder sees. */
async function rowsIn(out: string): Promise<readonly any[]> {
  const names = (await readdir(out)).filter(name => name.endsWith('.ndjson') && !name.startsWith('.'))
  const texts = await Promise.all(names.map(name => readFile(join(out, name), 'utf8')))
  return texts.flatMap(text => text.split('\n').filter(row => row !== '')).map(row => JSON.parse(row))
}
/** Waits for what a job comes to; one that ended meanwhile fails. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await wait(20)
}
/** Starts a job that is stopped after the test, whatever came of it. */
async function start(outlet: Outlet, options: Parameters<Outlet['start']>[0]): Promise<Job> {
  const job = await outlet.start({ checkpoint: '50ms', ...options })
  job.done.catch(() => undefined)
  onTestFinished(async () => {
    if (job.status().state === 'running') await job.stop()
  })
  return job
}
async function followed(path: string, options: { readonly until?: 'end' } = {}) {
  return tm.stream(ndjson.follow(path, { schema, ...options }), { eventTime: 'at' })
}
async function windows(path: string, options: { readonly until?: 'end' } = {}) {
  return (await followed(path, options))
    .keyBy('machine')
    .window(tumbling('10s'))
    .agg(() => ({ n: count() }))
}
const generated = (rows = 1000) => tm.stream(generate({ schema: { n: 'int64' }, rows }, n => ({ n })))

/** A receiver of alerts that answers what it is told to. */
async function receiver() {
  const told = { status: 200, rows: [] as any[], jobs: new Set<string>(), keys: [] as string[] }
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => void pieces.push(piece))
    request.on('end', () => {
      response.writeHead(told.status).end()
      if (told.status !== 200) return
      const body = JSON.parse(Buffer.concat(pieces).toString())
      told.rows.push(...body.rows)
      told.jobs.add(body.job)
      told.keys.push(String(request.headers['idempotency-key']))
    })
  })
  await new Promise<void>(done => void server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(told, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` })
}

test('a broken record is put aside with the reason and its place, and the stream goes on', async () => {
  const path = await file('broken.ndjson', `${line(0)}no record\n${line(1, { heat: 'hot' })}${line(2, { at: null })}${line(3)}`)
  const stream = (await followed(path, { until: 'end' })).onError({ otherwise: ndjson(join(folder, 'broken-dead')) })
  const job = await start(stream.to(ndjson(join(folder, 'broken-out'))), { name: 'broken' })
  await job.done
  expect((await rowsIn(join(folder, 'broken-out'))).map(row => row.heat)).toEqual([0, 3])
  const dead = await rowsIn(join(folder, 'broken-dead'))
  const first = line(0).length
  expect(dead.map(({ error, position }) => [error, position])).toEqual([
    [expect.stringContaining('no JSON object'), `broken.ndjson:${first}`],
    [expect.stringContaining('"hot" in column heat (wants float64)'), `broken.ndjson:${first + 10}`],
    [expect.stringContaining('NULL in a column without `?`: at'), expect.stringContaining('broken.ndjson:')],
  ])
  expect(Buffer.from(dead[0].payload, 'base64').toString()).toBe('no record')
  expect(job.status()).toMatchObject({ state: 'finished', error: null, totals: { rowsIn: 2, deadLetters: 3 } })
})

test('a broken record ends a job that says nothing of broken records, by its place and with the cure', async () => {
  const path = await file('fatal.ndjson', `${line(0)}{oops\n`)
  const job = await start((await followed(path)).to(ndjson(join(folder, 'fatal-out'))), { name: 'fatal' })
  const error = await failure(() => job.done)
  expect(error).toMatchObject({ code: 'stream.broken-record', hint: expect.stringContaining('onError') })
  expect(error.message).toContain(`fatal.ndjson:${line(0).length}`)
  expect((await tm.jobs.get('fatal')).error).toMatchObject({ code: 'stream.broken-record', message: error.message })
})

test('a late row is counted and comes out at the side, whole', async () => {
  const path = await file('late.ndjson', lines(0, 5))
  const counts = await windows(path)
  const outlet = counts.to(ndjson(join(folder, 'late-out'))).and(counts.late().to(ndjson(join(folder, 'late-side'))))
  const job = await start(outlet, { name: 'late' })
  await until(() => job.status().totals.rowsIn === 5)
  await appendFile(path, line(40))
  await until(async () => (await rowsIn(join(folder, 'late-out'))).length === 2)
  await appendFile(path, line(2, { heat: 99 }))
  await until(() => job.status().totals.late === 1)
  await job.stop({ drain: true })
  expect(await rowsIn(join(folder, 'late-side'))).toEqual([{ at: '2026-01-01T00:00:02Z', machine: 'a', heat: 99 }])
  expect((await rowsIn(join(folder, 'late-out'))).reduce((sum, { n }) => sum + n, 0)).toBe(6)
})

test('late rows of a driver are whole too, also where the windows need no more than a key', async () => {
  const source = await followed(join(folder, '*.driven'))
  const driven = await driver(
    source
      .keyBy('machine')
      .window(tumbling('10s'))
      .agg(() => ({ n: count() })),
  )
  for (const second of [1, 30, 2]) driven.push(source, [{ at: instant(second), machine: 'a', heat: second }])
  expect(driven.late()).toMatchObject([{ machine: 'a', heat: 2 }])
})

test('a followed file that shrinks ends the job, now and when it is started again', async () => {
  const path = await file('shrinks.ndjson', lines(0, 10))
  const outlet = (await followed(path)).to(ndjson(join(folder, 'shrinks-out')))
  const job = await start(outlet, { name: 'shrinks' })
  await until(async () => (await rowsIn(join(folder, 'shrinks-out'))).length === 10)
  await truncate(path, 30)
  const error = await failure(() => job.done)
  expect(error).toMatchObject({ code: 'stream.source-shrank', hint: expect.stringContaining('only grow') })
  expect(error.message).toMatch(/shrinks\.ndjson: it has 30 bytes \(read \d+ bytes\)/)
  const again = await start(outlet, { name: 'shrinks' })
  expect((await failure(() => again.done)).code).toBe('stream.source-shrank')
  expect(await rowsIn(join(folder, 'shrinks-out'))).toHaveLength(10)
})

test('a job that runs is not started a second time, by this process or another', async () => {
  const path = await file('twice.ndjson', lines(0, 10))
  const outlet = (await followed(path)).to(ndjson(join(folder, 'twice-out')))
  await start(outlet, { name: 'twice' })
  expect(await failure(() => outlet.start({ name: 'twice' }))).toMatchObject({
    code: 'stream.running',
    message: `job runs already: twice (process ${process.pid}, this one)`,
    hint: 'stop it first: npx tidemill jobs stop twice',
  })
  const program = `
    import { tidemill } from 'tidemill'
    import { ndjson } from 'tidemill/connectors'
    const tm = await tidemill({ folder: ${JSON.stringify(join(folder, 'work'))}, typesFile: false })
    const stream = await tm.stream(ndjson.follow(${JSON.stringify(path)}, { schema: ${JSON.stringify(schema)} }), { eventTime: 'at' })
    try {
      await stream.to(ndjson(${JSON.stringify(join(folder, 'twice-out'))})).start({ name: 'twice' })
    } catch (error) {
      console.log(error.code, error.message)
    }
    process.exit()`
  const child = spawn(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', program], {
    cwd: join(import.meta.dirname, '../examples'),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => void (said += text.toString()))
  await new Promise(done => child.on('exit', done))
  expect(said).toBe(`stream.running job runs already: twice (process ${process.pid})\n`)
})

test('a damaged newest snapshot: the older one is used, which is said, and every row is counted once', async () => {
  const path = await file('damaged.ndjson', lines(0, 8))
  const outlet = (await windows(path)).to(ndjson(join(folder, 'damaged-out')))
  const first = await start(outlet, { name: 'damaged', parallelism: 2 })
  await until(() => first.status().totals.rowsIn === 8 && first.status().checkpoints.taken > 2)
  await first.stop()
  const checkpoints = join(folder, 'work/jobs/damaged/checkpoints')
  const newest =
    (await readdir(checkpoints))
      .filter(name => name.startsWith('manifest-'))
      .toSorted()
      .at(-1) ?? ''
  const bytes = await readFile(join(checkpoints, newest))
  bytes[60] = (bytes[60] ?? 0) ^ 1
  await writeFile(join(checkpoints, newest), bytes)

  const second = await start(outlet, { name: 'damaged', parallelism: 2 })
  expect(second.status().error).toEqual({
    code: 'stream.checkpoint-corrupt',
    message: expect.stringMatching(/^job damaged: manifest \d+ is damaged; it went on from manifest \d+/),
  })
  await appendFile(path, lines(8, 12))
  await until(() => second.status().totals.rowsIn >= 4)
  await second.stop({ drain: true })
  const sums = (await rowsIn(join(folder, 'damaged-out'))).map(row => `${row.machine} ${row.windowStart} ${row.n}`)
  expect(sums.toSorted()).toEqual([
    'a 2026-01-01T00:00:00Z 5',
    'a 2026-01-01T00:00:10Z 1',
    'b 2026-01-01T00:00:00Z 5',
    'b 2026-01-01T00:00:10Z 1',
  ])
})

test('a damaged state file ends the start of the job by its name and the byte', async () => {
  const path = await file('rotten.ndjson', lines(0, 8))
  const outlet = (await windows(path)).to(ndjson(join(folder, 'rotten-out')))
  const first = await start(outlet, { name: 'rotten', parallelism: 1 })
  await until(() => first.status().totals.rowsIn === 8)
  await first.stop()
  const checkpoints = join(folder, 'work/jobs/rotten/checkpoints')
  const state = (await readdir(checkpoints)).filter(name => /\.(log|image)$/.test(name))
  expect(state).not.toEqual([])
  for (const name of state) {
    const bytes = await readFile(join(checkpoints, name))
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
    await writeFile(join(checkpoints, name), bytes)
  }
  const error = await failure(async () => (await outlet.start({ name: 'rotten' })).done)
  expect(error.code).toBe('stream.state-damaged')
  expect(error.message).toMatch(/^state file damaged: g\d+-s\d+-\d+-\d+\.(log|image) at byte \d+/)
})

test('a sink folder that cannot be written is told at the start', async () => {
  const path = await file('a-file', 'x')
  const stream = await generated()
  expect(await failure(() => stream.to(ndjson(path)).start({ name: 'unwritable' }))).toMatchObject({
    code: 'stream.sink-failed',
    message: `sink ndjson cannot write to the folder ${path}: there is a file of this name`,
  })
  expect((await failure(() => stream.to(ndjson(join(path, 'out'))).start({ name: 'unwritable' }))).message).toContain(
    'a part of the path is a file',
  )
})

test('a webhook that is down holds up no stop; what it is owed comes with the next start, once', async () => {
  const hook = await receiver()
  hook.status = 404
  const path = await file('alerts.ndjson', lines(0, 5))
  const outlet = (await followed(path)).to(alerts.webhook(hook.url))
  const first = await start(outlet, { name: 'alerting' })
  await until(() => first.status().error !== null)
  expect(first.status()).toMatchObject({
    state: 'running',
    error: { code: 'stream.sink-unavailable', message: `webhook ${new URL(hook.url).origin} answers 404` },
  })
  await first.stop()
  expect(first.status().state).toBe('stopped')
  expect((await tm.jobs.get('alerting')).error).toMatchObject({ code: 'stream.sink-unavailable' })

  const second = await start(outlet, { name: 'alerting' })
  await appendFile(path, lines(5, 8))
  await until(() => second.status().totals.rowsIn === 3)
  hook.status = 200
  await until(() => hook.rows.length >= 8)
  await until(() => second.status().error === null)
  await second.stop()
  expect(hook.rows.map(row => row.heat).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(new Set(hook.keys).size).toBe(hook.keys.length)
  // The job is called by the name it was started under.
  expect([...hook.jobs]).toEqual(['alerting'])
})

test('a job that has read all and whose webhook is down is told as running, and can be stopped; a start delivers and ends', async () => {
  const hook = await receiver()
  hook.status = 503
  const outlet = (await generated(10)).to(alerts.webhook(hook.url))
  const first = await start(outlet, { name: 'owing' })
  await until(() => first.status().error !== null)
  await first.stop()
  const second = await start(outlet, { name: 'owing' })
  expect(second.status()).toMatchObject({ state: 'running', error: { code: 'stream.sink-unavailable' } })
  hook.status = 200
  await second.done
  expect(second.status()).toMatchObject({ state: 'finished', error: null })
  expect(hook.rows).toHaveLength(10)
})

test('a savepoint begins a job with other sinks, at another parallelism; not one of another plan, nor one that is not there', async () => {
  const path = await file('moved.ndjson', lines(0, 15))
  const counts = await windows(path)
  const first = await start(counts.to(ndjson(join(folder, 'moved-1'))), { name: 'moved', parallelism: 1 })
  await until(async () => (await rowsIn(join(folder, 'moved-1'))).length === 2)
  const savepoint = await first.savepoint()
  await first.stop()
  expect(await failure(() => counts.to(ndjson(join(folder, 'moved-2'))).start({ name: 'moved' }))).toMatchObject({
    code: 'stream.changed-plan',
    message: expect.stringContaining('job moved has written to other sinks'),
    hint: expect.stringContaining('from: savepoint'),
  })
  const second = await start(counts.to(ndjson(join(folder, 'moved-2'))), { name: 'moved-on', parallelism: 3, from: savepoint })
  await appendFile(path, lines(15, 20))
  await until(() => second.status().totals.rowsIn === 5)
  await second.stop({ drain: true })
  expect((await rowsIn(join(folder, 'moved-2'))).map(row => row.n)).toEqual([5, 5])

  const other = counts.filter(r => r.n.gt(1)).to(ndjson(join(folder, 'moved-3')))
  expect(await failure(() => other.start({ name: 'moved-other', from: savepoint }))).toMatchObject({
    code: 'stream.changed-plan',
    message: expect.stringContaining(`savepoint ${savepoint.path} has state of another plan`),
  })
  const gone = join(folder, 'nowhere')
  expect(await failure(() => other.start({ name: 'moved-gone', from: { path: gone } }))).toMatchObject({
    code: 'stream.argument',
    message: expect.stringContaining(`savepoint cannot be read: ${gone}`),
  })
  // A slip in the path does not stick to the name.
  const third = await start(counts.to(ndjson(join(folder, 'moved-4'))), { name: 'moved-other', from: savepoint })
  await third.stop()
})

test('a changed plan under an old name is refused by that name', async () => {
  const stream = await generated()
  const job = await start(stream.to(ndjson(join(folder, 'plan-out'))), { name: 'plan' })
  await job.done
  expect(
    await failure(() =>
      stream
        .filter(r => r.n.gt(5))
        .to(ndjson(join(folder, 'plan-out')))
        .start({ name: 'plan' }),
    ),
  ).toMatchObject({
    code: 'stream.changed-plan',
    message: expect.stringContaining('job plan has state of another plan'),
    hint: expect.stringContaining('another name'),
  })
})

const one = { schema: { a: 'float64' } } as const
test.each<[string, (row: { n: number }) => unknown, string, RegExp]>([
  [
    'throws',
    () => {
      throw new Error('too hot')
    },
    'stream.function-failed',
    /failed: too hot/,
  ],
  [
    'throws a text',
    () => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'too hot'
    },
    'stream.function-failed',
    /failed: too hot/,
  ],
  ['gives other columns', () => ({ b: 1 }), 'stream.function-failed', /undefined in a: float64/],
  ['gives another type', () => ({ a: 'x' }), 'stream.function-failed', /"x" in a: float64/],
  ['gives nothing', () => undefined, 'stream.function-failed', /value that is no row: undefined/],
  ['gives a promise', async () => ({ a: 1 }), 'stream.async-function', /function that gives a promise: map at \S*bad-streams\.test\.ts/],
])('a function that %s ends the job with its place', async (what, each, code, message) => {
  const name = `function-${what.replaceAll(' ', '-')}`
  const job = await start((await generated(10)).map(each as () => { a: number }, one).to(ndjson(join(folder, name))), { name })
  const error = await failure(() => job.done)
  expect(error.code).toBe(code)
  expect(error.message).toMatch(message)
  expect(error.message).toContain('bad-streams.test.ts')
  expect(job.status()).toMatchObject({ state: 'failed', restarts: 0, error: { code, message: error.message } })
})

test('a function that never returns is named after ten seconds, and a stop ends the job without it', async () => {
  const stuck = (await generated()).map(row => {
    for (; row.n === 10; );
    return { a: row.n }
  }, one)
  const job = await start(stuck.to(ndjson(join(folder, 'stuck'))), { name: 'stuck' })
  await job.stop()
  expect(job.status()).toMatchObject({
    state: 'stopped',
    error: {
      code: 'stream.stalled',
      message: expect.stringMatching(/^thread 1 of job stuck has not answered for \d+ s; .* map at \S*bad-streams\.test\.ts/),
    },
  })
}, 30_000)

test('a pattern that could double its time with each letter of a text holds no stream up', async () => {
  const texts = ['a'.repeat(50_000), `${'a'.repeat(50_000)}b`, 'aaa']
  const path = await file('hostile.ndjson', texts.map(text => `${JSON.stringify({ text })}\n`).join(''))
  const stream = await tm.stream(ndjson.follow(path, { schema: { text: 'string' }, until: 'end' }))
  const kept = stream.filter(r => r.text.matches(/^(a+)+$/)).withColumns(r => ({ first: r.text.extract(/(a|aa)*?$/, 0).length() }))
  await (await start(kept.to(ndjson(join(folder, 'hostile-out'))), { name: 'hostile' })).done
  expect((await rowsIn(join(folder, 'hostile-out'))).map(row => [row.text.length, row.first])).toEqual([
    [50_000, 50_000],
    [3, 3],
  ])
})

test('closing the session ends its jobs with a last checkpoint', async () => {
  const own = await tidemill({ folder: join(folder, 'own'), workers: 1, typesFile: false })
  const path = await file('closed.ndjson', lines(0, 5))
  const stream = await own.stream(ndjson.follow(path, { schema }), { eventTime: 'at' })
  const job = await stream.to(ndjson(join(folder, 'closed-out'))).start({ name: 'closed', checkpoint: '1h' })
  await until(() => job.status().totals.rowsIn === 5)
  await own.close()
  await job.done
  expect(job.status().state).toBe('stopped')
  expect(await rowsIn(join(folder, 'closed-out'))).toHaveLength(5)
  expect((await failure(() => stream.to(ndjson(join(folder, 'closed-out'))).start({ name: 'closed' }))).code).toBe('engine.closed')
})

// Plain JavaScript.
const any = (value: unknown): any => value
test.each<[string, () => unknown, string, string]>([
  ['tm.stream of nothing', () => any(tm).stream(), 'plan.argument', 'stream wants a source, not undefined'],
  [
    'tm.read of what never ends',
    () => tm.read(ndjson.follow('a/*.log', { schema })),
    'stream.argument',
    'read wants a source that ends, not follow',
  ],
  ['tm.table of a sink', async () => any(tm).table((await generated()).to(ndjson('a'))), 'plan.argument', 'table wants a stream'],
  ['tm.replay of nothing', () => any(tm).replay(), 'plan.argument', 'replay wants a table, not undefined'],
  ['tm.jobs.get of nothing', () => any(tm.jobs).get(), 'stream.unknown-job', 'unknown job: undefined'],
  ['follow of nothing', () => any(ndjson).follow(), 'connectors.option', 'ndjson.follow wants a path'],
  [
    'generate without columns',
    () => any(generate)({}, () => ({})),
    'connectors.option',
    'generate wants the columns of its rows in schema',
  ],
  ['a rate of 0', () => generate({ schema: one.schema, rate: 0 }, () => ({ a: 1 })), 'connectors.option', 'not 0'],
  ['a rate that is no number', () => generate({ schema: one.schema, rate: Number.NaN }, () => ({ a: 1 })), 'connectors.option', 'not NaN'],
  ['receive without columns', () => any(receive)({ spool: folder }), 'connectors.option', 'receive wants the columns'],
  [
    'receive at no port',
    () => receive({ schema, spool: join(folder, 'spool'), port: -5 }),
    'connectors.option',
    'port of receive must be 0 to 65535',
  ],
  ['sliding windows', () => any(tumbling)('1m', { slide: '10s' }), 'stream.argument', 'unknown option of tumbling: slide'],
  ['a window of no length', () => tumbling('0s'), 'stream.argument', 'window of no length'],
  ['a step without a name', async () => any(await generated()).named(), 'stream.argument', 'named wants a name'],
  ['a topology without a name', () => topology(''), 'stream.argument', 'topology wants a name'],
  [
    'a bolt that reads a text',
    () => any(topology('t')).bolt('b', { from: 'a' }, () => () => {}),
    'stream.argument',
    'from of b wants a grouping, not "a"',
  ],
  [
    'a grouping by no field',
    () =>
      any(topology('t').spout('a', { emits: { x: 'int64' } }, () => ({ *next() {} }))).bolt(
        'b',
        { from: any(fields)('a') },
        () => () => {},
      ),
    'stream.argument',
    'names no field',
  ],
  ['a driver of nothing', () => any(driver)(), 'stream.argument', 'driver wants a stream, not undefined'],
])('%s is told', async (_, work, code, message) => {
  const error = await failure(work)
  expect(error.code).toBe(code)
  expect(error.message).toContain(message)
})

test.each<[string, object, string]>([
  ['a name with a slash', { name: 'a/b' }, 'bad job name: "a/b"'],
  [
    'a savepoint by its path',
    { name: 'x', from: 'checkpoints/manifest-1' },
    'from of start wants a savepoint, not "checkpoints/manifest-1"',
  ],
  ['a signal of another kind', { name: 'x', signal: 5 }, 'signal of start wants an AbortSignal, not 5'],
  ['no parallelism', { name: 'x', parallelism: 0 }, 'parallelism is no whole number from 1: 0'],
  ['more subtasks than groups of keys', { name: 'x', parallelism: 1e6 }, 'parallelism is more than 256'],
  ['no time between checkpoints', { name: 'x', checkpoint: '0s' }, 'checkpoint of no length: 0s'],
  ['months between checkpoints', { name: 'x', checkpoint: '100d' }, 'checkpoint is longer than a day: 100d'],
])('a start with %s is refused', async (_, options, message) => {
  const error = await failure(async () => (await generated()).to(ndjson(join(folder, 'refused'))).start(options as never))
  expect(error.code).toBe('stream.argument')
  expect(error.message).toContain(message)
})
