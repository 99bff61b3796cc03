import { batchFromRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Poll, SourceReader, SourceShare, SourceStep } from '../seams.ts'
import type { SourcePlace } from './open-source.ts'
import { isMine } from './share.ts'
import { callOf, failed, notAsync } from './source-function.ts'

/**
 * Tuples of the user's spout: `next()` is asked once, and what it gives is drained. The position is the number of tuples given; to go on from there the spout is
 * made anew and so many are passed over.
 */
export function spoutReader(step: SourceStep, share: SourceShare, { functions }: SourcePlace): SourceReader {
  const mine = share.initial.filter(partition => isMine(share, partition))
  const tasks = new Map(mine.map(partition => [partition, new Task(step, callOf(step, functions))]))
  return {
    partitions: () => mine,
    poll(partition, from, most) {
      const task = tasks.get(partition)
      if (task === undefined) throw new TidemillError('stream.source-failed', `task of another thread: ${partition} of source ${step.id}`)
      return task.poll(from, most)
    },
    close() {
      for (const task of tasks.values()) task.close()
    },
  }
}

class Task {
  readonly #step: SourceStep
  readonly #make: (...args: readonly unknown[]) => unknown
  #tuples: Iterator<unknown> | undefined
  #given = 0

  constructor(step: SourceStep, make: (...args: readonly unknown[]) => unknown) {
    this.#step = step
    this.#make = make
  }

  poll(from: number, most: number): Poll {
    const tuples: object[] = []
    try {
      const source = this.#at(from)
      while (tuples.length < most) {
        const { done, value } = source.next()
        if (done === true) break
        notAsync(this.#step, value)
        if (typeof value !== 'object' || value === null) throw new TypeError(`a tuple must be an object, not ${String(value)}`)
        tuples.push(value)
      }
      this.#given = from + tuples.length
      if (tuples.length === 0) return { kind: 'ended' }
      const batch = batchFromRows(this.#step.fields, tuples, { firstRow: from })
      return { kind: 'rows', batch, next: this.#given, dead: [], behind: 0 }
    } catch (error) {
      if (error instanceof TidemillError && error.code.startsWith('stream.')) throw error
      throw failed(this.#step, `at tuple ${from + tuples.length}`, error)
    }
  }

  close(): void {
    this.#tuples?.return?.()
    this.#tuples = undefined
  }

  /** The tuples from this place on. */
  #at(from: number): Iterator<unknown> {
    if (this.#tuples !== undefined && this.#given === from) return this.#tuples
    this.close()
    const tuples = this.#begin()
    for (let passed = 0; passed < from; passed++) if (tuples.next().done === true) break
    this.#tuples = tuples
    return tuples
  }

  #begin(): Iterator<unknown> {
    const spout = this.#make(this.#step.fn?.with) as { next?: unknown } | null | undefined
    if (typeof spout !== 'object' || spout === null || typeof spout.next !== 'function')
      throw new TypeError('a spout must be an object with a function `next`')
    const tuples: unknown = (spout as { next: () => unknown }).next()
    notAsync(this.#step, tuples)
    if (typeof tuples === 'object' && tuples !== null && Symbol.iterator in tuples) return (tuples as Iterable<unknown>)[Symbol.iterator]()
    throw new TypeError('next() of a spout must give something to iterate over')
  }
}
