/** The part of `mapBatches` that runs on a thread: rows out of a batch, through the user's function, and back into a batch. */
import { type Batch, batchFromRows, batchView, rowsOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { inferRows, printSchemaSpec, type Schema } from '../schema/index.ts'
import { callRows, inTime, isPromise, leftOut } from './call-rows.ts'
import { placeIn } from './deadline.ts'
import type { AnyFunction } from './load-function.ts'
import { type BatchAnswer, type BatchWork, messageOf } from './protocol.ts'
import { faultOf, type FaultyRows, goesOn, named, rowError } from './row-faults.ts'
import type { Fault, HostFunction } from './seams.ts'

/** The rows a function gave, and for each the row of the batch it came from, counted from 0 (absent: row for row). */
interface Made {
  readonly rows: readonly object[]
  readonly from?: readonly number[]
}

/** One batch at work. */
interface Running extends FaultyRows {
  readonly call: AnyFunction
  readonly work: BatchWork
  readonly faults: Fault[]
}

/**
 * Runs a function over one batch. Row numbers in errors are those of the whole input, counted from 1.
 *
 * @throws workers.function-failed when the function throws, workers.deadline when it is not done in time; by policy the row is left out instead
 * @throws workers.misfit when a row does not fit the columns
 */
export async function runBatch(fn: HostFunction, call: AnyFunction, work: BatchWork): Promise<BatchAnswer> {
  const { batch, firstRow, policy } = work
  const running: Running = { fn, call, work, batch, firstRow, policy, faults: [] }
  const made = await makers[work.mode](running)
  const { faults } = running
  const told = (): { faults?: readonly Fault[] } => (faults.length === 0 ? {} : { faults: faults.toSorted((a, b) => a.row - b.row) })
  if (work.schema !== undefined) {
    const fitting = fit(running, work.schema, made)
    return { batch: fitting, ...told() }
  }
  if (made.rows.length === 0) return told()
  const schema = inferRows(made.rows)
  const fitting = fit(running, schema, made)
  return { batch: fitting, schema, ...told() }
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

/** Fails, or writes the fault down where the policy says so. */
function take(running: Running, error: TidemillError, from: number, to = from): void {
  if (!goesOn(running.policy)) throw error
  running.faults.push(faultOf(running, error, from, to))
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

function toBatch(fn: HostFunction, schema: Schema, { rows, from }: Made, { firstRow, learnt, schema: known }: BatchWork): Batch {
  const code = 'workers.misfit'
  if (learnt) checkColumns(fn, schema, rows, from, firstRow)
  try {
    return batchFromRows(schema, rows, { firstRow, code })
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    // The whole batch tells that something is wrong; row by row tells which input row made it.
    const { number, row, fault } = firstMisfit(schema, rows, from, firstRow) ?? { number: firstRow, row: rows[0] ?? {}, fault: error }
    throw new TidemillError(
      'workers.misfit',
      `function ${named(fn)} gave a row that does not fit ${known === undefined || learnt ? 'the columns it began with' : 'the declared columns'}: ${fault.message}`,
      {
        details: { ...fault.details, row: number, function: fn.name },
        hint: learnt || known === undefined ? pasteHint(schema, row) : 'change the function, or the declared type',
        cause: fault,
      },
    )
  }
}

function firstMisfit(
  schema: Schema,
  rows: readonly object[],
  from: readonly number[] | undefined,
  firstRow: number,
): { number: number; row: object; fault: TidemillError } | undefined {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as object
    const number = firstRow + (from?.[i] ?? i)
    try {
      batchFromRows(schema, [row], { firstRow: number, code: 'workers.misfit' })
    } catch (fault) {
      if (fault instanceof TidemillError) return { number, row, fault }
      throw fault
    }
  }
  return undefined
}

/** A column that the first rows did not have would be lost in silence. */
function checkColumns(
  fn: HostFunction,
  schema: Schema,
  rows: readonly object[],
  from: readonly number[] | undefined,
  firstRow: number,
): void {
  const names = new Set(schema.map(field => field.name))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Record<string, unknown>
    for (const name in row) {
      if (names.has(name) || row[name] === undefined) continue
      const number = firstRow + (from?.[i] ?? i)
      throw new TidemillError(
        'workers.misfit',
        `function ${named(fn)} gave a new column: ${name} = ${show(row[name])} in row ${number} (began with ${[...names].join(', ')})`,
        {
          details: { row: number, column: name, value: show(row[name]), function: fn.name },
          hint: pasteHint(schema, row),
        },
      )
    }
  }
}

/** The columns known so far, with those of the row that did not fit, as text to paste. */
function pasteHint(schema: Schema, row: object): string {
  const seen = new Map(inferRows([row]).map(field => [field.name, field]))
  const columns = schema.map(field => {
    const other = seen.get(field.name)
    seen.delete(field.name)
    return other === undefined || other.type === 'null' || field.type !== 'null'
      ? { ...field, nullable: true }
      : { ...other, nullable: true }
  })
  return `declare the columns, with the types you want: { schema: ${printSchemaSpec([...columns, ...seen.values()])} }`
}

function noRow(fn: HostFunction, value: unknown, row: number): TidemillError {
  return new TidemillError('workers.misfit', `function ${named(fn)} gave no row, but ${show(value)} for row ${row}`, {
    details: { function: fn.name, row, value: show(value) },
    hint:
      value === undefined
        ? 'give an object: an arrow function that makes one needs parentheses, row => ({ ... })'
        : 'give an object, whose properties are the columns',
  })
}

function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value)
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 'an object' : messageOf(value)
}
