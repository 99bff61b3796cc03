/** Jobs on real threads, over a real folder. */
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { type Job, type SinkNode, type Spec, type StartOptions, type TopologyNode, verbs } from '../../../../plan/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import { askToStop, isUnderWay, type JobStatus, readJob } from '../../../../telemetry/index.ts'
import { callSite } from '../../../../errors/index.ts'
import { carve, moduleFunction } from '../../../../workers/index.ts'
import { localDisk } from '../disk/index.ts'
import type { Disk } from '../seams.ts'
import { byWindow, rowsIn, tempFolder, type Total, totalsOf } from './fixtures/jobs.ts'
import { above, followed, generated, mapped, perSecond, reading, readings, toNdjson } from './fixtures/plans.ts'
import { type JobPlace, startJob } from './index.ts'
import { failure } from '../../../../../test/house/failure.ts'

// A test that fails leaves none behind.
const running = new Set<Job>()
afterEach(async () => {
  await Promise.allSettled([...running].map(async job => job.stop()))
}, 60_000)

async function start(
  sinks: readonly SinkNode[],
  options: Partial<StartOptions>,
  place: Partial<JobPlace> & { readonly folder: string },
): Promise<Job> {
  return startJob({ kind: 'stream', sinks }, { name: 'test', checkpointMs: 50, ...options }, { threads: 2, running, ...place })
}
async function folders(): Promise<{ readonly folder: string; readonly out: string }> {
  const folder = await tempFolder()
  return { folder, out: join(folder, 'out') }
}
async function until(job: Job, what: (status: JobStatus) => boolean): Promise<JobStatus> {
  for (;;) {
    const status = job.status()
    if (what(status)) return status
    if (!isUnderWay(status.state)) expect.fail(`job is ${status.state}: ${status.error?.message}`)
    await wait(10)
  }
}
const manifests = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(folder, 'test/checkpoints'))).filter(name => name.startsWith('manifest-')).toSorted()

test.each([1, 2, 3])('windows of a generated stream with parallelism %i are those of its rows', async parallelism => {
  const { folder, out } = await folders()
  const job = await start([toNdjson(perSecond(above(generated({ rows: 50_000 }), 0)), out)], { parallelism }, { folder })
  await job.done
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(50_000))
  const status = job.status()
  expect(status).toMatchObject({ state: 'finished', restarts: 0, error: null, threads: Math.min(2, parallelism) })
  expect(status.totals).toMatchObject({ rowsIn: 50_000, rowsOut: totalsOf(50_000).size })
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'finished', totals: { rowsIn: 50_000 } })
})

test('a stream that is read twice, with late rows and broken records: each row ends where it belongs, once', async () => {
  const { folder, out } = await folders()
  const input = join(folder, 'in')
  await mkdir(input)
  const [rows, late] = [20_000, 50]
  const lines = [[], [], []] as string[][]
  for (let n = 0; n < rows; n++) lines[n % 3]?.push(JSON.stringify(reading(n)))
  // Far behind all that was read before.
  for (let n = 0; n < late; n++) lines[0]?.push(JSON.stringify({ ...reading(n), value: 1_000_000 + n }))
  lines[1]?.splice(500, 0, '{"at":"never","machine":"m1","value":1}', 'no record')
  await Promise.all(lines.map(async (texts, file) => writeFile(join(input, `${file}.ndjson`), `${texts.join('\n')}\n`)))

  const sink = (name: string): Spec => ({ kind: 'ndjson', options: { path: join(out, name) } })
  const source = verbs.onError(followed(input), { retries: 0, otherwise: 'dead-letter', sink: sink('dead') })
  const windows = perSecond(source)
  const plan = [
    toNdjson(windows, join(out, 'windows')),
    verbs.sink(verbs.late(windows, {}), { sink: sink('late') }),
    toNdjson(above(source, 19_000), join(out, 'above')),
  ]
  const job = await start(plan, { parallelism: 2 }, { folder })
  expect(job.status().steps.find(step => step.id === 'filter')).toMatchObject({ parallelism: 2 })
  await job.done
  const [closed, above19, behind, dead] = await Promise.all([
    rowsIn<Total>(join(out, 'windows')),
    rowsIn<{ value: number }>(join(out, 'above')),
    rowsIn<{ value: number }>(join(out, 'late')),
    rowsIn<{ step: string; position: string }>(join(out, 'dead')),
  ])
  expect(above19.map(row => row.value).toSorted((a, b) => a - b)).toEqual([
    ...Array.from({ length: 1000 }, (_, n) => 19_000 + n),
    ...Array.from({ length: late }, (_, n) => 1_000_000 + n),
  ])
  expect(dead.map(({ step, position }) => `${step} ${position.replace(/\d+$/, 'N')}`)).toEqual(['source 1.ndjson:N', 'source 1.ndjson:N'])
  // The files are read side by side, so which rows are late is not the same in every run; that none is lost or counted twice is.
  const counted = [...byWindow(closed).values()]
  expect(counted.reduce((sum, { n }) => sum + n, 0) + behind.length).toBe(rows + late)
  const all = (rows * (rows - 1)) / 2 + late * 1_000_000 + (late * (late - 1)) / 2
  expect(counted.reduce((sum, { total }) => sum + total, 0) + behind.reduce((sum, { value }) => sum + value, 0)).toBe(all)
  expect(job.status().totals).toMatchObject({ rowsIn: rows + late, late: behind.length, deadLetters: 2 })
})

test('a job that was stopped goes on where it was, also with more threads; one that has finished does nothing more', async () => {
  const { folder, out } = await folders()
  const plan = () => [toNdjson(perSecond(generated({ rows: 30_000, rate: 20_000 })), out)]
  const first = await start(plan(), { parallelism: 1 }, { folder })
  await until(first, ({ totals }) => totals.rowsIn > 5000)
  await first.stop()
  expect(first.status().state).toBe('stopped')
  const read = first.status().totals.rowsIn
  const second = await start(plan(), { parallelism: 3 }, { folder })
  await second.done
  expect(second.status().totals.rowsIn).toBe(30_000 - read)
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(30_000))
  const third = await start(plan(), {}, { folder })
  await third.done
  expect(third.status()).toMatchObject({ state: 'finished', totals: { rowsIn: 0 } })
  expect(await rowsIn<Total>(out)).toHaveLength(totalsOf(30_000).size)
})

test('stopping with drain closes all windows', async () => {
  const { folder, out } = await folders()
  const job = await start([toNdjson(perSecond(generated({ rate: 20_000 })), out)], {}, { folder })
  await until(job, ({ totals }) => totals.rowsIn > 3000)
  await job.stop({ drain: true })
  const { state, totals } = job.status()
  expect(state).toBe('finished')
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(totals.rowsIn))
})

test('another process asks a job to stop through its folder', async () => {
  const { folder, out } = await folders()
  const job = await start([toNdjson(perSecond(generated({ rate: 20_000 })), out)], {}, { folder })
  await until(job, ({ state }) => state === 'running')
  await wait(600)
  await askToStop(folder, 'test')
  await job.done
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'stopped' })
})

test('a job whose status cannot be written goes on and says so, until it can be written again', async () => {
  const { folder, out } = await folders()
  const job = await start([toNdjson(perSecond(generated({ rate: 2000 })), out)], {}, { folder })
  const path = join(folder, 'test/status.json')
  await until(job, ({ state }) => state === 'running')
  // A folder that holds something cannot be replaced by a file.
  await wait(600)
  await rm(path, { force: true })
  await mkdir(join(path, 'in the way'), { recursive: true })
  const { error, totals } = await until(job, status => status.error !== null)
  expect(error).toMatchObject({ code: 'telemetry.unwritable', message: expect.stringContaining('status of job test cannot be written') })
  await until(job, status => status.totals.rowsIn > totals.rowsIn)
  await rm(path, { recursive: true })
  await until(job, status => status.error === null)
  await job.stop()
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'stopped', error: null })
})

test('a thread that dies is started again, and every row is counted exactly once', async () => {
  const { folder, out } = await folders()
  const dies = mapped(
    generated({ rows: 20_000, rate: 20_000 }),
    (row: { value: number }, { mark }: { mark: string }) => {
      const fs = process.getBuiltinModule('node:fs')
      if (row.value === 12_345 && !fs.existsSync(mark)) {
        fs.writeFileSync(mark, '')
        process.exit(3)
      }
      return row
    },
    { mark: join(folder, 'died') },
  )
  const job = await start([toNdjson(perSecond(dies), out)], { parallelism: 2 }, { folder })
  await job.done
  expect(job.status()).toMatchObject({
    state: 'finished',
    restarts: 1,
    error: { code: 'workers.died', message: expect.stringContaining('exit code 3') },
  })
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(20_000))
})

test('a function that throws ends the job at once, with its cause', async () => {
  const { folder, out } = await folders()
  const throws = mapped(generated({ rows: 20_000, rate: 20_000 }), (row: { value: number }) => {
    if (row.value === 7000) throw new RangeError('too hot')
    return row
  })
  const run = async (): Promise<void> => (await start([toNdjson(perSecond(throws), out)], {}, { folder })).done
  expect(await failure(run())).toMatchObject({ code: 'stream.function-failed', message: expect.stringContaining('too hot') })
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'failed', restarts: 0, error: { code: 'stream.function-failed' } })
  // The folder is free again.
  expect((await failure(run())).code).toBe('stream.function-failed')
})

test('a function that throws on its first row fails the job and not its start, though a thread is not open yet', async () => {
  const { folder, out } = await folders()
  const module = join(folder, 'too-hot.mjs')
  // The second thread is a second late: by then the first, which reads, has failed.
  await writeFile(
    module,
    `import { workerData } from 'node:worker_threads'
if (workerData.thread === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
export function hot() { throw new RangeError('too hot') }
export function late(row) { return row }`,
  )
  const url = pathToFileURL(module).href
  const hot = verbs.map(generated({ rows: 8 }), { mode: 'each', fn: moduleFunction(url, 'hot'), declared: readings })
  const windows = perSecond(hot)
  const late = verbs.map(windows, { mode: 'each', fn: moduleFunction(url, 'late'), declared: windows.fields })
  const job = await start([toNdjson(late, out)], { parallelism: 2 }, { folder })
  expect(await failure(job.done)).toMatchObject({ code: 'stream.function-failed' })
  expect(job.status()).toMatchObject({ state: 'failed', restarts: 0 })
})

test('a failure that nobody looks for ends the process', async () => {
  const { folder, out } = await folders()
  const said = await run('nobody-looks.ts', [folder, out])
  expect(said).toContain('too hot')
  expect(said).toMatch(/exit code 1$/)
})

test('a job whose threads die before any checkpoint is given up after ten attempts', async () => {
  const { folder, out } = await folders()
  const dies = mapped(generated({ rows: 10 }), () => process.exit(1))
  let now = 0
  // Waits are told, not waited for.
  const waits: number[] = []
  const scheduler = {
    after(ms: number, call: () => void) {
      if (ms >= 100 && [100, 200, 400, 800, 1600, 3200, 5000].includes(ms)) waits.push(ms)
      now += ms
      const timer = setTimeout(call, waits.at(-1) === ms ? 1 : ms)
      return () => clearTimeout(timer)
    },
  }
  const job = start([toNdjson(dies, out)], { checkpointMs: 60_000, parallelism: 1 }, { folder, scheduler })
  const error = await failure(job.then(each => each.done))
  expect(error).toMatchObject({ code: 'workers.died', message: expect.stringContaining('exit code 1') })
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
  expect(now).toBeGreaterThan(0)
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'failed', restarts: 9 })
})

test('a second start of a running job is refused, in this process and in another', async () => {
  const { folder, out } = await folders()
  const job = await start([toNdjson(perSecond(generated({ rate: 1000 })), out)], {}, { folder })
  const here = await failure(start([toNdjson(perSecond(generated({ rate: 1000 })), out)], {}, { folder }))
  expect(here).toMatchObject({ code: 'stream.running', message: `job runs already: test (process ${process.pid}, this one)` })
  const other = await run('start-again.ts', [folder, out])
  expect(other).toContain(`stream.running job runs already: test (process ${process.pid})`)
  await job.stop()
  expect(await run('start-again.ts', [folder, out])).toContain('ended')
})

test('a program whose job has ended ends by itself', async () => {
  const { folder, out } = await folders()
  const begun = performance.now()
  expect(await run('start-again.ts', [folder, out])).toBe('ended\n')
  expect(performance.now() - begun).toBeLessThan(30_000)
})

test('a changed plan is refused on old state, and so is another name of a step that keeps state', async () => {
  const { folder, out } = await folders()
  const first = await start([toNdjson(perSecond(generated({ rate: 10_000 })), out)], {}, { folder })
  await until(first, ({ checkpoints }) => checkpoints.taken > 1)
  await first.stop()
  const changed = await failure(start([toNdjson(perSecond(above(generated({ rate: 10_000 }), 5)), out)], {}, { folder }))
  expect(changed).toMatchObject({ code: 'stream.changed-plan', message: expect.stringContaining('another plan') })
  // Who looks from outside is told what to do, too.
  expect((await readJob(folder, 'test')).error).toEqual({ code: changed.code, message: changed.message, hint: changed.hint })
  const same = await start([toNdjson(perSecond(generated({ rate: 10_000 })), out)], { parallelism: 1 }, { folder })
  await same.stop()
})

test('a newest checkpoint that is damaged is passed over where no sink is ahead of it, and that is said; else the start is refused', async () => {
  const { folder, out } = await folders()
  // Nothing is written before the end, so no sink is ahead.
  const far = () => [toNdjson(perSecond(above(generated({ rows: 20_000, rate: 10_000 }), 19_999)), out)]
  const first = await start(far(), {}, { folder })
  await until(first, ({ checkpoints }) => checkpoints.taken > 4)
  await first.stop()
  const damage = async (): Promise<void> => {
    const path = join(folder, 'test/checkpoints', (await manifests(folder)).at(-1) as string)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"epoch"', '"epocH"'))
  }
  await damage()
  const second = await start(far(), {}, { folder })
  expect(second.status().error).toMatchObject({
    code: 'stream.checkpoint-corrupt',
    message: expect.stringMatching(/manifest \d+ is damaged; it went on from manifest \d+/),
  })
  await second.done
  expect(byWindow(await rowsIn<Total>(out))).toEqual(new Map([['m0 1970-01-01T00:03:19.000Z', { n: 1, total: 19_999 }]]))

  const { folder: other, out: into } = await folders()
  const plan = () => [toNdjson(generated({ rate: 5000 }), into)]
  const third = await start(plan(), {}, { folder: other })
  await until(third, ({ checkpoints }) => checkpoints.taken > 4)
  await third.stop()
  const path = join(other, 'test/checkpoints', (await manifests(other)).at(-1) as string)
  await writeFile(path, (await readFile(path, 'utf8')).replace('"epoch"', '"epocH"'))
  expect(await failure(start(plan(), {}, { folder: other }))).toMatchObject({
    code: 'stream.checkpoint-corrupt',
    message: expect.stringMatching(
      /without loss or repetition: ndjson shows epoch \d+, the newest whole manifest \d+ ends with epoch \d+ \(damaged: manifest-\d+\)/,
    ),
  })
})

test('a disk that is full for a while costs checkpoints, and neither rows nor the job', async () => {
  const { folder, out } = await folders()
  let full = false
  const disk = fillable(() => full)
  const job = await start([toNdjson(perSecond(generated({ rows: 30_000, rate: 20_000 })), out)], {}, { folder, disk })
  await until(job, ({ checkpoints }) => checkpoints.taken > 2)
  full = true
  const { checkpoints } = await until(job, each => each.checkpoints.failed > 2)
  full = false
  await until(job, each => each.checkpoints.taken > checkpoints.taken + 2)
  await job.done
  expect(job.status()).toMatchObject({ state: 'finished', restarts: 0 })
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(30_000))
})

test('a savepoint begins another job, which counts on from there', async () => {
  const { folder, out } = await folders()
  const first = await start([toNdjson(perSecond(generated({ rows: 30_000, rate: 20_000 })), out)], {}, { folder })
  await until(first, ({ totals }) => totals.rowsIn > 4000)
  const savepoint = await first.savepoint()
  await first.done
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(30_000))
  const second = await start(
    [toNdjson(perSecond(generated({ rows: 30_000, rate: 20_000 })), out)],
    { name: 'branch', from: savepoint, parallelism: 1 },
    { folder },
  )
  await second.done
  const { totals } = second.status()
  expect(totals.rowsIn).toBeGreaterThan(0)
  expect(totals.rowsIn).toBeLessThan(27_000)
})

test('10,000 numbers doubled by a spout and a bolt add up to 99,990,000', async () => {
  const { folder } = await folders()
  const sum = join(folder, 'sum')
  const fn = (make: Function, given?: object) => carve(make, callSite(), given === undefined ? {} : { with: given })
  const nodes: TopologyNode[] = [
    {
      name: 'numbers',
      emits: schemaOf({ n: 'int64' }),
      from: [],
      fn: fn(() => ({
        *next() {
          for (let n = 0; n < 10_000; n++) yield { n }
        },
      })),
      parallelism: 1,
    },
    {
      name: 'double',
      emits: schemaOf({ n: 'int64' }),
      from: [{ from: 'numbers', by: 'shuffle', fields: [] }],
      fn: fn(() => (tuple: { n: number }, out: { emit(tuple: object): void }) => out.emit({ n: tuple.n * 2 })),
      parallelism: 2,
    },
    {
      name: 'sum',
      emits: [],
      from: [{ from: 'double', by: 'global', fields: [] }],
      fn: fn(
        ({ path }: { path: string }) => {
          let total = 0
          let count = 0
          return (tuple: { n: number }) => {
            total += Number(tuple.n)
            if (++count === 10_000) process.getBuiltinModule('node:fs').writeFileSync(path, String(total))
          }
        },
        { path: sum },
      ),
      parallelism: 1,
    },
  ]
  const job = await startJob({ kind: 'topology', nodes }, { name: 'doubled' }, { folder, threads: 2 })
  await job.done
  expect(await readFile(sum, 'utf8')).toBe('99990000')
  const { state, totals } = job.status()
  expect({ state, in: totals.rowsIn, out: totals.rowsOut }).toEqual({ state: 'finished', in: 10_000, out: 10_000 })
  expect(totals.latencyMs.p99).toBeGreaterThan(0)
})

test.each<[Partial<StartOptions>, string, string]>([
  [{ name: '../up' }, 'stream.argument', 'bad job name: "../up"'],
  [{ parallelism: 0 }, 'stream.argument', 'parallelism is no whole number from 1: 0'],
  [{ checkpointMs: 1.5 }, 'stream.argument', 'checkpointMs is no whole number from 1: 1.5'],
  [{ signal: AbortSignal.abort(new Error('before')) }, '', 'before'],
])('%o is refused', async (options, code, message) => {
  const { folder, out } = await folders()
  await expect(start([toNdjson(generated({ rows: 1 }), out)], options, { folder })).rejects.toMatchObject({
    message: expect.stringContaining(message) as string,
    ...(code === '' ? {} : { code }),
  })
})

test('an abort stops a job with a last checkpoint', async () => {
  const { folder, out } = await folders()
  const stop = new AbortController()
  const job = await start([toNdjson(perSecond(generated({ rate: 5000 })), out)], { signal: stop.signal }, { folder })
  await until(job, ({ totals }) => totals.rowsIn > 100)
  stop.abort()
  await job.done
  expect(job.status().state).toBe('stopped')
})

/** Runs a program of the fixtures to its end. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', join(import.meta.dirname, 'fixtures', program), ...args])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => void (said += text.toString()))
  const code = await new Promise(resolve => child.on('exit', resolve))
  return code === 0 ? said : `${said}exit code ${String(code)}`
}

/** This machine's disk, on which nothing can be written while it is full. */
function fillable(isFull: () => boolean): Disk {
  const disk = localDisk()
  return {
    ...disk,
    *append(path, bytes) {
      if (isFull()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
      yield* disk.append(path, bytes)
    },
  }
}
