import { TidemillError, whatIs } from '../errors/index.ts'
import { compareKeys, type CompareKeys, hashKey, type Key } from './keys.ts'
import { type Run, RunWriter } from './run-file.ts'

/** How pairs are kept and cut. */
export interface CollectorOptions {
  readonly partitions: number
  readonly compare: CompareKeys
  readonly combine: ((a: unknown, b: unknown) => unknown) | undefined
  readonly partition: ((key: Key, partitions: number) => unknown) | undefined
  /** Estimated bytes of keys and values from which on they are written as a run. */
  readonly memory: number
  /** Runs up to so many bytes stay in memory. */
  readonly inMemory: number
  readonly path: (spill: number) => string
}

/** Gathers pairs by key on the map side; full, it writes them as a sorted run and begins anew. */
export class Collector {
  readonly runs: Run[] = []
  /** Pairs before and after they were combined. */
  pairs = 0
  readonly #options: CollectorOptions
  readonly #partitionOf: (key: Key) => number
  #groups = new Map<Key, unknown[]>()
  #bytes = 0

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#partitionOf = partitionOf(options.partition, options.partitions)
  }

  add(key: Key, value: unknown): void {
    this.pairs++
    const { combine, memory } = this.#options
    const group = this.#groups.get(key)
    if (group === undefined) {
      this.#groups.set(key, [value])
      this.#bytes += (typeof key === 'string' ? 2 * key.length : 8) + 100 + sizeOf(value, 0)
    } else if (combine === undefined) {
      group.push(value)
      this.#bytes += 8 + sizeOf(value, 0)
    } else {
      const before = typeof group[0] === 'number' ? 0 : sizeOf(group[0], 0)
      group[0] = combine(group[0], value)
      // What is combined may grow: lists, sketches.
      if (typeof group[0] !== 'number') this.#bytes += sizeOf(group[0], 0) - before
    }
    if (this.#bytes > memory) this.#spill(0)
  }

  finish(): readonly Run[] {
    if (this.#groups.size > 0) this.#spill(this.#options.inMemory)
    return this.runs
  }

  #spill(inMemory: number): void {
    const { partitions, compare, path } = this.#options
    const parts: Key[][] = Array.from({ length: partitions }, () => [])
    for (const key of this.#groups.keys()) (parts[this.#partitionOf(key)] as Key[]).push(key)
    const writer = new RunWriter(path(this.runs.length), inMemory)
    try {
      parts.forEach((keys, partition) => {
        if (keys.length === 0) return
        writer.begin(partition)
        for (const key of sortKeys(keys, compare)) writer.add(key, this.#groups.get(key) ?? [])
      })
      this.runs.push(writer.finish())
    } catch (error) {
      writer.abandon()
      throw error
    }
    this.#groups = new Map()
    this.#bytes = 0
  }
}

/** In place. Texts without surrogates have one order by units and by code points, and units are compared by V8 itself. */
function sortKeys(keys: Key[], compare: CompareKeys): readonly Key[] {
  const plain = compare === compareKeys && keys.every(key => typeof key === 'string' && !/[\ud800-\udfff]/.test(key))
  return keys.sort(plain ? byUnits : compare)
}

function byUnits(a: Key, b: Key): number {
  return a < b ? -1 : Number(a > b)
}

/** The partition of a key: the user's, or by its hash. */
export function partitionOf(partition: CollectorOptions['partition'], partitions: number): (key: Key, hash?: number) => number {
  if (partition === undefined) return (key, hash = hashKey(key)) => hash % partitions
  return key => {
    const chosen = partition(key, partitions)
    if (Number.isInteger(chosen) && Number(chosen) >= 0 && Number(chosen) < partitions) return Number(chosen)
    throw new TidemillError(
      'session.map-reduce',
      `partition must give a whole number from 0 to ${partitions - 1}, not ${whatIs(chosen)} (key ${key})`,
      {
        details: { partitions },
      },
    )
  }
}

/** A guess at the bytes a value takes; large things are looked at a little. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return 24 + 2 * value.length
  if (typeof value !== 'object' || value === null) return 8
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength
  if (depth > 3) return 64
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  if (items.length === 0) return 48
  const looked = Math.min(items.length, 8)
  let sum = 0
  for (let i = 0; i < looked; i++) sum += sizeOf(items[i], depth + 1)
  return 48 + (sum / looked + 8) * items.length
}
