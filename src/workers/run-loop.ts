/** A batch through the loop that was written out for a function of rows; what is out of the ordinary about a row is left to the code that all verbs share. */
import { type Batch, makeBatch, rowsOf, valuesOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { ownValue, type Schema } from '../schema/index.ts'
import { callRowsFrom, isPromise, leftOut } from './call-rows.ts'
import { importData } from './load-function.ts'
import { LoopColumns } from './loop-out.ts'
import { isRow, noRow, toBatch } from './made-rows.ts'
import type { BatchWork } from './protocol.ts'
import { goesOn, rowError } from './row-faults.ts'
import { canLoop, inKind, type LoopColumn, type RowLoop, rowLoop } from './row-loop.ts'
import { type Running, take } from './running.ts'

/** True for a function of rows whose columns are known, without a deadline: under one, each row is told before it is tried. */
export function canRunLoop(work: BatchWork): work is BatchWork & { readonly schema: Schema } {
  const { mode, schema, cells, without = [], batch, policy } = work
  return (
    mode === 'each' &&
    schema !== undefined &&
    cells === undefined &&
    policy?.timeoutMs === undefined &&
    without.length === 0 &&
    canLoop(batch.fields, schema)
  )
}

/** The rows that a function gave for those of a batch, as `schema` has them. */
export async function runLoop(running: Running, schema: Schema): Promise<Batch> {
  const { fn, call, batch } = running
  const loop = await loopOf(running, schema)
  const columns = batch.columns.map((column, index): LoopColumn => {
    const { name = '', type } = batch.fields[index] ?? {}
    const plain = type !== undefined && inKind(type) !== 'values' && column.dictionary === undefined
    return plain ? { values: column.data, validity: column.validity } : { values: valuesOf(column, name), validity: undefined }
  })
  const out = new LoopColumns(schema, batch.rows)
  for (let at = 0; ; at++) {
    at = loop(call, fn.with, columns, out, at, batch.rows)
    if (at >= batch.rows) break
    const { threw, value } = out
    if (threw) take(running, rowError(running, value, at), at)
    else if (isPromise(value)) {
      await finishWaiting(running, out, schema, at, value)
      break
    } else addRow(running, out, schema, at, value)
  }
  return makeBatch(schema, out.finish(), out.rows)
}

/** From a row on whose call gave a promise. */
async function finishWaiting(running: Running, out: LoopColumns, schema: Schema, from: number, pending: unknown): Promise<void> {
  const { fn, call, batch, work } = running
  const calls = {
    rows: rowsOf(batch),
    call: (row: object): unknown => call(row, fn.with),
    concurrency: work.concurrency,
    fault: (row: number, error: unknown): void => take(running, rowError(running, error, row), row),
    place: undefined,
    timeoutMs: undefined,
    without: new Set<number>(),
  }
  const values = await callRowsFrom(calls, from, pending)
  for (let row = from; row < values.length; row++) if (values[row] !== leftOut) addRow(running, out, schema, row, values[row])
}

/** What a function gave for a row, in whatever form it fits. */
function addRow(running: Running, out: LoopColumns, schema: Schema, row: number, value: unknown): void {
  const { fn, work, firstRow } = running
  if (!isRow(value)) {
    take(running, noRow(fn, value, firstRow + row), row)
    return
  }
  try {
    toBatch(fn, schema, { rows: [value], from: [row] }, work)
  } catch (error) {
    if (!goesOn(running.policy) || !(error instanceof TidemillError)) throw error
    take(running, error, row)
    return
  }
  out.push(schema.map(({ name }) => ownValue(value, name)))
}

const loops = new Map<string, Promise<RowLoop>>()

/** One for a function and its columns. */
async function loopOf({ fn, batch, work }: Running, schema: Schema): Promise<RowLoop> {
  const text = rowLoop(batch.fields, schema, work.learnt, fn.hash)
  const known = loops.get(text)
  if (known !== undefined) return known
  const loading = importData(text).then(module => module['loop'] as RowLoop)
  loops.set(text, loading)
  return loading
}
