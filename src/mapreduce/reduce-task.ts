/** The part of a job that reduces, on a worker thread: runs merged, every key with its values through the user's function. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { TidemillError, whatIs } from '../errors/index.ts'
import { systemClock } from '../time/index.ts'
import { type AnyFunction, loadFunction } from '../workers/index.ts'
import { type Key, orderOf } from './keys.ts'
import { MergedRuns, narrowed } from './merge.ts'
import { optional } from './optional.ts'
import { writeError } from './run-file.ts'
import { TaskContext } from './task-context.ts'
import type { ReduceAnswer, ReduceArgument } from './task-data.ts'

/** Calls the user's `reduce` on every key of a partition, its values folded with `combine` before. */
export async function reduceTask(task: ReduceArgument): Promise<ReduceAnswer> {
  const started = systemClock.monotonic()
  const reduce = await loadFunction(task.reduce)
  const fold = task.combine === 'sum' ? sum : await optional(task.combine)
  const compare = orderOf(await optional(task.compare))
  const context = new TaskContext(task)
  const inputs = narrowed(task.inputs, compare, number => `${task.path}-merge-${number}.run`)
  const merged = new MergedRuns(inputs, compare)
  const out = task.output === undefined ? undefined : new RowsFile(task.output)
  const keys: Key[] = []
  const rows: object[] = []
  let groups = 0
  let values = 0
  const counted = function* (): Generator<unknown, undefined> {
    for (const value of merged.values()) {
      // One key with many values is alive as long as they are taken.
      if ((++values & 1023) === 0) context.alive()
      yield value
    }
    return undefined
  }
  try {
    for (let key = merged.next(); key !== undefined; key = merged.next()) {
      const number = groups++
      if (!context.begin(number)) continue
      const row = reduced(reduce, key, fold === undefined ? counted() : folded(counted(), fold), context, number)
      if (row === undefined) continue
      if (out !== undefined) out.add(row)
      else {
        keys.push(key)
        rows.push(row)
      }
    }
    const bytes = out?.finish() ?? 0
    const { counters, failed, failures } = context
    return { keys, rows, groups, values, bytes, counters, failed, failures, ms: systemClock.monotonic() - started }
  } finally {
    out?.close()
    merged.close()
  }
}

const sum: AnyFunction = (a: number, b: number) => a + b

/** One value: the fold of all. */
function folded(values: Generator<unknown, undefined>, fold: AnyFunction): IteratorObject<unknown> {
  return [values.reduce((a, b) => fold(a, b) as unknown)].values()
}

function reduced(reduce: AnyFunction, key: Key, values: IteratorObject<unknown>, context: TaskContext, number: number): object | undefined {
  let row: unknown
  try {
    row = reduce(key, values, context)
  } catch (error) {
    if (error instanceof TidemillError && error.code.startsWith('mapreduce.')) throw error
    context.failure('reduce', number, key, error, key)
    return undefined
  }
  if (typeof row === 'object' && row !== null && !Array.isArray(row) && !('then' in row)) return row
  throw new TidemillError('session.map-reduce', `reduce must give an object, not ${whatIs(row)} (key ${key})`, {
    hint: 'write reduce: (key, values) => ({ key, ... }), without async',
  })
}

/** Rows as lines of JSON, written while they are made. */
class RowsFile {
  readonly #path: string
  #descriptor: number | undefined
  #lines: string[] = []
  #size = 0
  #written = 0

  constructor(path: string) {
    this.#path = path
    try {
      mkdirSync(dirname(path), { recursive: true })
      this.#descriptor = openSync(path, 'w')
    } catch (error) {
      throw writeError(path, error)
    }
  }

  add(row: object): void {
    const line = JSON.stringify(row, jsonValue)
    this.#lines.push(line)
    this.#size += line.length
    if (this.#size > 256 * 1024) this.#flush()
  }

  finish(): number {
    this.#flush()
    return this.#written
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #flush(): void {
    if (this.#lines.length === 0 || this.#descriptor === undefined) return
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
    } catch (error) {
      throw writeError(this.#path, error)
    }
    this.#written += bytes.length
    this.#lines = []
    this.#size = 0
  }
}

/** JSON has no numbers above 2^53 that JavaScript would write; digits are digits. */
function jsonValue(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJson(String(value)) : value
}

// In Node since 21; the types of the library have no name for it.
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }
