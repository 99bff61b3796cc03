/** The part of `mapBatches` that runs on a thread: rows out of a batch, through the user's function, and back into a batch. */
import { type Batch, batchFromRows, batchView, rowsOf } from '../batch/index.ts'
import { printCallSite, TidemillError } from '../errors/index.ts'
import { inferRows, printSchemaSpec, type Schema } from '../schema/index.ts'
import type { AnyFunction } from './load-function.ts'
import { type BatchAnswer, type BatchWork, messageOf } from './protocol.ts'
import type { HostFunction } from './seams.ts'

/** The rows a function gave, and for each the number of the input row it came from (absent: row for row). */
interface Made {
  readonly rows: readonly object[]
  readonly from?: readonly number[]
}

/**
 * Runs a function over one batch. Row numbers in errors are those of the whole input, counted from 1.
 *
 * @throws workers.function-failed when the function throws
 * @throws workers.misfit when a row does not fit the columns
 */
export async function runBatch(fn: HostFunction, call: AnyFunction, work: BatchWork): Promise<BatchAnswer> {
  const made = await makers[work.mode](fn, call, work)
  if (work.schema !== undefined) return { batch: toBatch(fn, work.schema, made, work) }
  if (made.rows.length === 0) return {}
  const schema = inferRows(made.rows)
  return { batch: toBatch(fn, schema, made, work), schema }
}

type Maker = (fn: HostFunction, call: AnyFunction, work: BatchWork) => Promise<Made>

const makers: Readonly<Record<BatchWork['mode'], Maker>> = {
  async each(fn, call, { batch, concurrency, firstRow }) {
    const values = await callAll(fn, rowsOf(batch), row => call(row, fn.with), concurrency, firstRow)
    for (let i = 0; i < values.length; i++) if (!isRow(values[i])) throw noRow(fn, values[i], firstRow + i)
    return { rows: values as object[] }
  },
  async many(fn, call, { batch, concurrency, firstRow }) {
    const lists = await callAll(fn, rowsOf(batch), row => drain(call(row, fn.with)), concurrency, firstRow)
    const rows: object[] = []
    const from: number[] = []
    lists.forEach((list, i) => {
      for (const row of list as readonly unknown[]) {
        if (!isRow(row)) throw noRow(fn, row, firstRow + i)
        rows.push(row)
        from.push(firstRow + i)
      }
    })
    return { rows, from }
  },
  async batch(fn, call, { batch, firstRow }) {
    let values: readonly unknown[]
    try {
      values = await drain(call(batchView(batch), fn.with))
    } catch (error) {
      throw failed(fn, error, firstRow, firstRow + batch.rows - 1)
    }
    const wrong = values.findIndex(value => !isRow(value))
    if (wrong >= 0) throw noRow(fn, values[wrong], firstRow)
    return { rows: values as object[], from: values.map(() => firstRow) }
  },
}

/** Calls for every row, in order. Promises overlap, at most so many at a time; the values keep the order of the rows. */
async function callAll(
  fn: HostFunction,
  rows: readonly object[],
  call: (row: object) => unknown,
  concurrency: number,
  firstRow: number,
): Promise<unknown[]> {
  const values: unknown[] = new Array(rows.length)
  let next = 0
  let pending: unknown
  try {
    for (; next < rows.length; next++) {
      const value = call(rows[next] as object)
      if (isPromise(value)) {
        pending = value
        break
      }
      values[next] = value
    }
  } catch (error) {
    throw failed(fn, error, firstRow + next)
  }
  if (next === rows.length) return values
  let stopped = false
  const lane = async (first?: { readonly row: number; readonly value: unknown }): Promise<void> => {
    for (let turn = first; !stopped; turn = undefined) {
      const row = turn?.row ?? next++
      if (row >= rows.length) return
      try {
        values[row] = await (turn === undefined ? call(rows[row] as object) : turn.value)
      } catch (error) {
        stopped = true
        throw failed(fn, error, firstRow + row)
      }
    }
  }
  const lanes = [lane({ row: next++, value: pending })]
  for (let i = 1; i < Math.max(1, Math.floor(concurrency)); i++) lanes.push(lane())
  await Promise.all(lanes)
  return values
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
    const number = from?.[i] ?? firstRow + i
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
      const number = from?.[i] ?? firstRow + i
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

function failed(fn: HostFunction, error: unknown, row: number, last = row): TidemillError {
  const where = last > row ? `rows ${row} to ${last}` : `row ${row}`
  return new TidemillError('workers.function-failed', `function ${named(fn)} failed at ${where}: ${messageOf(error)}`, {
    details: { function: fn.name, row },
    cause: error,
  })
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

/** `crowding at 2-aggregate.ts:20:6` */
function named(fn: HostFunction): string {
  const site = printCallSite(fn.at)
  return site === undefined ? fn.name : `${fn.name} at ${site}`
}

function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value)
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 'an object' : messageOf(value)
}
