import { afterEach, expect, test } from 'vitest'
import { type Batch, batchFromRows, rowsOf } from '../batch/index.ts'
import { callSite } from '../errors/index.ts'
import { type Schema, schemaOf } from '../schema/index.ts'
import { type BatchTask, carve, type Fault, type FaultPolicy, type Pool, pool } from './index.ts'
import { failure } from '../../test/house/failure.ts'

const pools: Pool[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map(made => made.close()))
})
const schema: Schema = schemaOf({ x: 'int32' })
async function* batches(count: number, size: number): AsyncGenerator<Batch> {
  for (let b = 0; b < count; b++)
    yield batchFromRows(
      schema,
      Array.from({ length: size }, (_, i) => ({ x: b * size + i })),
    )
}
type X = { x: number }

/** What comes back of 3 batches of 10 rows, 0 to 29, and what was left out. */
async function run(
  fn: Function,
  policy: FaultPolicy,
  more: Partial<BatchTask> = {},
): Promise<{ readonly xs: readonly number[]; readonly faults: readonly Fault[] }> {
  const made = pool({ threads: 2 })
  pools.push(made)
  const faults: Fault[] = []
  const xs: number[] = []
  const task: BatchTask = {
    fn: carve(fn, callSite(), { name: 'score' }),
    mode: 'each',
    concurrency: 4,
    declared: schema,
    policy,
    fault: fault => void faults.push(fault),
    ...more,
  }
  for await (const batch of made.mapBatches(task, batches(3, 10))) xs.push(...(rowsOf(batch) as X[]).map(row => row.x))
  return { xs, faults }
}
const allBut = (...left: readonly number[]): number[] => Array.from({ length: 30 }, (_, x) => x).filter(x => !left.includes(x))

function picky(row: X): X {
  if (row.x % 10 === 7) throw new Error(`no sevens`)
  return row
}
async function pickyLater(row: X): Promise<X> {
  await new Promise(resolve => setTimeout(resolve, 1))
  return picky(row)
}
function endless(row: X): X {
  if (row.x === 13 || row.x === 15) for (;;);
  return row
}
async function neverDone(row: X): Promise<X> {
  if (row.x === 13) await new Promise(() => undefined)
  return row
}
async function blocksLater(row: X): Promise<X> {
  await Promise.resolve()
  if (row.x === 13) for (;;);
  return row
}

test('rows on which a function throws are left out, with their numbers', async () => {
  for (const fn of [picky, pickyLater]) {
    const { xs, faults } = await run(fn, { onError: 'skip' })
    expect(xs).toEqual(allBut(7, 17, 27))
    expect(faults.map(fault => [fault.row, fault.code, fault.values])).toEqual(
      [8, 18, 28].map(row => [row, 'workers.function-failed', undefined]),
    )
    expect(faults[0]?.message).toMatch(/^function \w+ at .*faults\.test\.ts:\d+:\d+ failed at row 8: no sevens$/)
  }
})

test('rows for a quarantine come with their values', async () => {
  const { faults } = await run(picky, { onError: 'quarantine', path: 'bad.ndjson' })
  expect(faults.map(fault => fault.values)).toEqual(['{"x":7}', '{"x":17}', '{"x":27}'])
})

test('an error names the row and hides its values unless they are asked for', async () => {
  const hidden = await failure(run(picky, { onError: 'fail' }))
  expect(hidden).toMatchObject({ code: 'workers.function-failed', details: { row: 8 } })
  expect(JSON.stringify(hidden)).not.toContain('"x":7')
  const shown = await failure(run(picky, { onError: 'fail', showValues: true }))
  expect(shown.message).toContain('failed at row 8: no sevens (values: {"x":7})')
  expect(shown.details).toMatchObject({ values: '{"x":7}' })
})

test('results that do not fit the columns are left out like rows that throw', async () => {
  const odd = (row: X): object | undefined => (row.x === 3 ? { x: 'three' } : row.x === 4 ? undefined : row)
  const { xs, faults } = await run(odd, { onError: 'skip' })
  expect(xs).toEqual(allBut(3, 4))
  expect(faults.map(fault => [fault.row, fault.code])).toEqual([
    [4, 'workers.misfit'],
    [5, 'workers.misfit'],
  ])
})

test('of flatMap all results of a row are left out; of mapBatches all rows of its batch', async () => {
  const twice = (row: X): X[] => (row.x === 5 ? [row, { x: 'five' as never }] : [row, row])
  const many = await run(twice, { onError: 'skip' }, { mode: 'many' })
  expect(many.xs).toEqual(allBut(5).flatMap(x => [x, x]))
  const whole = (batch: Iterable<X>): X[] => [...batch].map(picky)
  const batch = await run(whole, { onError: 'quarantine', path: 'bad.ndjson' }, { mode: 'batch' })
  expect(batch.xs).toEqual([])
  expect(batch.faults.map(({ row, last }) => [row, last])).toEqual([
    [1, 10],
    [11, 20],
    [21, 30],
  ])
  expect(JSON.parse(batch.faults[1]?.values ?? '')).toHaveLength(10)
})

test('a function that never returns is stopped at its deadline, which names the row', async () => {
  for (const fn of [endless, neverDone, blocksLater]) {
    const error = await failure(run(fn, { onError: 'fail', timeoutMs: 200 }))
    expect(error).toMatchObject({ code: 'workers.deadline', details: { row: 14 } })
    expect(error.message).toMatch(/^function \w+ at .* was not done after 200 ms with row 14$/)
  }
})

test('rows that are never done are left out and the others still come', async () => {
  const loops = await run(endless, { onError: 'quarantine', path: 'bad.ndjson', timeoutMs: 150 })
  expect(loops.xs).toEqual(allBut(13, 15))
  expect(loops.faults.map(fault => [fault.row, fault.code, fault.values])).toEqual([
    [14, 'workers.deadline', '{"x":13}'],
    [16, 'workers.deadline', '{"x":15}'],
  ])
  expect((await run(neverDone, { onError: 'skip', timeoutMs: 150 })).xs).toEqual(allBut(13))
  expect((await run(blocksLater, { onError: 'skip', timeoutMs: 150 })).xs).toEqual(allBut(13))
})
