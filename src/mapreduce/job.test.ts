import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { lines, ndjson, rows } from '../connectors/index.ts'
import { seededRandom } from '../time/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import type { JobProgress } from './index.ts'
import { failure } from '../../test/house/failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidemill-jobs-'))
const open: Session[] = []
async function session(workers = 2): Promise<Session> {
  const tm = await tidemill({ workers, folder: join(folder, 'store'), typesFile: false })
  open.push(tm)
  return tm
}
const tm = await session()
afterAll(async () => {
  await Promise.all(open.map(one => one.close()))
  rmSync(folder, { recursive: true, force: true })
})
let files = 0
function textFile(text: string, name = `text-${files++}.txt`): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
function randomText(seed: number, count: number): string {
  const random = seededRandom(seed)
  let text = ''
  for (let i = 0; i < count; i++)
    text += `${'abcdefgh'[Math.floor(random.next() * 8)]}${Math.floor(random.next() * 40)}${random.next() < 0.2 ? '\n' : ' '}`
  return text
}
const sum = {
  *map(line: string) {
    for (const word of line.split(' ')) if (word !== '') yield [word, 0.1 * word.length] as const
  },
  combine: (a: number, b: number) => a + b,
  reduce: (word: string, parts: IteratorObject<number>) => ({ word, n: parts.reduce((a, b) => a + b) }),
}

test('the answer has the same bits for any number of workers, and the same counts for any split, partition and memory', async () => {
  const path = textFile(randomText(1, 20_000))
  const one = await session(1)
  const wanted = await (await one.mapReduce(lines(path), { ...sum, splitBytes: 9000 })).rows()
  expect(wanted).toHaveLength(320)
  for (const workers of [2, 3, 8]) {
    const more = await session(workers)
    expect(await (await more.mapReduce(lines(path), { ...sum, splitBytes: 9000 })).rows()).toEqual(wanted)
  }
  const counts = {
    ...sum,
    *map(line: string) {
      for (const word of line.split(' ')) if (word !== '') yield [word, 1] as const
    },
  }
  const counted = await (await tm.mapReduce(lines(path), counts)).rows()
  for (const how of [
    { splitBytes: 501 },
    { splitBytes: '1MB' },
    { taskRows: 97 },
    { partitions: 1 },
    { partitions: 200 },
    { memory: 40_000 },
  ])
    expect(await (await tm.mapReduce(lines(path), { ...counts, ...how })).rows(), JSON.stringify(how)).toEqual(counted)
})

test('pairs beyond the memory limit are spilled as sorted runs, and nothing of them is left', async () => {
  const table = await tm.mapReduce(rows(Array.from({ length: 30_000 }, (_, i) => ({ i }))), {
    *map(row) {
      yield [`key ${(row.i * 7919) % 30_000}`, { i: row.i, text: 'x'.repeat(50) }] as const
    },
    reduce: (key, values) => ({ key, first: [...values][0]?.i }),
    memory: '1MB',
  })
  expect(await table.count()).toBe(30_000)
  const { shuffle, map, parts, skew } = table.report
  expect(shuffle.spilledRuns).toBeGreaterThan(10)
  expect(shuffle.spilledBytes).toBeGreaterThan(30_000 * 50)
  expect([map.items, map.tasks, shuffle.pairs, parts.length]).toEqual([30_000, 2, 30_000, 16])
  expect(skew).toBeGreaterThan(1)
  expect(skew).toBeLessThan(1.2)
  expect(existsSync(join(folder, 'store', 'mapreduce'))).toBe(false)
})

test('a key with more values than memory streams through reduce, in the order of the input', async () => {
  const table = await tm.mapReduce(rows(Array.from({ length: 40_000 }, (_, i) => ({ i }))), {
    *map(row) {
      yield ['hot', row.i] as const
    },
    reduce: (key, values) => {
      let [n, last, ordered] = [0, -1, true]
      for (const value of values) {
        if (value <= last) ordered = false
        last = value
        n++
      }
      return { key, n, ordered }
    },
    memory: 100_000,
    taskRows: 3000,
  })
  expect(await table.rows()).toEqual([{ key: 'hot', n: 40_000, ordered: true }])
  expect(table.report.shuffle.spilledRuns).toBeGreaterThan(10)
  expect(table.report.skew).toBe(16)
})

test('keys are dealt by partition and ordered by sort', async () => {
  const path = join(folder, 'ranged')
  const table = await tm.mapReduce(rows([5, 1, 9, 3, 7].map(x => ({ x }))), {
    *map(row) {
      yield [row.x, 1] as const
    },
    reduce: x => ({ x }),
    partition: (x, n) => (x < 5 ? n - 1 : 0),
    partitions: 2,
    sort: (a, b) => b - a,
    output: path,
  })
  expect(
    readdirSync(path)
      .sort()
      .map(name => readFileSync(join(path, name), 'utf8')),
  ).toEqual(['{"x":9}\n{"x":7}\n{"x":5}\n', '{"x":3}\n{"x":1}\n'])
  expect((await table.rows()).map(row => row.x)).toEqual([9, 7, 5, 3, 1])
  const wrong = tm.mapReduce(rows([{ x: 1 }]), {
    *map(row) {
      yield [row.x, 1] as const
    },
    reduce: x => ({ x }),
    partition: (_, n) => n,
  })
  expect((await failure(wrong)).message).toMatch(/partition must give a whole number from 0 to 15, not 16/)
})

test('output appears whole or not at all, and an old one is an error or replaced', async () => {
  const target = join(folder, 'out')
  const job = {
    *map(row: { x: number }) {
      yield [row.x, row.x] as const
    },
    reduce: (x: number) => {
      if (x === 2) throw new Error('no two')
      return { x }
    },
  }
  expect((await failure(tm.mapReduce(rows([{ x: 1 }, { x: 2 }]), { ...job, output: target }))).message).toMatch(
    /function reduce failed at key 2: no two/,
  )
  expect(readdirSync(folder).filter(name => name.includes('out'))).toEqual([])
  await tm.mapReduce(rows([{ x: 1 }]), { ...job, output: target })
  expect(await failure(tm.mapReduce(rows([{ x: 3 }]), { ...job, output: target }))).toMatchObject({ code: 'storage.exists' })
  const next = await tm.mapReduce(rows([{ x: 3 }]), { ...job, output: { folder: target, mode: 'replace' } })
  expect(await next.rows()).toEqual([{ x: 3 }])
  expect(readdirSync(folder).filter(name => name.includes('out'))).toEqual(['out'])
})

test('a user error names its line once, is not tried again, and may be', async () => {
  const path = textFile('1\n2\nx\n4\n')
  const job = {
    *map(line: string) {
      if (line === 'x') throw new Error('no number')
      yield ['sum', Number(line)] as const
    },
    reduce: (key: string, values: IteratorObject<number>) => ({ key, sum: values.reduce((a, b) => a + b) }),
  }
  const error = await failure(tm.mapReduce(lines(path, {}), { ...job, splitBytes: 3 }))
  expect(error).toMatchObject({ code: 'workers.function-failed', details: { task: 'map 2', attempts: 1 } })
  expect(error.message).toBe(`function map failed at line 3 of ${path.split('/').at(-1)}: no number`)
  const again = await failure(tm.mapReduce(lines(path), { ...job, retry: { attempts: 2, backoff: '1ms', on: 'all' } }))
  expect(again.message).toMatch(/line 3 of .* no number \(tried 2 times\)/)
  const row = await failure(
    tm.mapReduce(rows([{ x: '1' }, { x: 'x' }]), {
      ...job,
      map: (one: { x: string }) => {
        if (one.x === 'x') throw new Error('no number')
        return [['sum', 1] as const]
      },
      taskRows: 1,
    }),
  )
  expect(row.message).toMatch(/function map failed at row 2: no number/)
})

test('bad items are passed over and counted, or kept in a file, without their values unless asked for', async () => {
  const path = textFile('1\nsecret\n3\nhidden\n')
  const bad = join(folder, 'bad.ndjson')
  const job = {
    *map(line: string, { counter }: { counter: (name: string, by?: number) => void }) {
      counter('lines')
      yield ['seen', 1] as const
      if (!/^\d+$/.test(line)) throw new Error('no number')
      counter('total', Number(line))
      yield ['sum', Number(line)] as const
    },
    reduce: (key: string, values: IteratorObject<number>) => ({ key, n: values.reduce((a, b) => a + b) }),
    splitBytes: 4,
  }
  const skipped = await tm.mapReduce(lines(path), { ...job, onError: 'skip' })
  // What a bad line gave before it failed does not count.
  expect(await skipped.rows()).toEqual([
    { key: 'seen', n: 2 },
    { key: 'sum', n: 4 },
  ])
  expect(skipped.report).toMatchObject({ counters: { lines: 4, total: 4 }, failed: { map: 2, reduce: 0 } })
  await tm.mapReduce(lines(path), { ...job, onError: { quarantine: bad } })
  const kept = (): unknown[] =>
    readFileSync(bad, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
  expect(kept()).toEqual([2, 4].map(line => ({ phase: 'map', file: path, line, error: 'no number' })))
  await tm.mapReduce(lines(path), { ...job, onError: { quarantine: bad, values: 'shown' } })
  expect(kept()).toMatchObject([{ value: 'secret' }, { value: 'hidden' }])
})

test('a task whose thread dies is run again alone, and counted once', async () => {
  const marker = join(folder, 'died')
  const items = Array.from({ length: 6 }, (_, i) => ({ i, marker }))
  const table = await tm.mapReduce(rows(items), {
    *map(row, { counter }) {
      counter('rows')
      // A test's imports do not travel: the runner rewrites them.
      const fs = process.getBuiltinModule('node:fs')
      if (row.i === 3 && !fs.existsSync(row.marker)) {
        fs.writeFileSync(row.marker, '')
        process.exit(7)
      }
      yield ['n', 1 as number] as const
    },
    reduce: (key, values) => ({ key, n: values.reduce((a, b) => a + b) }),
    taskRows: 1,
    retry: { backoff: '1ms' },
  })
  expect(await table.rows()).toEqual([{ key: 'n', n: 6 }])
  expect(table.report.counters).toEqual({ rows: 6 })
  expect(table.report.tasks.filter(task => task.retries > 0).map(task => [task.name, task.retries])).toEqual([['map 4', 1]])
  const always = tm.mapReduce(rows(items), {
    map(row) {
      return row.i === 3 ? process.exit(7) : []
    },
    reduce: key => ({ key }),
    retry: { attempts: 2, backoff: '1ms' },
  })
  const error = await failure(always)
  expect(error.code).toBe('workers.died')
  expect(error.message).toMatch(/exit code 7 \(tried 2 times\)/)
})

test('a straggler is given to a second thread, and its result counted once', async () => {
  const marker = join(folder, 'slow')
  const items = Array.from({ length: 6 }, (_, i) => ({ i, marker }))
  const table = await tm.mapReduce(rows(items), {
    *map(row) {
      const fs = process.getBuiltinModule('node:fs')
      if (row.i === 2 && !fs.existsSync(row.marker)) {
        fs.writeFileSync(row.marker, '')
        // Not for ever: were there no second thread, the test would end, and fail.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000)
      }
      yield ['n', 1 as number] as const
    },
    reduce: (key, values) => ({ key, n: values.reduce((a, b) => a + b) }),
    taskRows: 1,
    speculation: { after: '50ms' },
  })
  expect(await table.rows()).toEqual([{ key: 'n', n: 6 }])
  expect(table.report.map.reissued).toBe(1)
  expect(table.report.tasks.find(task => task.reissued)).toMatchObject({ name: 'map 3', retries: 0 })
})

test('a function that never returns is stopped at its deadline and named, or its item is passed over', async () => {
  const path = textFile('a\nb\nstuck\nc\n')
  const job = {
    *map(line: string) {
      while (line === 'stuck');
      yield [line, 1] as const
    },
    reduce: (word: string) => ({ word }),
    deadline: '1s' as const,
  }
  const error = await failure(tm.mapReduce(lines(path), job))
  expect(error.code).toBe('mapreduce.deadline')
  expect(error.message).toMatch(/map 1 has not returned for 1 s at line 3 of text-\d+.txt: it was stopped/)
  const table = await tm.mapReduce(lines(path), { ...job, onError: 'skip' })
  expect((await table.rows()).map(row => row.word)).toEqual(['a', 'b', 'c'])
  expect(table.report.failed.map).toBe(1)
})

test('progress comes with the items of the tasks that run', async () => {
  const seen: JobProgress[] = []
  await tm.mapReduce(rows(Array.from({ length: 300 }, (_, i) => ({ i }))), {
    *map(row) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3)
      yield [row.i % 2, 1] as const
    },
    reduce: key => ({ key }),
    taskRows: 150,
    onProgress: progress => void seen.push(progress),
  })
  expect(seen.some(({ phase, items, done }) => phase === 'map' && items > 0 && done === 0)).toBe(true)
  expect(seen.at(-1)).toMatchObject({ phase: 'reduce', items: 2 })
})

test('an abort leaves nothing, and what a killed process left is taken away by the next job', async () => {
  const base = join(folder, 'store', 'mapreduce')
  const left = join(base, `${hostname().replace(/[^\w.]/g, '_')}-4194303-00000000-0000-4000-8000-000000000000`)
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'map-1-1-0.run'), 'x')
  const stop = new AbortController()
  const stuck = tm.mapReduce(rows(Array.from({ length: 30_000 }, (_, i) => ({ i }))), {
    *map(row) {
      if (row.i === 29_999) for (;;);
      yield [row.i, 'x'.repeat(100)] as const
    },
    reduce: key => ({ key }),
    memory: 100_000,
    signal: stop.signal,
    onProgress: () => {
      if (existsSync(left) || !readdirSync(base).some(name => readdirSync(join(base, name)).length > 3)) return
      stop.abort()
    },
  })
  expect((await failure(stuck)).code).toBe('engine.cancelled')
  expect(existsSync(base)).toBe(false)
})

test('options that are not right are told before anything runs', async () => {
  const source = rows([{ x: 1 }])
  const job = { map: () => [], reduce: () => ({}) }
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ partitons: 2 }, /unknown option of mapReduce: partitons/],
    [{ memory: '5 apples' }, /memory must be bytes such as '256MB'/],
    [{ deadline: 5 }, /deadline must be a duration such as '30s', not 5/],
    [{ onError: 'ignore' }, /onError must be fail, skip or \{ quarantine \}, not "ignore"/],
    [{ retry: { on: 'never' } }, /on must be lost or all/],
    [{ output: { folder: '' } }, /output must be the path of a folder/],
    [{ partitions: 0 }, /partitions must be a whole number from 1, not 0/],
  ]
  for (const [more, message] of cases) await expect(async () => tm.mapReduce(source, { ...job, ...more } as never)).rejects.toThrow(message)
})

test('a scaling report times parts of the input and numbers of workers', async () => {
  const path = textFile(randomText(2, 20_000))
  const report = await tm.scalingReport(lines(path), sum, { sizes: [0.25, 1], workers: [1, 2], rounds: 1 })
  expect(report.sizes.map(({ size, items }) => [size, items > 500])).toEqual([
    [0.25, true],
    [1, true],
  ])
  expect(report.sizes[1]?.items).toBe(readFileSync(path, 'utf8').trimEnd().split('\n').length)
  expect(report.workers.map(({ workers, speedUp }) => [workers, speedUp > 0])).toEqual([
    [1, true],
    [2, true],
  ])
  expect(Number.isFinite(report.exponent)).toBe(true)
  const table = await tm.scalingReport(
    rows(Array.from({ length: 100 }, (_, x) => ({ x }))),
    {
      *map(row) {
        yield [row.x, 1] as const
      },
      reduce: x => ({ x }),
    },
    { sizes: [0.1, 1], workers: [1], rounds: 1 },
  )
  expect(table.sizes.map(({ items }) => items)).toEqual([10, 100])
})

test('a job that was killed leaves no output, and what it wrote beside is swept by the next', async () => {
  const target = join(folder, 'killed')
  const program = `
    import { tidemill } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
    import { rows } from ${JSON.stringify(new URL('../connectors/index.ts', import.meta.url).href)}
    const tm = await tidemill({ workers: 1, folder: ${JSON.stringify(join(folder, 'store'))}, typesFile: false })
    await tm.mapReduce(rows([{ x: 1 }, { x: 2 }]), { *map(row) { yield [row.x, 1] }, reduce: x => { if (x === 2) process.kill(process.pid, 'SIGKILL'); return { x } }, partitions: 1, output: ${JSON.stringify(target)} })`
  const file = textFile(program, 'killed-job.mjs')
  await expect(promisify(execFile)(process.execPath, ['--conditions=tidemill-source', file])).rejects.toMatchObject({ signal: 'SIGKILL' })
  rmSync(file)
  expect(existsSync(target)).toBe(false)
  expect(readdirSync(folder).filter(name => name.includes('killed'))).toHaveLength(1)
  const done = await tm.mapReduce(rows([{ x: 1 }]), {
    *map(row) {
      yield [row.x, 1] as const
    },
    reduce: x => ({ x }),
    output: target,
  })
  expect(await done.rows()).toEqual([{ x: 1 }])
  expect(readdirSync(folder).filter(name => name.includes('killed'))).toEqual(['killed'])
  expect(await (await tm.read(ndjson(target))).count()).toBe(1)
})
