import { expect, test } from 'vitest'
import { batchFromRows, jsonRowsOf, rowsOf, sliceRows } from '../batch/index.ts'
import type { TidemillError } from '../errors/index.ts'
import { calendarDate, decimal, type Schema, schemaOf, timestampOf } from '../schema/index.ts'
import { seededRandom } from '../time/index.ts'
import type { AnyFunction } from './load-function.ts'
import type { BatchAnswer, BatchWork } from './protocol.ts'
import { runBatch } from './run-batch.ts'
import { canRunLoop } from './run-loop.ts'
import type { FaultPolicy } from './seams.ts'

let made = 0
function work(input: Schema, rows: readonly object[], schema: Schema, more: Partial<BatchWork> = {}): BatchWork {
  const batch = batchFromRows(input, rows)
  return { kind: 'batch', mode: 'each', concurrency: 2, batch, firstRow: 11, schema, learnt: false, ...more }
}
async function run(call: AnyFunction, given: BatchWork): Promise<BatchAnswer | TidemillError> {
  try {
    return await runBatch({ name: 'f', module: '', hash: `hash ${++made}` }, call, given)
  } catch (error) {
    return error as TidemillError
  }
}
/** The same by the code that has no loop: a deadline keeps it out. */
const slow = (given: BatchWork): BatchWork => ({ ...given, policy: { onError: 'fail', ...given.policy, timeoutMs: 1e9 } })

function shown(answer: BatchAnswer | TidemillError): unknown {
  if (answer instanceof Error) return { code: answer.code, message: answer.message, hint: answer.hint, details: answer.details }
  return { rows: answer.batch === undefined ? undefined : jsonRowsOf(answer.batch), faults: answer.faults }
}
async function both(call: AnyFunction, given: BatchWork): Promise<unknown> {
  expect(canRunLoop(given)).toBe(true)
  expect(canRunLoop(slow(given))).toBe(false)
  const fast = shown(await run(call, given))
  expect(fast).toEqual(shown(await run(call, slow(given))))
  return fast
}

const every = schemaOf({
  flag: 'boolean?',
  tiny: 'int8?',
  small: 'uint16?',
  whole: 'int32?',
  long: 'int64?',
  big: 'bigint?',
  single: 'float32?',
  number: 'float64?',
  text: 'string?',
  day: 'date?',
  at: 'timestamp?',
  money: 'decimal(12,2)?',
})

test('rows through the loop are what they are without it, for values and NULLs of every kind', async () => {
  const random = seededRandom(7)
  const maybe = <T>(value: T): T | null => (random.next() < 0.2 ? null : value)
  const rows = Array.from({ length: 500 }, (_, i) => ({
    flag: maybe(i % 3 === 0),
    tiny: maybe((i % 256) - 128),
    small: maybe(i * 100),
    whole: maybe(i % 2 === 0 ? -i : 2_147_483_647 - i),
    long: maybe(i % 2 === 0 ? -(2 ** 53 - 1) + i : 2 ** 33 + i),
    big: maybe(2n ** 62n - BigInt(i)),
    single: maybe(i / 3),
    number: maybe([-0, Number.NaN, Infinity, i / 7][i % 4] as number),
    text: maybe(['', 'plain', 'größer', '🙂 and more than thirteen letters'][i % 4] as string),
    day: maybe(calendarDate(2020, 1 + (i % 12), 1)),
    at: maybe(timestampOf(BigInt(i) * 86_400_000_001n)),
    money: maybe(decimal(BigInt(i), 2)),
  }))
  const given = work(every, rows, every)
  // Rows one by one in other objects, so that no value is handed through as it came.
  await both((row: object) => ({ ...row }), given)
  const { batch } = (await run((row: object) => row, given)) as BatchAnswer
  expect(batch === undefined ? [] : rowsOf(batch)).toEqual(rowsOf(given.batch))
  await both((row: object) => ({ ...row }), { ...given, batch: sliceRows(given.batch, 3, 411) })
})

const input = schemaOf({ x: 'float64', name: 'string?' })
const rows = Array.from({ length: 40 }, (_, x) => ({ x, name: x % 5 === 0 ? null : `row ${x}` }))
type Row = { x: number; name: string | null }
const skip: FaultPolicy = { onError: 'skip' }
const keep: FaultPolicy = { onError: 'quarantine' }

test('a row that fails, gives no row or one that does not fit is named, left out or kept as without the loop', async () => {
  const output = schemaOf({ y: 'int32', z: 'int64?' })
  const cases: readonly AnyFunction[] = [
    (row: Row) => {
      if (row.x % 7 === 3) throw new RangeError(`no ${row.x}`)
      return { y: row.x }
    },
    (row: Row) => (row.x === 5 ? undefined : { y: row.x }),
    (row: Row) => (row.x === 6 ? [row.x] : { y: row.x }),
    (row: Row) => ({ y: row.x === 8 ? 2 ** 31 : row.x }),
    (row: Row) => ({ y: row.x === 9 ? 0.5 : row.x }),
    (row: Row) => ({ y: row.x === 9 ? null : row.x }),
    (row: Row) => ({ y: row.x, z: row.x === 9 ? 2 ** 53 : 1 }),
    (row: Row) => ({ y: row.x, z: row.x === 9 ? BigInt(row.x) : row.x === 10 ? null : undefined }),
    (row: Row) => ({ y: row.x, constructor: 1 }),
  ]
  for (const [index, call] of cases.entries())
    for (const policy of [undefined, skip, keep])
      await both(call, work(input, rows, output, policy === undefined ? {} : { policy })).catch((error: unknown) => {
        throw new Error(`case ${index}, ${policy?.onError}: ${String(error)}`, { cause: error })
      })
})

test('a column that the first rows did not have is an error as without the loop, and so is one that is gone', async () => {
  const output = schemaOf({ y: 'float64?', name: 'string?' })
  for (const call of [
    (row: Row) => (row.x === 20 ? { y: row.x, name: row.name, more: 1 } : { y: row.x, name: row.name }),
    (row: Row) => (row.x === 20 ? { y: row.x, other: 1 } : { y: row.x, name: row.name }),
    (row: Row) => (row.x === 20 ? { y: row.x } : { y: row.x, name: row.name }),
    (row: Row) => ({ y: row.x, name: row.x === 20 ? undefined : row.name }),
  ])
    await both(call, work(input, rows, output, { learnt: true }))
})

test('a function that gives a promise for some rows only is awaited from there on, and called once a row', async () => {
  // A promise has no y: taken for a row it would be NULL.
  const output = schemaOf({ y: 'float64?' })
  const called: number[] = []
  const call = (row: Row): unknown => {
    called.push(row.x)
    if (row.x === 12) throw new Error('twelve')
    return row.x < 10 ? { y: row.x } : Promise.resolve(row.x === 30 ? 'no row' : { y: row.x })
  }
  const answer = (await run(call, work(input, rows, output, { policy: skip }))) as BatchAnswer
  expect(answer.batch === undefined ? [] : rowsOf(answer.batch)).toEqual(rows.flatMap(({ x }) => (x === 12 || x === 30 ? [] : [{ y: x }])))
  expect(answer.faults?.map(({ row }) => row)).toEqual([23, 41])
  expect(called).toEqual(rows.map(({ x }) => x))
})

test('every row is an object of its own', async () => {
  const seen: object[] = []
  await run((row: Row) => (seen.push(row), { y: 1 }), work(input, rows, schemaOf({ y: 'int32' })))
  expect(new Set(seen).size).toBe(40)
  expect(seen[7]).toEqual({ x: 7, name: 'row 7' })
})

test('names of columns are nothing but names in the loop', async () => {
  const odd = `a"]); globalThis.planted = 1; (["\u2028\\`
  const schema = schemaOf({ [odd]: 'int32' })
  expect(await both((row: Record<string, number>) => ({ [odd]: (row[odd] ?? 0) + 1 }), work(schema, [{ [odd]: 1 }], schema))).toEqual({
    rows: [{ [odd]: 2 }],
    faults: undefined,
  })
  expect('planted' in globalThis).toBe(false)
})
