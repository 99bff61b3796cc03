/** The part of `mapBatches` that runs on a thread: rows out of a batch, through the user's function, and back into a batch. */
import { type Batch, batchView, rowsOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { inferRows, type Schema } from '../schema/index.ts'
import { callRows, inTime, isPromise, leftOut } from './call-rows.ts'
import { placeIn } from './deadline.ts'
import type { AnyFunction } from './load-function.ts'
import { isRow, type Made, noRow, show, toBatch } from './made-rows.ts'
import type { BatchAnswer, BatchWork } from './protocol.ts'
import { goesOn, rowError } from './row-faults.ts'
import { canRunLoop, runLoop } from './run-loop.ts'
import { type Running, take } from './running.ts'
import type { HostFunction } from './seams.ts'

/**
 * Runs a function over one batch. Row numbers in errors are those of the whole input, counted from 1.
 *
 * @throws workers.function-failed when the function throws, workers.deadline when it is not done in time; by policy the row is left out instead
 * @throws workers.misfit when a row does not fit the columns
 */
export async function runBatch(fn: HostFunction, call: AnyFunction, work: BatchWork): Promise<BatchAnswer> {
  const { batch, firstRow, policy } = work
  const running: Running = { fn, call, work, batch, firstRow, policy, faults: [] }
  if (canRunLoop(work)) return { batch: await runLoop(running, work.schema), ...told(running) }
  const made = await makers[work.mode](running)
  if (work.schema !== undefined) {
    const fitting = fit(running, work.schema, made)
    return { batch: fitting, ...told(running) }
  }
  if (made.rows.length === 0) return told(running)
  const schema = inferRows(made.rows)
  const fitting = fit(running, schema, made)
  return { batch: fitting, schema, ...told(running) }
}

function told({ faults }: Running): Pick<BatchAnswer, 'faults'> {
  return faults.length === 0 ? {} : { faults: faults.toSorted((a, b) => a.row - b.row) }
}

type Maker = (running: Running) => Promise<Made>

const makers: Readonly<Record<BatchWork['mode'], Maker>> = {
  async each(running) {
    const { fn, call } = running
    const values = await callAll(running, row => call(row, fn.with))
    for (let i = 0; i < values.length; i++) if (!isRow(values[i])) notARow(running, values, i)
    return whole(running, values as object[])
  },
  async many(running) {
    const { fn, call } = running
    const lists = await callAll(running, row => drain(call(row, fn.with)))
    const rows: object[] = []
    const from: number[] = []
    lists.forEach((list, i) => {
      if (list === leftOut) return
      const given = list as readonly object[]
      const wrong = given.findIndex(row => !isRow(row))
      if (wrong >= 0) {
        take(running, noRow(fn, given[wrong], running.firstRow + i), i)
        return
      }
      for (const row of given) {
        rows.push(row)
        from.push(i)
      }
    })
    return { rows, from }
  },
  async batch(running) {
    const { fn, call, work, batch, firstRow } = running
    if (work.without !== undefined && work.without.length > 0) return { rows: [] }
    const place = placeIn(work.cells)
    let values: readonly unknown[]
    try {
      place?.at(0)
      const given = drain(call(batchView(batch), fn.with))
      if (isPromise(given)) place?.awaiting(0)
      const { timeoutMs } = work.policy ?? {}
      values = (await (timeoutMs === undefined ? given : inTime(given, timeoutMs))) as readonly unknown[]
    } catch (error) {
      take(running, rowError(running, error, 0, batch.rows - 1), 0, batch.rows - 1)
      return { rows: [] }
    }
    const wrong = values.findIndex(value => !isRow(value))
    if (wrong >= 0) {
      take(running, noRow(fn, values[wrong], firstRow), 0, batch.rows - 1)
      return { rows: [] }
    }
    return { rows: values as object[], from: values.map(() => 0) }
  },
}

/** Calls for every row, in order; promises overlap. */
function callAll(running: Running, call: (row: object) => unknown): Promise<unknown[]> {
  const { batch, work } = running
  return callRows({
    rows: rowsOf(batch),
    call,
    concurrency: work.concurrency,
    fault: (row, error) => take(running, rowError(running, error, row), row),
    place: placeIn(work.cells),
    timeoutMs: work.policy?.timeoutMs,
    without: new Set(work.without),
  })
}

function notARow(running: Running, values: unknown[], row: number): void {
  if (values[row] === leftOut) return
  take(running, noRow(running.fn, values[row], running.firstRow + row), row)
  values[row] = leftOut
}

/** The values without those of rows that were left out. */
function whole({ faults, work }: Running, values: readonly object[]): Made {
  if (faults.length === 0 && (work.without ?? []).length === 0) return { rows: values }
  const from: number[] = []
  values.forEach((value, row) => {
    if ((value as unknown) !== leftOut) from.push(row)
  })
  return { rows: from.map(row => values[row] as object), from }
}

/** The items of what a function gave: an iterable, an async iterable, or a promise of one. At once where nothing is awaited. */
function drain(given: unknown): readonly unknown[] | Promise<readonly unknown[]> {
  if (Array.isArray(given)) return given
  if (isPromise(given)) return (async () => drain(await given))()
  if (typeof given === 'object' && given !== null) {
    if (Symbol.iterator in given) return [...(given as Iterable<unknown>)]
    if (Symbol.asyncIterator in given) return gather(given as AsyncIterable<unknown>)
  }
  throw new TypeError(`gave ${show(given)} instead of rows: give an array, or write it as a generator`)
}

async function gather(given: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = []
  for await (const item of given) items.push(item)
  return items
}

/** The rows as a batch. Where the policy lets a run go on, rows whose results do not fit are left out. */
function fit(running: Running, schema: Schema, made: Made): Batch {
  const { fn, work } = running
  try {
    return toBatch(fn, schema, made, work)
  } catch (error) {
    if (!goesOn(running.policy) || !(error instanceof TidemillError)) throw error
  }
  const bad = new Set<number>()
  made.rows.forEach((row, index) => {
    const from = made.from?.[index] ?? index
    if (bad.has(from)) return
    try {
      toBatch(fn, schema, { rows: [row], from: [from] }, work)
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      bad.add(from)
      take(running, error, from, work.mode === 'batch' ? work.batch.rows - 1 : from)
    }
  })
  const rows = made.rows.filter((_, index) => !bad.has(made.from?.[index] ?? index))
  return toBatch(fn, schema, { rows, from: rows.map(() => 0) }, work)
}
