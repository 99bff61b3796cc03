/** Runs the tasks of one phase on the pool: as many at a time as there are threads, again when they are lost, twice when they lag, not for ever. */
import { TidemillError } from '../errors/index.ts'
import type { Clock, Scheduler } from '../time/index.ts'
import type { HostFunction, Pool } from '../workers/index.ts'
import type { Settings } from './check-job.ts'
import type { TaskAnswer, TaskBase } from './task-data.ts'

/** One task: what it is given, and where its items come from. */
export interface Task<A> {
  readonly name: string
  readonly fn: HostFunction
  /** The argument of a try; each has paths and a progress of its own. */
  argument(base: Pick<TaskBase, 'progress' | 'passOver'>, attempt: number): object
  /** An item as a message names it: `line 7 of be.txt`. `key` where it is known. */
  place(item: number, key?: unknown): Promise<string>
  /** Told of the answer that counts, and of which try it is. */
  finished(answer: A, attempt: number): Promise<void> | void
}
/** What a task cost. */
export interface TaskFigures {
  readonly name: string
  readonly worker: number
  readonly ms: number
  /** Tries that failed and were made again. */
  readonly retries: number
  /** Given to a second thread because it lagged. */
  readonly reissued: boolean
}
export interface Finished<A> {
  readonly answer: A
  readonly figures: TaskFigures
}
export interface CrewOptions {
  readonly pool: Pool
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly run: string
  readonly signal: AbortSignal | undefined
  readonly settings: Settings
  /** Called some times a second with the items of the tasks that run. */
  readonly tick: (running: number) => void
}

const tickMs = 100
/** Progress of a task whose first item has not begun: its functions are loaded, its files opened. */
const notBegun = -1
/** Loading may take so long, whatever the deadline. */
const loadingMs = 60_000
/** Median of fewer tasks says little. */
const fewest = 2

interface Attempt {
  readonly number: number
  readonly stop: AbortController
  readonly progress: Int32Array<SharedArrayBuffer>
  worker: number
  /** When its thread began; undefined while it waits. */
  begun: number | undefined
  /** When its progress was last seen to move, and what it was. */
  moved: number
  last: number
}
interface Running<A> {
  readonly task: Task<A>
  readonly attempts: Set<Attempt>
  readonly passOver: number[]
  number: number
  retries: number
  reissued: boolean
  settled: boolean
  readonly resolve: (finished: Finished<A>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Runs tasks; gives their answers in the order of the tasks.
 *
 * @throws the first failure, when no other try of that task is under way
 */
export async function runTasks<A extends TaskAnswer>(
  tasks: AsyncIterable<Task<A>> | Iterable<Task<A>>,
  options: CrewOptions,
): Promise<Finished<A>[]> {
  return new Crew<A>(options).run(tasks)
}

class Crew<A extends TaskAnswer> {
  readonly #options: CrewOptions
  readonly #running = new Set<Running<A>>()
  readonly #durations: number[] = []
  readonly #leftovers: Promise<unknown>[] = []
  #cancelTick: (() => void) | undefined
  #exhausted = false

  constructor(options: CrewOptions) {
    this.#options = options
  }

  async run(tasks: AsyncIterable<Task<A>> | Iterable<Task<A>>): Promise<Finished<A>[]> {
    const { pool, signal } = this.#options
    const finished: Promise<Finished<A>>[] = []
    const failure = Promise.withResolvers<never>()
    let failed = false
    failure.promise.catch(() => {
      failed = true
    })
    const active = new Set<Promise<unknown>>()
    const abort = (): void => failure.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    this.#tickLater()
    try {
      signal?.throwIfAborted()
      for await (const task of tasks) {
        const answer = this.#start(task)
        finished.push(answer)
        const watched: Promise<void> = answer.then(
          () => void active.delete(watched),
          (error: unknown) => failure.reject(error),
        )
        active.add(watched)
        while (active.size >= pool.size && !failed) await Promise.race([...active, failure.promise])
        if (failed) break
      }
      this.#exhausted = true
      return await Promise.race([Promise.all(finished), failure.promise])
    } catch (error) {
      for (const running of this.#running) this.#end(running, error)
      throw error
    } finally {
      this.#cancelTick?.()
      signal?.removeEventListener('abort', abort)
      await Promise.allSettled([...finished, ...this.#leftovers])
    }
  }

  #start(task: Task<A>): Promise<Finished<A>> {
    const { promise, resolve, reject } = Promise.withResolvers<Finished<A>>()
    const running: Running<A> = {
      task,
      attempts: new Set(),
      passOver: [],
      number: 0,
      retries: 0,
      reissued: false,
      settled: false,
      resolve,
      reject,
    }
    this.#running.add(running)
    this.#launch(running)
    return promise
  }

  #launch(running: Running<A>): void {
    const { pool, run, clock } = this.#options
    const { task } = running
    const progress = new Int32Array(new SharedArrayBuffer(8))
    progress[0] = notBegun
    const attempt: Attempt = {
      number: ++running.number,
      stop: new AbortController(),
      progress,
      worker: 0,
      begun: undefined,
      moved: 0,
      last: notBegun,
    }
    running.attempts.add(attempt)
    const argument = task.argument({ progress: attempt.progress, passOver: [...running.passOver] }, attempt.number)
    const begun = (worker: number): void => {
      attempt.worker = worker
      attempt.begun = clock.monotonic()
      attempt.moved = attempt.begun
    }
    const call = pool.call<A>(task.fn, argument, { run, task: task.name, signal: attempt.stop.signal, begun })
    this.#leftovers.push(
      call.then(
        answer => this.#answered(running, attempt, answer),
        (error: unknown) => this.#failed(running, attempt, error),
      ),
    )
  }

  /** The first answer counts; another is thrown away with its files. */
  async #answered(running: Running<A>, attempt: Attempt, answer: A): Promise<void> {
    running.attempts.delete(attempt)
    // Another try was faster: its files go with the folder of the job.
    if (running.settled) return
    const ms = this.#options.clock.monotonic() - (attempt.begun ?? 0)
    this.#durations.push(ms)
    this.#settle(running)
    const { retries, reissued } = running
    try {
      await running.task.finished(answer, attempt.number)
    } catch (error) {
      running.reject(error)
      return
    }
    running.resolve({ answer, figures: { name: running.task.name, worker: attempt.worker, ms, retries, reissued } })
  }

  async #failed(running: Running<A>, attempt: Attempt, error: unknown): Promise<void> {
    running.attempts.delete(attempt)
    if (running.settled) return
    const { settings, scheduler } = this.#options
    if (error instanceof NoReturn) {
      if (settings.onError !== 'fail' && !running.passOver.includes(error.item)) {
        running.passOver.push(error.item)
        if (running.attempts.size === 0) this.#launch(running)
      } else this.#end(running, await this.#deadlineError(running.task, error.item))
      return
    }
    const again = this.#mayTryAgain(error)
    // The other try of a task that lags may still come through.
    if (again && running.attempts.size > 0) return
    if (!again || running.retries + 1 >= settings.attempts) {
      this.#end(running, await placed(running.task, error, running.retries))
      return
    }
    const wait = settings.backoffMs * 2 ** running.retries
    running.retries++
    await new Promise<void>(resolve => void scheduler.after(wait, resolve))
    if (!running.settled) this.#launch(running)
  }

  #mayTryAgain(error: unknown): boolean {
    if (!(error instanceof TidemillError)) return false
    if (error.code === 'workers.died' || error.retryable) return true
    return this.#options.settings.retryAll && error.code === 'workers.function-failed'
  }

  #end(running: Running<A>, error: unknown): void {
    if (running.settled) return
    this.#settle(running)
    running.reject(error)
  }

  #settle(running: Running<A>): void {
    running.settled = true
    this.#running.delete(running)
    // A thread that works on what nobody needs is ended and replaced.
    for (const other of running.attempts) other.stop.abort(new Superseded())
  }

  #tickLater(): void {
    const { scheduler, settings } = this.#options
    this.#cancelTick = scheduler.after(Math.max(5, Math.min(tickMs, settings.deadlineMs / 4)), () => {
      this.#look()
      this.#tickLater()
    })
  }

  #look(): void {
    const now = this.#options.clock.monotonic()
    let items = 0
    for (const running of this.#running) {
      for (const attempt of running.attempts) this.#lookAt(attempt, now)
      items += Math.max(0, ...[...running.attempts].map(({ progress }) => progress[0] as number))
    }
    this.#options.tick(items)
    this.#speculate(now)
  }

  #lookAt(attempt: Attempt, now: number): void {
    if (attempt.begun === undefined) return
    const item = Atomics.load(attempt.progress, 0)
    const { deadlineMs } = this.#options.settings
    const at = item + 0x1_0000_0000 * Atomics.load(attempt.progress, 1)
    if (at !== attempt.last) {
      attempt.last = at
      attempt.moved = now
    } else if (now - attempt.moved > (item === notBegun ? Math.max(deadlineMs, loadingMs) : deadlineMs))
      attempt.stop.abort(new NoReturn(Math.max(0, item)))
  }

  /** Idle threads take the task that lags most. */
  #speculate(now: number): void {
    const { settings, pool } = this.#options
    if (settings.speculation === undefined || !this.#exhausted || this.#durations.length < fewest) return
    const median = this.#durations.toSorted((a, b) => a - b)[this.#durations.length >> 1] as number
    const limit = Math.max(settings.speculation.afterMs, settings.speculation.times * median)
    let free = pool.size - [...this.#running].reduce((sum, { attempts }) => sum + attempts.size, 0)
    for (const running of this.#running) {
      const [only] = running.attempts
      if (free <= 0) return
      if (running.attempts.size !== 1 || running.reissued || only?.begun === undefined || now - only.begun < limit) continue
      running.reissued = true
      this.#launch(running)
      free--
    }
  }

  async #deadlineError(task: Task<A>, item: number): Promise<TidemillError> {
    const { deadlineMs } = this.#options.settings
    const place = await task.place(item)
    return new TidemillError('mapreduce.deadline', `${task.name} has not returned for ${deadlineMs / 1000} s at ${place}: it was stopped`, {
      details: { task: task.name, item, place, deadlineMs },
      hint: "look at that item; work that takes longer wants a larger deadline: { deadline: '1h' }",
    })
  }
}

/** A function went on for longer than its deadline. */
class NoReturn extends Error {
  readonly item: number

  constructor(item: number) {
    super('no return before the deadline')
    this.item = item
  }
}
/** Another try was faster, or the job failed. */
class Superseded extends Error {}

/** The error with its place in the input, and how often the task was tried. */
async function placed<A>(task: Task<A>, error: unknown, retries: number): Promise<unknown> {
  if (!(error instanceof TidemillError)) return error
  const tried = retries > 0 ? ` (tried ${retries + 1} times)` : ''
  const { item, ...details } = error.details as { readonly item?: unknown; readonly key?: unknown }
  const at = typeof item === 'number' ? ` at ${await task.place(item, details.key)}` : ''
  if (at === '' && tried === '') return error
  const message = at === '' ? error.message : error.message.replace(/^function \w+ failed/, failed => `${failed}${at}`)
  return new TidemillError(error.code, `${message}${tried}`, {
    details: { ...details, ...(typeof item === 'number' ? { place: at.slice(4) } : {}), task: task.name, attempts: retries + 1 },
    retryable: error.retryable,
    cause: error.cause ?? error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}
