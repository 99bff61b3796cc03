/** MapReduce over worker threads: split, map and combine, group by key, sort, reduce. */
import { type Batch, rowsOf } from '../batch/index.ts'
import { callSite, TidemillError } from '../errors/index.ts'
import type { Engine, Plan } from '../plan/index.ts'
import { builtUrl, carve, type HostFunction, moduleFunction, type Pool } from '../workers/index.ts'
import { whatIs } from './check-arguments.ts'
import type { MapAnswer, MapArgument, Pairs, ReduceArgument } from './map-reduce-task.ts'

/** `map` yields pairs; their types carry through combine and reduce. */
export interface MapReduceJob<I, K extends string | number, V, O extends object> {
  readonly map: (item: I) => Iterable<readonly [key: K, value: V]>
  /** Folds values of one key where they were made; must give the same answer in any grouping. */
  readonly combine?: (a: V, b: V) => V
  readonly reduce: (key: K, values: IteratorObject<V>) => O
  /** Rows of one map task. Default: 16384. The answer does not depend on the number of workers, as tasks are cut by rows alone. */
  readonly taskRows?: number
  readonly signal?: AbortSignal
}

interface Means {
  readonly engine: Engine
  readonly pool: Pool
  readonly run: string
}
/** The functions of a job, ready to travel. */
export interface Carved {
  readonly map: HostFunction
  readonly combine: HostFunction | undefined
  readonly reduce: HostFunction
}

const defaultTaskRows = 16_384
const task = builtUrl(new URL('./map-reduce-task.ts', import.meta.url))

/**
 * Runs the job and gives its rows, ordered by key (text by code point).
 *
 * Memory: the combined values of all keys are held in this process, so use `combine` where there are many values a key.
 *
 * @throws workers.captured when a function uses names of an enclosing function
 * @throws session.map-reduce when `map` yields something else than pairs
 * @throws engine.cancelled when its signal says so
 */
export async function mapReduce<I, K extends string | number, V, O extends object>(
  plan: Plan,
  itemOf: 'row' | 'line',
  job: MapReduceJob<I, K, V, O>,
  carved: Carved,
  means: Means,
): Promise<object[]> {
  const taskRows = job.taskRows ?? defaultTaskRows
  if (!(Number.isInteger(taskRows) && taskRows > 0))
    throw new TidemillError('session.map-reduce', `taskRows must be a whole number from 1, not ${whatIs(taskRows)}`)
  try {
    return await runTasks(plan, itemOf, taskRows, job.signal, carved, means)
  } catch (error) {
    // As every other work that a signal stops.
    if (job.signal?.aborted === true && error === job.signal.reason)
      throw new TidemillError('engine.cancelled', 'map-reduce cancelled', { cause: error })
    throw error
  }
}

async function runTasks(
  plan: Plan,
  itemOf: 'row' | 'line',
  taskRows: number,
  signal: AbortSignal | undefined,
  carved: Carved,
  means: Means,
): Promise<object[]> {
  const groups = new Map<string | number, unknown[]>()
  const mapped = inOrder(mapTasks(plan, itemOf, taskRows, carved, signal, means), 2 * means.pool.size)
  for await (const { pairs } of mapped) gather(pairs, groups)
  const keys = [...groups.keys()].sort(compareKeys)
  const rows: object[] = []
  for await (const made of inOrder(reduceTasks(keys, groups, carved, signal, means), 2 * means.pool.size)) rows.push(...made)
  return rows
}

/** Takes the functions out of the user's file. Call it before the first await: it looks at the caller's line. */
export function carveJob<I, K extends string | number, V, O extends object>(job: MapReduceJob<I, K, V, O>): Carved {
  const site = callSite()
  const take = (fn: Function, name: string): HostFunction => {
    try {
      return carve(fn, site, { name })
    } catch (error) {
      throw withoutWith(error)
    }
  }
  return {
    map: take(job.map, 'map'),
    combine: job.combine === undefined ? undefined : take(job.combine, 'combine'),
    reduce: take(job.reduce, 'reduce'),
  }
}

/** The cure of `dataset.map`, to hand the value over in `with`, is not to be had here. */
function withoutWith(error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'workers.captured') return error
  return new TidemillError(error.code, error.message, {
    details: error.details,
    cause: error,
    hint: 'move it to the top of the module, or put it into the rows: tm.mapReduce(rows(items.map(item => ({ ...item, rate }))), ...)',
  })
}

async function* mapTasks(
  plan: Plan,
  itemOf: 'row' | 'line',
  taskRows: number,
  { map, combine }: Carved,
  signal: AbortSignal | undefined,
  { engine, pool, run }: Means,
): AsyncGenerator<() => Promise<MapAnswer>> {
  const fn = moduleFunction(task, 'mapTask', { name: 'map' })
  let number = 0
  for await (const items of itemsOf(engine.run(plan, { signal, run }), itemOf, taskRows)) {
    const name = `map ${++number}`
    const argument: MapArgument = { items, map, combine }
    yield () => pool.call<MapAnswer>(fn, argument, { run, task: name, signal })
  }
}

async function* itemsOf(batches: AsyncIterable<Batch>, itemOf: 'row' | 'line', taskRows: number): AsyncGenerator<unknown[]> {
  let items: unknown[] = []
  for await (const batch of batches)
    for (const row of rowsOf(batch)) {
      items.push(itemOf === 'line' ? (row as { readonly line: string }).line : row)
      if (items.length < taskRows) continue
      yield items
      items = []
    }
  if (items.length > 0) yield items
}

async function* reduceTasks(
  keys: readonly (string | number)[],
  groups: ReadonlyMap<string | number, readonly unknown[]>,
  { combine, reduce }: Carved,
  signal: AbortSignal | undefined,
  { pool, run }: Means,
): AsyncGenerator<() => Promise<object[]>> {
  const fn = moduleFunction(task, 'reduceTask', { name: 'reduce' })
  const share = Math.max(1, Math.ceil(keys.length / (4 * pool.size)))
  for (let from = 0; from < keys.length; from += share) {
    const pairs: Pairs = keys.slice(from, from + share).map(key => [key, groups.get(key) ?? []])
    const argument: ReduceArgument = { pairs, combine, reduce }
    yield () => pool.call<object[]>(fn, argument, { run, task: `reduce ${from / share + 1}`, signal })
  }
}

/** Runs at most so many at a time and hands on the answers in order, so that the result is the same for any number of workers. */
async function* inOrder<T>(tasks: AsyncIterable<() => Promise<T>>, most: number): AsyncGenerator<T> {
  const running: Promise<T>[] = []
  try {
    for await (const start of tasks) {
      const answer = start()
      // The answer is awaited in its turn; until then its failure must not count as unhandled.
      answer.catch(() => undefined)
      running.push(answer)
      const first = running.length >= most ? running.shift() : undefined
      if (first !== undefined) yield await first
    }
    for (let first = running.shift(); first !== undefined; first = running.shift()) yield await first
  } finally {
    await Promise.allSettled(running)
  }
}

function gather(pairs: Pairs, groups: Map<string | number, unknown[]>): void {
  for (const [key, values] of pairs) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [...values])
    else group.push(...values)
  }
}

/** Numbers by size before texts by code point. */
function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
