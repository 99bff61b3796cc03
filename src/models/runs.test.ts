import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Batch, batchFromRows, type Column, columnFrom, concatBatches, sliceRows } from '../batch/index.ts'
import { rows } from '../connectors/index.ts'
import { describeValue, renderTerminal } from '../display/index.ts'
import { linearRegression } from '../ml/index.ts'
import type { Schema } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { openWorkspace, type Run, type Workspace } from './index.ts'
import { readCodeState } from '../telemetry/index.ts'
import { digestBatches } from './runs/data-digest.ts'

let base: string
let count = 0
let workspace: Workspace
let tm: Session

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-runs-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(base, 'session') })
})
beforeEach(async () => {
  workspace = await openWorkspace(join(base, `workspace-${count++}`))
  return () => workspace.close()
})
afterAll(async () => {
  await tm.close()
  await rm(base, { recursive: true, force: true })
})

const points = [0, 1, 2, 3].map(x => ({ x, y: 2 * x + 1 }))

test('a run keeps what it logged, the data, the model it made, and where it ran', async () => {
  const table = await tm.read(rows(points))
  const run = await workspace.experiment('price').run(async run => {
    run.param({ intercept: true, rows: 4, note: 'all' })
    await run.data('train', table)
    const model = await linearRegression().fit(table, { target: 'y' })
    run.log(await model.evaluate(table))
    run.log({
      confusion: {
        labels: ['a', 'b'],
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
      positive: 'b',
      curve: Float64Array.of(1, Number.POSITIVE_INFINITY),
      none: null,
      left: undefined,
    })
    return model
  })
  expect(run.model.predict({ x: 10 })).toEqual({ prediction: 21 })
  const kept = await workspace.runs.get(run.id)
  expect(JSON.stringify(kept)).toBe(JSON.stringify({ ...run, model: undefined }))
  expect(kept).toMatchObject({
    experiment: 'price',
    status: 'finished',
    failure: undefined,
    params: { intercept: true, rows: 4, note: 'all' },
    details: {
      confusion: {
        labels: ['a', 'b'],
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
      positive: 'b',
      curve: [1, Number.POSITIVE_INFINITY],
      none: null,
    },
    learnt: { kind: 'linearRegression', role: 'regressor', features: ['x'], target: 'y', rows: 4 },
    environment: { tidemill: '0.1.0', node: process.versions.node, platform: process.platform },
  })
  expect(kept.metrics).toHaveProperty('rows', 4)
  expect(Object.keys(kept.details)).not.toContain('left')
  expect(kept.ended?.getTime()).toBeGreaterThanOrEqual(kept.started.getTime())
  expect(kept.data).toEqual([
    { name: 'train', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ])
  for (const value of [kept, run, await workspace.runs.list(), workspace.runs, workspace.experiment('price')])
    expect(renderTerminal(describeValue(value), { width: 200, color: false })).toMatch(/price|runs in/)
})

test('a model that a run returned is registered with that run and its metrics', async () => {
  const table = await tm.read(rows(points))
  const run = await workspace.experiment('price').run(async run => {
    run.log({ mse: 0.5 })
    run.log({ mse: 0.25 })
    return linearRegression().fit(table, { target: 'y' })
  })
  const version = await workspace.models.register('price', run.model)
  expect([version.run, version.metrics]).toEqual([run.id, { mse: 0.25 }])
  const own = await workspace.models.register('price', run.model, { run, metrics: { mse: 1 } })
  expect([own.run, own.metrics]).toEqual([run.id, { mse: 1 }])
  const other = await linearRegression().fit(table, { target: 'y' })
  expect((await workspace.models.register('price', other)).run).toBeUndefined()
})

test('a run that throws is kept as failed, with the message and what it logged, and the error goes on', async () => {
  const mistake = new Error('out of luck')
  const going = workspace.experiment('price').run(run => {
    run.log({ loss: 3 })
    throw mistake
  })
  expect(await going.catch((error: unknown) => error)).toBe(mistake)
  expect(await workspace.runs.list()).toMatchObject([{ status: 'failed', failure: 'out of luck', metrics: { loss: 3 }, learnt: undefined }])
})

test('every logged value is a point, the last one the metric; NaN and infinities come back', async () => {
  const losses = [Number.NaN, Number.POSITIVE_INFINITY, -0.5, 1e-300]
  const run = await workspace.experiment('price').run(run => {
    for (const [step, loss] of losses.entries()) run.log({ loss, other: step }, { step: step * 10 })
    run.log({ loss: Number.NEGATIVE_INFINITY })
  })
  const found = await workspace.runs.points(run.id, 'loss')
  expect(found.map(point => point.value)).toEqual([...losses, Number.NEGATIVE_INFINITY])
  expect(found.map(point => point.step)).toEqual([0, 10, 20, 30, undefined])
  expect((await workspace.runs.get(run.id)).metrics).toEqual({ loss: Number.NEGATIVE_INFINITY, other: 3 })
  await expect(workspace.runs.points(run.id, 'los')).rejects.toMatchObject({
    message: expect.stringContaining('have loss, other'),
    hint: 'did you mean loss?',
  })
})

test('a loop of many steps is all written down', async () => {
  const run = await workspace.experiment('long').run(async run => {
    for (let step = 0; step < 30_000; step++) {
      run.log({ loss: 1 / (step + 1) }, { step })
      if (step % 1000 === 0) await Promise.resolve()
    }
  })
  const found = await workspace.runs.points(run.id, 'loss')
  expect(found.length).toBe(30_000)
  expect(found.every(({ step, value }, i) => step === i && value === 1 / (i + 1))).toBe(true)
})

test('what is no plain data cannot be logged, and the message says where it is', async () => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ f: () => 1 }, /f is a function/],
    [{ a: { b: [1, { c: new Map() }] } }, /a\.b\[1\]\.c is a Map/],
    [{ n: 5n }, /n is 5/],
    [{ s: Symbol('x') }, /s is a symbol/],
    [{ d: new Date(0) }, /d is the date/],
    [{ loop }, /loop\.self holds itself/],
    [[1, 2], /not an array/],
    [{ '': 1 }, /1 to 200 characters/],
    [5, /not 5/],
  ]
  await workspace.experiment('price').run(run => {
    for (const [value, message] of wrong) expect(() => run.log(value as object), String(message)).toThrow(message)
    expect(() => run.log({ good: 1, bad: () => 1, worse: 1n })).toThrow(/bad is a function; worse is 1/)
    expect(() => run.log({ x: 1 }, { step: 1.5 })).toThrow(/step must be a whole number/)
    run.param({ trees: 100 })
    run.param({ trees: 100 })
    expect(() => run.param({ trees: 200 })).toThrow('trees is 100 already, not 200')
    expect(() => run.param({ grid: [1] as never })).toThrow(/grid must be a text, a number or a boolean/)
  })
  const [kept] = await workspace.runs.list()
  expect([kept?.metrics, kept?.params]).toEqual([{}, { trees: 100 }])
  await expect(workspace.experiment('price').run(5 as never)).rejects.toMatchObject({ code: 'models.argument' })
})

test('a run that has ended takes nothing more', async () => {
  let late: Run | undefined
  await workspace.experiment('price').run(run => {
    late = run
  })
  expect(() => late?.log({ loss: 1 })).toThrow('run has ended')
  expect(() => late?.param({ a: 1 })).toThrow('run has ended')
})

test('files of a run come back as they were written, and are not written over', async () => {
  const run = await workspace.experiment('price').run(async run => {
    expect(await run.artifact('report.html', '<p>é</p>')).toMatchObject({ name: 'report.html', bytes: 9 })
    await run.artifact('raw.bin', Uint8Array.of(0, 255))
    await expect(run.artifact('raw.bin', 'x')).rejects.toMatchObject({
      code: 'models.argument',
      message: expect.stringContaining('raw.bin'),
    })
    for (const name of ['../raw.bin', '/etc/passwd', 'a/b'])
      await expect(run.artifact(name, 'x')).rejects.toMatchObject({ code: 'models.bad-name' })
    await expect(run.artifact('x', 5 as never)).rejects.toMatchObject({ code: 'models.argument' })
  })
  expect([...(await workspace.runs.artifact(run.id, 'raw.bin'))]).toEqual([0, 255])
  expect(await readFile(join(workspace.folder, 'runs', run.id, 'report.html'), 'utf8')).toBe('<p>é</p>')
  expect(run.artifacts.map(file => file.name)).toEqual(['raw.bin', 'report.html'])
  await expect(workspace.runs.artifact(run.id, 'raw')).rejects.toMatchObject({
    message: expect.stringContaining('have raw.bin, report.html'),
  })
})

test('runs are listed the newest first, by experiment and up to a limit', async () => {
  for (const [index, name] of ['a', 'b', 'a', 'b', 'a'].entries())
    await workspace.experiment(name).run(run => {
      run.param({ index })
    })
  const order = async (options?: { experiment?: string; limit?: number }): Promise<number[]> =>
    (await workspace.runs.list(options)).map(run => Number(run.params['index']))
  expect((await order()).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
  expect((await order({ experiment: 'a' })).toSorted((a, b) => a - b)).toEqual([0, 2, 4])
  expect(await order({ limit: 2 })).toHaveLength(2)
  const started = (await workspace.runs.list()).map(run => run.started.getTime())
  expect(started).toEqual(started.toSorted((a, b) => b - a))
  await expect(workspace.runs.list({ limit: 0 })).rejects.toMatchObject({ code: 'models.argument' })
  await expect(workspace.runs.get('nowhere')).rejects.toMatchObject({
    code: 'models.unknown-run',
    message: expect.stringContaining('unknown run: nowhere'),
  })
})

test('several runs at once keep their own', async () => {
  const runs = await Promise.all(
    [1, 2, 3, 4].map(n =>
      workspace.experiment('many').run(async run => {
        for (let step = 0; step < 50; step++) {
          run.log({ n: n * 1000 + step }, { step })
          await Promise.resolve()
        }
        return n
      }),
    ),
  )
  for (const run of runs) {
    const found = await workspace.runs.points(run.id, 'n')
    expect(found.map(point => point.value)).toEqual(Array.from({ length: 50 }, (_, step) => run.model * 1000 + step))
  }
})

test('the commit of the working folder is known, with its branch and whether files differ; without git it is not there', async () => {
  const git = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false', ...args])
  const folder = await mkdtemp(join(base, 'git-'))
  expect(await readCodeState(folder)).toBeUndefined()
  await git('init', '--quiet', '--initial-branch=trunk')
  expect(await readCodeState(folder)).toBeUndefined()
  await writeFile(join(folder, 'a.txt'), 'a')
  await git('add', 'a.txt')
  await git('commit', '--quiet', '-m', 'first')
  expect(await readCodeState(folder)).toEqual({ commit: expect.stringMatching(/^[0-9a-f]{40}$/), branch: 'trunk', dirty: false })
  await writeFile(join(folder, 'a.txt'), 'b')
  expect((await readCodeState(folder))?.dirty).toBe(true)
  await git('checkout', '--quiet', '--detach', '--force')
  expect(await readCodeState(folder)).toMatchObject({ branch: undefined, dirty: false })
  // What a run writes is no change of the code.
  await mkdir(join(folder, 'inner/.tidemill[1]'), { recursive: true })
  await writeFile(join(folder, 'inner/.tidemill[1]/x'), 'x')
  expect((await readCodeState(join(folder, 'inner'), join(folder, 'inner/.tidemill[1]')))?.dirty).toBe(false)
  expect((await readCodeState(folder, join(folder, 'inner/.tidemill[1]')))?.dirty).toBe(false)
  expect((await readCodeState(folder, join(base, 'elsewhere')))?.dirty).toBe(true)
  await writeFile(join(folder, 'inner/new.ts'), 'x')
  expect((await readCodeState(folder, join(folder, 'inner/.tidemill[1]')))?.dirty).toBe(true)
})

const schema: Schema = [
  { name: 'i', type: 'int64', nullable: true },
  { name: 'f', type: 'float64', nullable: true },
  { name: 's', type: 'string', nullable: true },
  { name: 'b', type: 'boolean', nullable: true },
  { name: 'l', type: { list: 'string' }, nullable: true },
  { name: 'd', type: { decimal: [10, 2] }, nullable: true },
]
const sample = Array.from({ length: 40 }, (_, i) => ({
  i: i % 7 === 3 ? null : i,
  f: i % 5 === 0 ? null : i / 3,
  s: i % 4 === 1 ? null : 'né'.repeat(i % 3),
  b: i % 6 === 0 ? null : i % 2 === 0,
  l: i % 8 === 0 ? null : Array.from({ length: i % 3 }, (_, k) => (k === 1 ? null : `x${i}`)),
  d: null,
}))

async function digest(batches: readonly Batch[]): Promise<string> {
  async function* each(): AsyncIterable<Batch> {
    yield* batches
  }
  return (await digestBatches(each(), schema)).sha256
}

test('the digest of data does not depend on how the rows are cut, and changes with any value', async () => {
  const whole = batchFromRows(schema, sample)
  const expected = await digest([whole])
  for (const size of [1, 3, 7, 8, 39]) {
    const parts: Batch[] = []
    for (let from = 0; from < sample.length; from += size) parts.push(sliceRows(whole, from, from + size))
    expect(await digest(parts), `parts of ${size}`).toBe(expected)
    expect(await digest([concatBatches(schema, parts)])).toBe(expected)
  }
  const changes: readonly ((rows: Record<string, unknown>[]) => void)[] = [
    rows => void ((rows[10] as { i: number }).i = 999),
    rows => void ((rows[11] as { i: null }).i = null),
    rows => void ((rows[1] as { f: number }).f = 0.25),
    // The same letters, cut elsewhere.
    rows => {
      ;(rows[2] as { s: string }).s = 'nén'
      ;(rows[3] as { s: string }).s = 'é'
    },
    rows => void ((rows[5] as { l: unknown }).l = []),
    // What a NULL stands on is a zero, or nothing.
    rows => void ((rows[0] as { f: number }).f = 0),
    rows => void ((rows[1] as { s: string }).s = ''),
    rows => void rows.pop(),
    rows => void rows.reverse(),
  ]
  const seen = new Set([expected])
  for (const change of changes) {
    const changed = structuredClone(sample)
    change(changed)
    seen.add(await digest([batchFromRows(schema, changed)]))
  }
  expect(seen.size).toBe(changes.length + 1)
})

test('what lies under a NULL, and whether texts stand in a dictionary, does not change the digest of data', async () => {
  const whole = batchFromRows(schema, sample)
  const expected = await digest([whole])
  const [, floats, texts] = whole.columns
  if (floats === undefined || texts === undefined) throw new Error('the sample has no such columns')
  const other = Float64Array.from(floats.data as Float64Array, (value, i) => (i % 5 === 0 ? 99 : value))
  expect(await digest([{ ...whole, columns: whole.columns.with(1, { ...floats, data: other }) }])).toBe(expected)
  const coded: Column = {
    type: 'string',
    length: whole.rows,
    data: Int32Array.from({ length: whole.rows }, (_, i) => i % 3),
    validity: texts.validity,
    dictionary: columnFrom('string', ['', 'né', 'néné']),
  }
  expect(await digest([{ ...whole, columns: whole.columns.with(2, coded) }])).toBe(expected)
})

test('the digest of a table is that of its rows, whatever plan gives them', async () => {
  const table = await tm.read(rows(points))
  const run = await workspace.experiment('data').run(async run => {
    await run.data('all', table)
    await run.data(
      'same',
      table.filter(r => r.x.gte(0)),
    )
    await run.data(
      'fewer',
      table.filter(r => r.x.gt(0)),
    )
  })
  const { all, same, fewer } = Object.fromEntries(run.data.map(one => [one.name, one]))
  expect(all?.sha256).toBe(same?.sha256)
  expect(all?.fingerprint).not.toBe(same?.fingerprint)
  expect([all?.rows, fewer?.rows]).toEqual([4, 3])
  expect(fewer?.sha256).not.toBe(all?.sha256)
})
