/** The part of a job that maps, on a worker thread: items through the user's function into sorted runs. */
import { rowsOf } from '../batch/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { systemClock } from '../time/index.ts'
import { loadFunction } from '../workers/index.ts'
import { Collector } from './collector.ts'
import { type Key, orderOf } from './keys.ts'
import { optional } from './optional.ts'
import { blocksOf, linesOf } from './read-range.ts'
import { TaskContext } from './task-context.ts'
import type { MapAnswer, MapArgument } from './task-data.ts'
import { isTokenRule } from './tokens.ts'

/** Calls the user's `map` on every item and folds the values of a key with `combine` at once. */
export async function mapTask(task: MapArgument): Promise<MapAnswer> {
  const started = systemClock.monotonic()
  const context = new TaskContext(task)
  const { items, pairs, runs } = await (isTokenRule(task.map) ? mapTokens(task, context) : mapItems(task, context))
  const { counters, failed, failures } = context
  return { runs, items, pairs, counters, failed, failures, ms: systemClock.monotonic() - started }
}

type Mapped = Pick<MapAnswer, 'items' | 'pairs' | 'runs'>

async function mapTokens(task: MapArgument, context: TaskContext): Promise<Mapped> {
  // Its WebAssembly is compiled where a job needs it.
  const { countTokens } = await import('./count-tokens.ts')
  return countTokens(task, context)
}

async function mapItems(task: MapArgument, context: TaskContext): Promise<Mapped> {
  if (isTokenRule(task.map)) throw new RangeError('a rule of tokens is no function')
  const map = await loadFunction(task.map)
  const collector = new Collector({
    partitions: task.partitions,
    compare: orderOf(await optional(task.compare)),
    combine: await optional(task.combine),
    partition: await optional(task.partition),
    memory: task.memory,
    inMemory: task.inMemory,
    path: spill => `${task.path}-${spill}.run`,
  })
  const take = (pair: unknown): void => {
    // Most pairs are right: the check is in one place, behind the quick question.
    if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string') collector.add(pair[0], pair[1])
    else collector.add(...pairOf(pair))
  }
  let item = 0
  for (const items of itemsOf(task)) {
    for (const one of items) {
      if (context.begin(item)) {
        let given: Iterable<unknown> | undefined
        try {
          given = iterate(map(one, context))
          // What a failing item gave before it failed must not count.
          if (task.onError === 'skip') given = Array.isArray(given) ? given : [...given]
        } catch (error) {
          if (error instanceof TidemillError && error.code === 'session.map-reduce') throw error
          context.failure('map', item, one, error)
          given = undefined
        }
        if (given !== undefined) addAll(given, take, error => context.failure('map', item, one, error))
      }
      item++
    }
  }
  context.begin(item)
  return { items: item, pairs: collector.pairs, runs: collector.finish() }
}

/** A generator runs while its pairs are taken: what it throws is the user's, what taking throws says what it is. */
function addAll(given: Iterable<unknown>, take: (pair: unknown) => void, failure: (error: unknown) => void): void {
  if (Array.isArray(given)) {
    for (const pair of given) take(pair)
    return
  }
  const iterator = given[Symbol.iterator]()
  for (;;) {
    let step: IteratorResult<unknown>
    try {
      step = iterator.next()
    } catch (error) {
      failure(error)
      return
    }
    if (step.done === true) return
    take(step.value)
  }
}

function* itemsOf({ input }: MapArgument): Generator<readonly unknown[]> {
  if ('file' in input) for (const block of blocksOf(input)) yield linesOf(block)
  else
    for (const batch of input.batches) {
      const rows = rowsOf(batch)
      yield input.itemOf === 'line' ? rows.map(row => (row as { readonly line: string }).line) : rows
    }
}

function iterate(pairs: unknown): Iterable<unknown> {
  if (typeof pairs === 'object' && pairs !== null && Symbol.iterator in pairs) return pairs as Iterable<unknown>
  throw new TidemillError('session.map-reduce', `map must give something to iterate over, not ${whatIs(pairs)}`, {
    hint: 'write it as a generator: *map(item) { yield [key, value] as const }, without async',
  })
}

function pairOf(pair: unknown): [Key, unknown] {
  if (Array.isArray(pair) && pair.length === 2) {
    const [key, value]: unknown[] = pair
    if (typeof key === 'string' || typeof key === 'number') return [key, value]
  }
  throw new TidemillError('session.map-reduce', `map must yield pairs of a text or number and a value, not ${shown(pair)}`, {
    hint: 'write yield [key, value] as const',
  })
}

/** Kinds, not values: a message must not carry what the rows hold. */
function shown(pair: unknown): string {
  if (!Array.isArray(pair)) return typeof pair === 'string' ? 'a text' : whatIs(pair)
  return pair.length === 2
    ? `a pair whose key is ${typeof pair[0] === 'object' ? whatIs(pair[0]) : `of type ${typeof pair[0]}`}`
    : `a list of ${pair.length}`
}
