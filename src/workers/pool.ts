import { availableParallelism } from 'node:os'
import type { Batch } from '../batch/index.ts'
import { channels } from '../channels/index.ts'
import { printCallSite, TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../time/index.ts'
import { notCloneable } from './check-cloneable.ts'
import { rowCells, watchRow } from './deadline.ts'
import { faultOf, goesOn, rowError } from './row-faults.ts'
import { TooLate } from './call-rows.ts'
import type { Job } from './job.ts'
import { type Answer, type BatchAnswer, type BatchWork, errorFromWire, messageOf, type Work } from './protocol.ts'
import type { BatchTask, CallOptions, Fault, HostFunction, Pool, PoolOptions } from './seams.ts'
import { sharedCopies } from './shared-copies.ts'
import { startThread, type Thread, type ThreadOptions } from './thread.ts'
import { defaultMemoryMb } from './watch-memory.ts'
import { fromWire, toWire } from './wire-values.ts'

export interface PoolSettings {
  /** Default: the processors this process may use. */
  readonly threads?: number | undefined
  /**
   * Heap of a thread in MiB; typed arrays and buffers may take twice as much, at least 1 GiB. A thread above it is ended within some 100 ms (workers.died).
   * Default: half of what the machine lends, shared by the threads.
   *
   * A thread shares its process with the program, so not all can be contained: V8 ends the process when one call asks for more than it can ever hold (an array
   * filled with 500 million items), or when a single built-in call passes the hard limit, which is at least 1 GiB above this one.
   */
  readonly memoryMb?: number | undefined
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
}

/** One works while the next waits at its door. */
const inFlight = 2
/** A job that is lost with its thread this often is not tried again, though it may be innocent. */
const mostLosses = 2

/**
 * Makes a pool of worker threads. They start at first use, do not keep the program alive while idle, and are replaced when they die.
 *
 * @example
 * const workers = pool({ threads: 2 })
 * const answer = await workers.call(moduleFunction(url, 'score'), 5)
 * await workers.close()
 * @throws workers.function-failed, workers.died, workers.closed, workers.not-cloneable from its methods
 */
export function pool(settings: PoolSettings = {}): Pool {
  return new ThreadPool(settings)
}

interface SubmitOptions extends CallOptions {
  readonly task: string
}

class ThreadPool implements Pool {
  readonly size: number
  readonly #options: ThreadOptions
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  /** By number, from 1; undefined where none was started yet or one died. */
  readonly #threads: (Thread | undefined)[]
  readonly #queue: Job[] = []
  #ids = 0
  #closed = false

  constructor({ threads = availableParallelism(), memoryMb, clock = systemClock, scheduler = systemScheduler }: PoolSettings) {
    this.size = Math.max(1, Math.floor(threads))
    this.#threads = new Array<Thread | undefined>(this.size).fill(undefined)
    this.#options = { memoryMb: memoryMb ?? defaultMemoryMb(this.size), scheduler }
    this.#clock = clock
    this.#scheduler = scheduler
  }

  async *mapBatches(task: BatchTask, batches: AsyncIterable<Batch>, options: PoolOptions = {}): AsyncGenerator<Batch> {
    this.#check()
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
    const source = batches[Symbol.asyncIterator]()
    const running: Promise<BatchAnswer>[] = []
    let declared: Schema | undefined = task.declared
    let firstRow = 1
    let number = 0
    let finished = false
    const copies = sharedCopies()
    const send = (given: Batch): Promise<BatchAnswer> => {
      const { batch, giveBack } = copies.take(given)
      const work: BatchWork = {
        kind: 'batch',
        mode: task.mode,
        concurrency: task.concurrency,
        batch,
        firstRow,
        schema: declared,
        learnt: task.declared === undefined || task.taught === true,
        ...(task.policy === undefined ? {} : { policy: task.policy }),
      }
      firstRow += batch.rows
      const answer = this.#inTime(task.fn, work, { signal, run: options.run, task: `${task.fn.name} ${++number}` })
      // Awaited in its turn; until then its failure must not count as unhandled. After one, a thread may read the rows still.
      answer.then(giveBack, () => undefined)
      return answer
    }
    try {
      for (;;) {
        const next = await orAbort(source.next(), signal)
        if (next.done === true) break
        if (next.value.rows === 0) continue
        const answer = send(next.value)
        if (declared === undefined) {
          // Without columns nothing can overlap: the rows of this batch teach them.
          const { batch, schema, faults } = await answer
          for (const fault of faults ?? []) task.fault?.(fault)
          if (schema === undefined || batch === undefined) continue
          declared = schema
          task.learnt?.(schema)
          if (batch.rows > 0) yield batch
          continue
        }
        running.push(answer)
        const oldest = running.length < inFlight * this.size ? undefined : await running.shift()
        for (const fault of oldest?.faults ?? []) task.fault?.(fault)
        if (oldest?.batch !== undefined && oldest.batch.rows > 0) yield oldest.batch
      }
      for (let oldest = running.shift(); oldest !== undefined; oldest = running.shift()) {
        const { batch, faults } = await oldest
        for (const fault of faults ?? []) task.fault?.(fault)
        if (batch !== undefined && batch.rows > 0) yield batch
      }
      finished = true
    } finally {
      if (!finished) {
        stop.abort(abandonment)
        const closing = source.return?.()
        // After an abort the source may hang, which is its own affair; otherwise what it holds is given back before we go on.
        if (options.signal?.aborted === true) closing?.catch(() => undefined)
        else await closing
      }
    }
  }

  async call<T>(fn: HostFunction, argument: unknown, options: CallOptions = {}): Promise<T> {
    this.#check()
    const answer = await this.#submit<unknown>(
      fn,
      { kind: 'call', argument: toWire(argument) },
      { ...options, task: options.task ?? fn.name },
    )
    return fromWire(answer) as T
  }

  async close(): Promise<void> {
    this.#closed = true
    const threads = this.#alive()
    this.#threads.fill(undefined)
    const jobs = [...this.#queue.splice(0), ...threads.flatMap(thread => thread.jobs.splice(0))]
    for (const job of jobs) this.#fail(job, undefined, closedError())
    await Promise.all(threads.map(thread => thread.end()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #check(): void {
    if (this.#closed) throw closedError()
  }

  /** A batch whose function may take so long a call. A thread that stays in a call for longer is ended; by policy the batch is tried again without that row. */
  async #inTime(fn: HostFunction, work: BatchWork, options: SubmitOptions): Promise<BatchAnswer> {
    const { batch, firstRow, policy } = work
    const { timeoutMs } = policy ?? {}
    if (timeoutMs === undefined) return this.#submit<BatchAnswer>(fn, work, options)
    const late: Fault[] = []
    let { concurrency } = work
    for (;;) {
      const cells = rowCells()
      const own = new AbortController()
      let stuckAt: number | undefined
      let again = false
      let stop: (() => void) | undefined
      const begun = (): void => {
        stop?.()
        stop = watchRow(cells, { timeoutMs, clock: this.#clock, scheduler: this.#scheduler }, (row, sure) => {
          stuckAt = row
          again = !sure && concurrency > 1
          own.abort(rowError({ fn, batch, firstRow, policy }, new TooLate(), row, work.mode === 'batch' ? batch.rows - 1 : row))
        })
      }
      const signal = options.signal === undefined ? own.signal : AbortSignal.any([options.signal, own.signal])
      try {
        const without = late.map(fault => fault.row - firstRow)
        const answer = await this.#submit<BatchAnswer>(fn, { ...work, concurrency, cells, without }, { ...options, signal, begun })
        return late.length === 0 ? answer : { ...answer, faults: [...late, ...(answer.faults ?? [])].sort((a, b) => a.row - b.row) }
      } catch (error) {
        if (stuckAt === undefined || options.signal?.aborted === true) throw error
        // Several rows were under way: one after the other, the one to blame is found.
        if (again) {
          concurrency = 1
          continue
        }
        if (!goesOn(policy)) throw error
        const to = work.mode === 'batch' ? batch.rows - 1 : stuckAt
        late.push(faultOf({ fn, batch, firstRow, policy }, error as TidemillError, stuckAt, to))
      } finally {
        stop?.()
      }
    }
  }

  async #submit<T>(fn: HostFunction, work: Work, { signal, run = '', task, begun }: SubmitOptions): Promise<T> {
    this.#check()
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const job: Job = {
      id: ++this.#ids,
      fn,
      work,
      run,
      task,
      losses: 0,
      abandoned: false,
      begun: undefined,
      onBegin: begun,
      resolve,
      reject,
    }
    const abort = (): void => this.#abort(job, signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      this.#queue.push(job)
      this.#pump()
      return (await promise) as T
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Hands waiting jobs to threads that have room. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const thread = this.#pick()
      if (thread === undefined) return
      const job = this.#queue.shift()
      if (job !== undefined) this.#send(thread, job)
    }
  }

  /** An idle thread, else a new one, else one whose work nobody wants any more (replaced), else one with room at its door. */
  #pick(): Thread | undefined {
    const threads = this.#alive()
    const idle = threads.find(thread => thread.jobs.length === 0)
    if (idle !== undefined) return idle
    if (threads.length < this.size) return this.#start(this.#threads.indexOf(undefined) + 1)
    const useless = threads.find(thread => thread.jobs.every(job => job.abandoned))
    if (useless !== undefined) return this.#replace(useless)
    return threads.find(thread => thread.jobs.length < inFlight)
  }

  #start(number: number): Thread {
    const thread = startThread(number, this.#options, {
      answer: (from, answer) => this.#answered(from, answer),
      lost: (from, cause, exitCode) => this.#lost(from, cause, exitCode),
    })
    this.#threads[number - 1] = thread
    return thread
  }

  #replace(thread: Thread): Thread {
    void thread.end()
    return this.#start(thread.number)
  }

  #send(thread: Thread, job: Job): void {
    const { hash } = job.fn
    try {
      thread.send({ id: job.id, fn: thread.known.has(hash) ? hash : job.fn, work: job.work })
    } catch (error) {
      job.reject(notCloneable(`the argument of ${job.fn.name}`, `not cloneable: ${messageOf(error)}`))
      return
    }
    thread.known.add(hash)
    thread.jobs.push(job)
    thread.hold(true)
    if (thread.jobs.length === 1) this.#begin(thread)
  }

  #begin(thread: Thread): void {
    const job = thread.jobs[0]
    if (job === undefined || job.begun !== undefined) return
    job.begun = this.#clock.monotonic()
    this.#publish(job, thread, 'start')
    job.onBegin?.(thread.number)
  }

  #answered(thread: Thread, { id, value, error }: Answer): void {
    const job = thread.jobs[0]
    if (job?.id !== id) return
    thread.jobs.shift()
    if (error === undefined) {
      this.#publish(job, thread, 'end')
      job.resolve(value)
    } else this.#fail(job, thread, errorFromWire(error))
    this.#begin(thread)
    thread.hold(thread.jobs.some(waiting => !waiting.abandoned))
    this.#pump()
  }

  #fail(job: Job, thread: Thread | undefined, error: unknown): void {
    if (thread !== undefined) this.#publish(job, thread, 'error')
    job.reject(error)
  }

  /** The job it worked on is to blame; the one at its door is given to another thread. */
  #lost(thread: Thread, cause: unknown, exitCode: number | undefined): void {
    if (this.#threads[thread.number - 1] !== thread) return
    this.#threads[thread.number - 1] = undefined
    const [guilty, ...others] = thread.jobs.splice(0)
    if (guilty !== undefined) this.#fail(guilty, thread, deathOf(thread, guilty, cause, exitCode))
    this.#again(others)
  }

  /** Jobs that waited behind another go back to the front of the queue. */
  #again(jobs: readonly Job[]): void {
    const wanted: Job[] = []
    for (const job of jobs) {
      if (job.abandoned) continue
      job.begun = undefined
      if (++job.losses < mostLosses) wanted.push(job)
      else job.reject(died(`a worker ended ${mostLosses} times while ${job.task} waited for it`, {}))
    }
    this.#queue.unshift(...wanted)
    this.#pump()
  }

  /** A job that waits is dropped. One that runs takes its thread with it, unless only its consumer left: then the thread is replaced when it is needed. */
  #abort(job: Job, reason: unknown): void {
    const waiting = this.#queue.indexOf(job)
    if (waiting >= 0) this.#queue.splice(waiting, 1)
    job.abandoned = true
    const thread = this.#alive().find(({ jobs }) => jobs.includes(job))
    if (thread === undefined) job.reject(reason)
    else {
      this.#fail(job, job.begun === undefined ? undefined : thread, reason)
      if (thread.jobs[0] === job && reason !== abandonment) this.#end(thread)
      else thread.hold(thread.jobs.some(other => !other.abandoned))
    }
  }

  #end(thread: Thread): void {
    this.#threads[thread.number - 1] = undefined
    void thread.end()
    const others = thread.jobs.splice(0).slice(1)
    for (const job of others) job.losses--
    this.#again(others)
  }

  #alive(): Thread[] {
    return this.#threads.filter(thread => thread !== undefined)
  }

  #publish(job: Job, thread: Thread, phase: 'start' | 'end' | 'error'): void {
    if (!channels.task.hasSubscribers) return
    const ms = phase === 'start' || job.begun === undefined ? undefined : this.#clock.monotonic() - job.begun
    const rows = job.work.kind === 'batch' ? job.work.batch.rows : undefined
    channels.task.publish({
      run: job.run,
      task: job.task,
      worker: thread.number,
      phase,
      ...(rows === undefined ? {} : { rows }),
      ...(ms === undefined ? {} : { ms }),
    })
  }
}

/** The reason of an abort that only means that nobody reads on. */
const abandonment = new Error('nobody reads on')

async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody waits for the work after an abort: its failure must not count as unhandled.
  work.catch(() => undefined)
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function closedError(): TidemillError {
  return new TidemillError('workers.closed', 'the worker pool is closed', { hint: 'open another session' })
}

function deathOf(thread: Thread, job: Job, cause: unknown, exitCode: number | undefined): TidemillError {
  const site = printCallSite(job.fn.at)
  const doing = `${job.task}${site === undefined ? '' : ` (at ${site})`}`
  const why = cause === undefined ? `exit code ${exitCode ?? 'unknown'}` : messageOf(cause)
  return died(`worker ${thread.number} ended unexpectedly while it ran ${doing}: ${why}`, {
    details: { worker: thread.number, task: job.task, exitCode },
    hint: hintOf(thread, cause, exitCode),
    cause,
  })
}

function hintOf(thread: Thread, cause: unknown, exitCode: number | undefined): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return 'the function needs more memory than a worker has: work on smaller pieces, or open the session with fewer workers'
  if (!thread.answered && (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'))
    return 'the worker file was not found: tell your bundler to leave tidemill out (external: tidemill; in Next.js serverExternalPackages)'
  if (cause === undefined && exitCode !== undefined) return 'a function must not call process.exit; throw an error instead'
  return 'an error outside the awaited part of the function, as in a timer or an event, ends its worker: await it, or catch it there'
}

function died(
  message: string,
  { details, hint, cause }: { readonly details?: Record<string, unknown>; readonly hint?: string; readonly cause?: unknown },
): TidemillError {
  return new TidemillError('workers.died', message, {
    ...(details === undefined ? {} : { details }),
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  })
}
