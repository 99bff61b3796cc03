import { TidemillError, whatIs } from '../errors/index.ts'
import { messageOf } from '../workers/index.ts'
import type { Key } from './keys.ts'
import type { FailedItem, TaskBase } from './task-data.ts'

/** Second argument of `map`, third of `reduce`. */
export interface JobContext {
  /** Adds to a counter of the job, which its report shows: `counter('bad dates')`. Counted once, however often a task is tried. */
  counter(name: string, by?: number): void
}

/** Items kept of a task that failed; the rest is counted. */
const mostKept = 1000

/** What the user's functions are watched by: progress, counters, items that fail. */
export class TaskContext implements JobContext {
  readonly #counters = new Map<string, number>()
  readonly failed: FailedItem[] = []
  failures = 0
  readonly #task: TaskBase
  readonly #passOver: ReadonlySet<number>

  constructor(task: TaskBase) {
    this.#task = task
    this.#passOver = new Set(task.passOver)
    // The user may take it out of the argument: `{ counter }`.
    this.counter = this.counter.bind(this)
  }

  counter(name: string, by = 1): void {
    if (typeof name !== 'string' || typeof by !== 'number' || !Number.isFinite(by))
      throw new TidemillError('session.map-reduce', `counter wants a name and a number, not ${whatIs(name)} and ${whatIs(by)}`)
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by)
  }

  get counters(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counters)
  }

  /** Says how far the task is; false where the item is passed over. */
  begin(item: number): boolean {
    Atomics.store(this.#task.progress, 0, item)
    if (!this.#passOver.has(item)) return true
    this.#keep({ item, error: 'the function did not return before its deadline' })
    return false
  }

  /** Moves the clock of the deadline on within an item. */
  alive(): void {
    Atomics.add(this.#task.progress, 1, 1)
  }

  /** A function threw: the task fails, or the item is kept and passed over. */
  failure(role: 'map' | 'reduce', item: number, value: unknown, error: unknown, key?: Key): void {
    if (this.#task.onError === 'fail') throw failed(role, item, error, key)
    const shown = this.#task.values ? { value: textOf(value) } : {}
    this.#keep({ item, error: messageOf(error), ...(key === undefined ? {} : { key }), ...shown })
  }

  #keep(item: FailedItem): void {
    this.failures++
    if (this.failed.length < mostKept) this.failed.push(item)
  }
}

/** The place is added by the program, which knows what came before the task. */
function failed(role: 'map' | 'reduce', item: number, error: unknown, key: Key | undefined): TidemillError {
  return new TidemillError('workers.function-failed', `function ${role} failed: ${messageOf(error)}`, {
    details: { function: role, item, ...(key === undefined ? {} : { key }) },
    cause: error,
  })
}

function textOf(value: unknown): string {
  try {
    const text =
      typeof value === 'string'
        ? value
        : (JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? String(value))
    return text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text
  } catch (error) {
    return `cannot be shown: ${messageOf(error)}`
  }
}
