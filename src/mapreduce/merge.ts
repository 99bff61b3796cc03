/** K-way merge of sorted runs: keys in order, the values of a key as they come, one record in memory a run. */
import type { CompareKeys, Key } from './keys.ts'
import { type Run, RunWriter, SegmentCursor } from './run-file.ts'

/** The part of a run that belongs to the partition. */
export interface MergeInput {
  readonly run: Run
  readonly segment: Run['segments'][number]
}

/**
 * Goes through the keys of sorted runs. Runs come in the order of their splits, so that the values of a key do too.
 *
 * A heap of cursors, ordered by key and then by the number of the run.
 */
export class MergedRuns {
  readonly #compare: CompareKeys
  readonly #cursors: SegmentCursor[] = []
  /** Numbers of cursors; the first is the least. */
  readonly #heap: number[] = []
  #key: Key | undefined
  /** Counts keys: who still holds the values of one before gets none. */
  #group = 0

  constructor(inputs: readonly MergeInput[], compare: CompareKeys) {
    this.#compare = compare
    for (const { run, segment } of inputs) {
      const cursor = new SegmentCursor(run, segment)
      this.#cursors.push(cursor)
      if (cursor.next()) this.#push(this.#cursors.length - 1)
    }
  }

  /** The next key, or undefined at the end; values of the one before that nobody read are passed over. */
  next(): Key | undefined {
    while (this.#more()) this.#advance()
    this.#group++
    const least = this.#heap[0]
    this.#key = least === undefined ? undefined : this.#cursor(least).key
    return this.#key
  }

  /** Values of the key, read as they are asked for. Only until `next` is called. */
  *values(): Generator<unknown, undefined> {
    const group = this.#group
    while (this.#more()) {
      for (const value of this.#cursor(this.#heap[0] as number).values) {
        yield value
        if (this.#group !== group) return undefined
      }
      this.#advance()
    }
    return undefined
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close()
  }

  #cursor(number: number): SegmentCursor {
    return this.#cursors[number] as SegmentCursor
  }

  /** Whether the least record is of the key. */
  #more(): boolean {
    const least = this.#heap[0]
    return least !== undefined && this.#key !== undefined && this.#compare(this.#cursor(least).key, this.#key) === 0
  }

  #advance(): void {
    const least = this.#heap[0] as number
    if (!this.#cursor(least).next()) {
      const last = this.#heap.pop() as number
      if (this.#heap.length === 0) return
      this.#heap[0] = last
    }
    this.#sink()
  }

  #less(a: number, b: number): boolean {
    const order = this.#compare(this.#cursor(a).key, this.#cursor(b).key)
    return order < 0 || (order === 0 && a < b)
  }

  #push(number: number): void {
    const heap = this.#heap
    let at = heap.push(number) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#less(number, heap[above] as number)) break
      heap[at] = heap[above] as number
      at = above
    }
    heap[at] = number
  }

  #sink(): void {
    const heap = this.#heap
    const number = heap[0] as number
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && this.#less(heap[below + 1] as number, heap[below] as number)) below++
      if (!this.#less(heap[below] as number, number)) break
      heap[at] = heap[below] as number
      at = below
    }
    heap[at] = number
  }
}

/** Runs that are merged at once: a block of each is in memory. */
const fanIn = 128

/** Merges so many neighbours into one, on disk, until one merge can take the rest. */
export function narrowed(inputs: readonly MergeInput[], compare: CompareKeys, path: (number: number) => string): readonly MergeInput[] {
  let left = inputs
  let number = 0
  while (left.length > fanIn) {
    const next: MergeInput[] = []
    for (let from = 0; from < left.length; from += fanIn) next.push(mergedInto(left.slice(from, from + fanIn), compare, path(number++)))
    left = next
  }
  return left
}

function mergedInto(inputs: readonly MergeInput[], compare: CompareKeys, path: string): MergeInput {
  const merged = new MergedRuns(inputs, compare)
  const writer = new RunWriter(path, 0)
  try {
    writer.begin(0)
    for (let key = merged.next(); key !== undefined; key = merged.next()) writer.add(key, merged.values())
    const run = writer.finish()
    const segment = run.segments[0]
    if (segment === undefined) throw new RangeError('a merge of no pairs')
    return { run, segment }
  } catch (error) {
    writer.abandon()
    throw error
  } finally {
    merged.close()
  }
}
