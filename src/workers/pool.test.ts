import { afterEach, expect, test } from 'vitest'
import { type Batch, batchFromRows, rowsOf } from '../batch/index.ts'
import { channels, listen, type TaskEvent } from '../channels/index.ts'
import { callSite } from '../errors/index.ts'
import { calendarDate, decimal, type Schema, schemaOf, timestampOf } from '../schema/index.ts'
import { type BatchTask, carve, type HostFunction, type Pool, pool } from './index.ts'
import { failure, reason } from '../../test/house/failure.ts'

const pools: Pool[] = []
function make(threads = 2): Pool {
  const made = pool({ threads })
  pools.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map(made => made.close()))
})

const schema: Schema = schemaOf({ x: 'float64' })
async function* batches(count: number, size: number, seen: number[] = []): AsyncGenerator<Batch> {
  for (let b = 0; b < count; b++) {
    seen.push(b)
    yield batchFromRows(
      schema,
      Array.from({ length: size }, (_, i) => ({ x: b * size + i })),
    )
  }
}
async function rows(output: AsyncIterable<Batch>): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = []
  for await (const batch of output) all.push(...(rowsOf(batch) as Record<string, unknown>[]))
  return all
}
function task(fn: HostFunction, more: Partial<BatchTask> = {}): BatchTask {
  return { fn, mode: 'each', concurrency: 4, ...more }
}
type X = { x: number }

test('rows come back in order, their columns learnt from the first batch', async () => {
  const learnt: Schema[] = []
  const fn = carve((row: X) => ({ x: row.x, twice: row.x * 2, name: `row ${row.x}` }), callSite())
  const made = await rows(make().mapBatches(task(fn, { learnt: found => learnt.push(found) }), batches(20, 7)))
  expect(made).toEqual(Array.from({ length: 140 }, (_, x) => ({ x, twice: x * 2, name: `row ${x}` })))
  expect(learnt).toEqual([
    [
      { name: 'x', type: 'float64', nullable: true },
      { name: 'twice', type: 'float64', nullable: true },
      { name: 'name', type: 'string', nullable: true },
    ],
  ])
})

test('a declared schema is what comes back, whatever else the rows hold', async () => {
  const fn = carve((row: X) => ({ extra: 'more', n: row.x }), callSite())
  const declared = schemaOf({ n: 'int32', absent: 'string?' })
  expect(await rows(make().mapBatches(task(fn, { declared }), batches(2, 2)))).toEqual([0, 1, 2, 3].map(n => ({ n, absent: null })))
})

test('a row makes many rows, or none; async functions keep the order', async () => {
  const many = carve(function* (row: X) {
    for (let i = 0; i < row.x % 3; i++) yield { x: row.x, i }
  }, callSite())
  const wanted = Array.from({ length: 10 }, (_, x) => Array.from({ length: x % 3 }, (_2, i) => ({ x, i }))).flat()
  expect(await rows(make().mapBatches(task(many, { mode: 'many' }), batches(5, 2)))).toEqual(wanted)
  const slow = carve(async (row: X) => {
    await new Promise(resolve => setTimeout(resolve, row.x % 2 === 0 ? 12 : 1))
    return { x: row.x }
  }, callSite())
  expect(await rows(make().mapBatches(task(slow), batches(2, 10)))).toEqual(Array.from({ length: 20 }, (_, x) => ({ x })))
  const asyncMany = carve(async function* (row: X) {
    yield { x: row.x }
    yield { x: -row.x }
  }, callSite())
  expect(await rows(make().mapBatches(task(asyncMany, { mode: 'many' }), batches(1, 2)))).toEqual([
    { x: 0 },
    { x: -0 },
    { x: 1 },
    { x: -1 },
  ])
})

test('no more than so many promises are in flight on a worker', async () => {
  const fn = carve(async (row: X) => {
    const state = globalThis as { inFlight?: number; most?: number }
    state.inFlight = (state.inFlight ?? 0) + 1
    state.most = Math.max(state.most ?? 0, state.inFlight)
    await new Promise(resolve => setTimeout(resolve, 2))
    state.inFlight--
    return { x: row.x, most: state.most }
  }, callSite())
  const made = await rows(make(1).mapBatches(task(fn, { concurrency: 3 }), batches(2, 20)))
  expect(Math.max(...made.map(row => Number(row['most'])))).toBe(3)
})

test('a function of batches sees columns and values of `with`', async () => {
  const fn = carve(
    (batch: { rows: number; column(name: string): ArrayLike<number> }, { rate }: { rate: number }) =>
      Array.from({ length: batch.rows }, (_, i) => ({ y: (batch.column('x')[i] ?? 0) * rate })),
    callSite(),
    { with: { rate: 10 } },
  )
  expect(await rows(make().mapBatches(task(fn, { mode: 'batch', declared: schemaOf({ y: 'float64' }) }), batches(2, 2)))).toEqual(
    [0, 10, 20, 30].map(y => ({ y })),
  )
})

test('a function that throws is named with the row of the whole input, and the stack of its own line', async () => {
  const fn = carve(function price(row: X) {
    if (row.x === 11) throw new RangeError('too dear')
    return row
  }, callSite())
  const error = await failure(rows(make().mapBatches(task(fn), batches(4, 5))))
  expect(error.code).toBe('workers.function-failed')
  expect(error.message).toMatch(/^function price at workers\/pool\.test\.ts:\d+:\d+ failed at row 12: too dear$/)
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'too dear' })
  expect((error.cause as Error).stack).toMatch(/pool\.test\.ts:\d+/)
  expect(error.details).toMatchObject({ function: 'price', row: 12 })
})

test('a row unlike the first ones is a misfit with its row, its value and a schema to paste', async () => {
  const text = carve((row: X) => ({ value: row.x === 8 ? 'eight' : row.x }), callSite())
  const error = await failure(rows(make().mapBatches(task(text), batches(4, 5))))
  expect(error.code).toBe('workers.misfit')
  expect(error.message).toMatch(/row 9, column value: "eight"/)
  expect(error.hint).toMatch(/schema: \{ value: 'float64\?' \}/)
  const more = carve((row: X) => (row.x === 8 ? { x: 1, extra: 'new' } : { x: 1 }), callSite())
  const added = await failure(rows(make().mapBatches(task(more), batches(4, 5))))
  expect(added.message).toMatch(/new column: extra = "new" in row 9 \(began with x\)/)
  expect(added.hint).toMatch(/extra: 'string\?'/)
  const many = carve((row: X) => [{ v: 1 }, { v: row.x === 8 ? 'eight' : 2 }], callSite())
  expect((await failure(rows(make().mapBatches(task(many, { mode: 'many' }), batches(4, 5))))).message).toMatch(/row 9, column v/)
})

test('what is no row is a misfit that says how to write one', async () => {
  const forgot = carve((row: X) => {
    void row
  }, callSite())
  const error = await failure(rows(make().mapBatches(task(forgot), batches(1, 2))))
  expect(error.code).toBe('workers.misfit')
  expect(error.message).toMatch(/gave no row, but undefined for row 1/)
  expect(error.hint).toContain('row => ({ ... })')
  const text = carve(() => 'abc', callSite())
  expect((await failure(rows(make().mapBatches(task(text, { mode: 'many' }), batches(1, 2))))).message).toContain(
    'gave "abc" instead of rows',
  )
})

// A thread that waits is as busy as one that computes, but needs no processor: the figure does not depend on what else the machine does.
test('work is shared out: two threads take half the time of one', async () => {
  const block = carve((row: X) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    return { x: row.x }
  }, callSite())
  const time = async (threads: number): Promise<number> => {
    const workers = make(threads)
    await rows(workers.mapBatches(task(block, { declared: schema }), batches(2 * threads, 1)))
    const start = performance.now()
    expect(await rows(workers.mapBatches(task(block, { declared: schema }), batches(24, 1)))).toHaveLength(24)
    return performance.now() - start
  }
  const [one, two] = [await time(1), await time(2)]
  expect(one).toBeGreaterThan(24 * 50 - 50)
  expect(two).toBeLessThan(0.75 * one)
})

test('no more than two batches a thread are taken from the source before their results are read', async () => {
  const seen: number[] = []
  const fn = carve((row: X) => row, callSite())
  const output = make(2)
    .mapBatches(task(fn, { declared: schema }), batches(100, 2, seen))
    [Symbol.asyncIterator]()
  await output.next()
  expect(seen.length).toBeLessThanOrEqual(5)
  await output.return?.()
})

test('an abort rejects at once, though a thread is in an endless loop, and the pool works on', async () => {
  const workers = make(1)
  const stop = new AbortController()
  const loop = carve((row: X) => {
    for (;;) if (row.x < 0) return row
  }, callSite())
  const running = reason(rows(workers.mapBatches(task(loop), batches(3, 2), { signal: stop.signal })))
  setTimeout(() => stop.abort(new Error('enough')), 200)
  const started = performance.now()
  expect(await running).toMatchObject({ message: 'enough' })
  expect(performance.now() - started).toBeLessThan(5000)
  const fine = carve((row: X) => row, callSite())
  expect(await rows(workers.mapBatches(task(fine), batches(1, 2)))).toEqual([{ x: 0 }, { x: 1 }])
  expect(await reason(workers.call(fine, 1, { signal: AbortSignal.abort(new Error('before')) }))).toMatchObject({ message: 'before' })
})

test('an abort does not harm what waits behind it on the same thread', async () => {
  const workers = make(1)
  const stop = new AbortController()
  const loop = carve((x: number) => {
    for (;;) if (x < 0) return x
  }, callSite())
  const twice = carve((x: number) => x * 2, callSite())
  const stuck = reason(workers.call(loop, 1, { signal: stop.signal }))
  const waiting = [workers.call<number>(twice, 1), workers.call<number>(twice, 2), workers.call<number>(twice, 3)]
  setTimeout(() => stop.abort(new Error('enough')), 100)
  expect(await stuck).toMatchObject({ message: 'enough' })
  expect(await Promise.all(waiting)).toEqual([2, 4, 6])
})

test('a thread that ends is contained, named, and replaced', async () => {
  const workers = make(2)
  const exit = carve((row: X) => {
    if (row.x === 3) process.exit(5)
    return row
  }, callSite())
  const error = await failure(rows(workers.mapBatches(task(exit), batches(4, 2))))
  expect(error.code).toBe('workers.died')
  expect(error.message).toMatch(/^worker \d ended unexpectedly while it ran .+ 2 \(at workers\/pool\.test\.ts:\d+:\d+\): exit code 5$/)
  const later = carve(async (row: X) => {
    setTimeout(() => {
      throw new Error('later')
    }, 1)
    await new Promise(resolve => setTimeout(resolve, 1000))
    return row
  }, callSite())
  expect((await failure(rows(workers.mapBatches(task(later), batches(1, 2))))).message).toMatch(/later$/)
  const fine = carve((row: X) => row, callSite())
  expect(await rows(workers.mapBatches(task(fine), batches(2, 2)))).toHaveLength(4)
})

const hogs = {
  objects: carve(() => {
    const all: unknown[] = []
    for (let i = 0; ; i++) all.push({ i, s: `x${i}` })
  }, callSite()),
  // V8 13 optimises the check of this loop away, see stoppable.ts.
  arrays: carve(() => {
    const all: unknown[] = []
    for (;;) all.push(new Array(1000).fill(1))
  }, callSite()),
  buffers: carve(() => {
    const all: unknown[] = []
    for (;;) all.push(new Float64Array(1e7))
  }, callSite()),
}
for (const [name, hog] of Object.entries(hogs))
  test(`a thread at its limit of memory is contained: ${name}`, async () => {
    const workers = pool({ threads: 1, memoryMb: 100 })
    pools.push(workers)
    const error = await failure(workers.call(hog, 1))
    expect(error.code).toBe('workers.died')
    expect(error.hint).toContain('memory')
    expect(error.message).toMatch(name === 'buffers' ? /buffers grew to \d+ MiB \(limit 1024\)/ : /heap grew to \d+ MiB \(limit 100\)/)
    expect(
      await workers.call(
        carve((x: number) => x + 1, callSite()),
        1,
      ),
    ).toBe(2)
  }, 60_000)

test('a loop that V8 optimises most is ended with its pool', async () => {
  const workers = make(1)
  const endless = failure(
    workers.call(
      carve(() => {
        for (;;) new Array(1000).fill(1)
      }, callSite()),
      1,
    ),
  )
  // Long enough to be optimised.
  await new Promise(resolve => setTimeout(resolve, 1000))
  await workers.close()
  expect((await endless).code).toBe('workers.closed')
}, 20_000)

test('one job that kills its thread does not take the one behind it along', async () => {
  const workers = make(1)
  const exit = carve(() => process.exit(1), callSite())
  const twice = carve((x: number) => x * 2, callSite())
  const killed = failure(workers.call(exit, 0))
  const fine = workers.call<number>(twice, 4)
  expect((await killed).code).toBe('workers.died')
  expect(await fine).toBe(8)
})

test('a closed pool says so, also to those who wait', async () => {
  const workers = make(1)
  const slow = carve(async () => {
    await new Promise(resolve => setTimeout(resolve, 10_000))
  }, callSite())
  const waiting = [failure(workers.call(slow, 1)), failure(workers.call(slow, 2)), failure(workers.call(slow, 3))]
  await workers.close()
  await workers.close()
  for (const error of await Promise.all(waiting)) expect(error.code).toBe('workers.closed')
  expect((await failure(workers.call(slow, 1))).code).toBe('workers.closed')
  expect((await failure(rows(workers.mapBatches(task(slow), batches(1, 1))))).code).toBe('workers.closed')
})

test('what cannot be cloned is named', async () => {
  const workers = make(1)
  const twice = carve((x: number) => x * 2, callSite())
  expect((await failure(workers.call(twice, { f: () => 1 }))).code).toBe('workers.not-cloneable')
  const gives = carve(() => () => 1, callSite())
  expect((await failure(workers.call(gives, 1))).code).toBe('workers.not-cloneable')
  expect(await workers.call(twice, 3)).toBe(6)
  class Rate {
    readonly by = 2
    twice(): number {
      return this.by * 2
    }
  }
  const given: readonly (readonly [object, RegExp])[] = [
    [{ rate: () => 1 }, /rate is a function/],
    [{ deep: { list: [1, new Rate()] } }, /deep\.list\[1\] is an instance of Rate/],
    [{ mark: Symbol('x') }, /mark is a symbol/],
    [{ later: Promise.resolve(1) }, /later is a promise/],
    [{ map: new Map([['a', new WeakMap()]]) }, /map\[1\] is an instance of WeakMap/],
  ]
  for (const [values, wanted] of given) {
    const making = failure((async () => carve((x: number) => x, callSite(), { with: values }))())
    expect(await making).toMatchObject({ code: 'workers.not-cloneable', message: expect.stringMatching(wanted) })
  }
  const fine = {
    list: [1, 'a', null, new Date(0), /x/u, 5n],
    map: new Map([['a', new Set([1])]]),
    bytes: new Float64Array(2),
    none: undefined,
  }
  const echo = carve((_: unknown, values: unknown) => values, callSite(), { with: fine })
  expect(await workers.call(echo, 0)).toEqual(fine)
})

test('instants, days and decimals keep what they are on the way and back', async () => {
  const inspect = carve(
    (rows: { at: { epochMicros: bigint }; day: object; price: { toNumber(): number } }[]) => ({
      text: rows.map(row => `${row.at.epochMicros} ${String(row.day)} ${row.price.toNumber()}`),
      rows,
    }),
    callSite(),
  )
  const rows = [{ at: timestampOf(1_000_001n), day: calendarDate(2026, 11, 21), price: decimal(1250n, 2) }]
  const answer = await make(1).call<{ text: string[]; rows: typeof rows }>(inspect, rows)
  expect(answer.text).toEqual(['1000001 2026-11-21 12.5'])
  expect(answer.rows).toEqual(rows)
  expect(String(answer.rows[0]?.price)).toBe('12.50')
})

test('task events tell the worker, the phase and the rows', async () => {
  const events: TaskEvent[] = []
  const stop = listen(channels.task, event => events.push(event))
  const workers = make(2)
  const nap = carve(async (row: X) => {
    await new Promise(resolve => setTimeout(resolve, 20))
    return row
  }, callSite())
  await rows(workers.mapBatches(task(nap, { declared: schema }), batches(6, 3), { run: 'r1' }))
  stop()
  const mine = events.filter(event => event.run === 'r1')
  expect(mine.filter(event => event.phase === 'start')).toHaveLength(6)
  expect(mine.filter(event => event.phase === 'end')).toHaveLength(6)
  expect(new Set(mine.map(event => event.worker))).toEqual(new Set([1, 2]))
  expect(mine.every(event => event.rows === 3)).toBe(true)
  expect(mine.filter(event => event.phase === 'end').every(event => (event.ms ?? 0) > 0)).toBe(true)
})

test('the batches given are still whole afterwards', async () => {
  const kept: Batch[] = []
  async function* source(): AsyncGenerator<Batch> {
    for await (const batch of batches(3, 4)) {
      kept.push(batch)
      yield batch
    }
  }
  const same = carve((row: X) => row, callSite())
  await rows(make().mapBatches(task(same), source()))
  expect(kept.flatMap(batch => rowsOf(batch))).toEqual(Array.from({ length: 12 }, (_, x) => ({ x })))
})
