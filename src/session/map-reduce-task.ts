/** The part of MapReduce that runs on a worker thread. */
import { TidemillError } from '../errors/index.ts'
import { type HostFunction, loadFunction } from '../workers/index.ts'
import { whatIs } from './check-arguments.ts'

/** Values by key, in the order the keys were first met. */
export type Pairs = readonly (readonly [key: string | number, values: readonly unknown[]])[]
export interface MapArgument {
  readonly items: readonly unknown[]
  readonly map: HostFunction
  readonly combine: HostFunction | undefined
}
export interface MapAnswer {
  readonly pairs: Pairs
}
export interface ReduceArgument {
  readonly pairs: Pairs
  readonly combine: HostFunction | undefined
  readonly reduce: HostFunction
}

/** Calls the user's `map` on every item and folds the values of a key with `combine` at once. */
export async function mapTask({ items, map, combine }: MapArgument): Promise<MapAnswer> {
  const mapOne = await loadFunction(map)
  const fold = combine === undefined ? undefined : await loadFunction(combine)
  const groups = new Map<string | number, unknown[]>()
  for (const item of items)
    for (const pair of iterate(mapOne(item))) {
      const [key, value] = pairOf(pair)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [value])
      else if (fold === undefined) group.push(value)
      else group[0] = fold(group[0], value)
    }
  return { pairs: [...groups] }
}

/** Calls the user's `reduce` on every key, its values folded with `combine` before. */
export async function reduceTask({ pairs, combine, reduce }: ReduceArgument): Promise<object[]> {
  const reduceOne = await loadFunction(reduce)
  const fold = combine === undefined ? undefined : await loadFunction(combine)
  return pairs.map(([key, values]) => {
    const folded = fold === undefined || values.length < 2 ? values : [values.reduce((a, b) => fold(a, b))]
    const row = reduceOne(key, folded.values())
    if (typeof row !== 'object' || row === null || Array.isArray(row) || 'then' in row)
      throw new TidemillError('session.map-reduce', `reduce must give an object, not ${whatIs(row)} (key ${key})`, {
        hint: 'write reduce: (key, values) => ({ key, ... }), without async',
      })
    return row
  })
}

function iterate(pairs: unknown): Iterable<unknown> {
  if (typeof pairs === 'object' && pairs !== null && Symbol.iterator in pairs) return pairs as Iterable<unknown>
  throw new TidemillError('session.map-reduce', `map must give something to iterate over, not ${whatIs(pairs)}`, {
    hint: 'write it as a generator: *map(item) { yield [key, value] as const }, without async',
  })
}

function pairOf(pair: unknown): readonly [string | number, unknown] {
  if (Array.isArray(pair) && pair.length === 2) {
    const [key, value]: unknown[] = pair
    if (typeof key === 'string' || typeof key === 'number') return [key, value]
  }
  throw new TidemillError('session.map-reduce', `map must yield pairs of a text or number and a value, not ${JSON.stringify(pair)}`, {
    hint: 'write yield [key, value] as const',
  })
}
