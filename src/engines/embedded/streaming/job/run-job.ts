import { type ErrorCode, printCallSite, showingText, TidemillError } from '../../../../errors/index.ts'
import type { Job } from '../../../../plan/index.ts'
import { isUnderWay, type JobStatus, jobStatusWriter, StatusKeeper, stopAsked } from '../../../../telemetry/index.ts'
import type { Scheduler } from '../../../../time/index.ts'
import type { CoordinatorHears } from '../core/index.ts'
import type { Graph } from '../seams.ts'
import { jobShape } from './job-shape.ts'
import { type Attempt, type AttemptSettings, beginAttempt } from './run-attempt.ts'
import { supervise } from './supervise.ts'

export interface RunSettings {
  readonly attempt: Omit<AttemptSettings, 'hear'>
  /** Lets the job's folder go. */
  unlock(): Promise<void>
  readonly running?: Set<Job> | undefined
  readonly signal?: AbortSignal | undefined
}

const statusEveryMs = 500
/** Threads speak four times a second, between batches. One that is silent for so long is told of; a stop does not wait for it any more. */
const longSilenceMs = 10_000
const askEveryMs = 250

/**
 * Runs a job until it has ended: attempts one after the other, its status told to its folder, and what its folder is asked. Resolves when it runs, or has ended.
 */
export async function runJob({ attempt: settings, unlock, signal, running }: RunSettings): Promise<Job> {
  const { graph, home, threads, checkpointMs, clock, scheduler } = settings
  const keeper = new StatusKeeper(jobShape(graph, { threads, checkpointMs }), { clock })
  const writer = jobStatusWriter(home)
  const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>()
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let ran = false
  let checkpoints = 0
  let stopping: { readonly drain: boolean } | undefined
  let over: 'well' | 'badly' | undefined
  let leave: () => void = () => undefined
  const runs = (): void => {
    ran = true
    keeper.enter(stopping === undefined ? 'running' : 'stopping')
    tell()
    hasBegun()
  }
  const checkpointed = checkpointsOf(keeper, graph.name, () => checkpoints++)
  const hear: AttemptSettings['hear'] = {
    ...checkpointed,
    running: runs,
    figures: figures => figures.forEach(each => keeper.see(each)),
    refused(sink, error) {
      checkpointed.refused(sink, error)
      // One that has read all and only owes its sinks never opens a thread.
      if (!ran) runs()
    },
  }
  // The job does not depend on its status being written; half a second later it is tried again. Until it succeeds the status says so to whoever can hear it.
  const written = async (): Promise<void> => {
    try {
      await writer.write(keeper.status())
      forget(keeper, 'telemetry.unwritable')
    } catch (error) {
      // What went wrong in the job itself matters more.
      const { state, error: other } = keeper.status()
      if (other === null) keeper.enter(state, unwritten(graph.name, home, error))
    }
  }
  const tell = (): void => void written()
  const start = async (): Promise<Attempt> => {
    const made = await beginAttempt({ ...settings, hear })
    if (stopping !== undefined) made.coordinator.stop(stopping)
    return made
  }
  await stopAsked(home)
  const supervised = supervise({
    name: graph.name,
    scheduler,
    start,
    checkpoints: () => checkpoints,
    again(error) {
      keeper.restarted(toldOf(error))
      tell()
    },
  })
  const stop = (asked: { readonly drain: boolean }): void => {
    if (over !== undefined) return
    stopping = asked.drain ? asked : (stopping ?? asked)
    if (ran) keeper.enter('stopping')
    supervised.attempt()?.coordinator.stop(stopping)
    if (!stopping.drain) supervised.enough()
  }
  const watch = (): void => {
    const attempt = supervised.attempt()
    const silence = attempt?.silence()
    if (attempt === undefined || silence === undefined || silence.ms < longSilenceMs) return forget(keeper, 'stream.stalled')
    const error = stalled(graph, silence)
    keeper.enter(keeper.status().state, { code: error.code, message: error.message })
    if (stopping !== undefined) attempt.giveUp(error)
  }
  const abort = (): void => stop({ drain: false })
  const ticks = [
    every(scheduler, statusEveryMs, async () => {
      watch()
      if (ran) tell()
    }),
    every(scheduler, askEveryMs, async () => {
      const asked = await stopAsked(home)
      if (asked !== undefined) stop(asked)
    }),
  ]
  signal?.addEventListener('abort', abort, { once: true })
  const finish = async (): Promise<void> => {
    let failure: unknown
    try {
      const outcome = await supervised.ended
      over = 'well'
      keeper.enter(outcome)
    } catch (error) {
      over = 'badly'
      failure = error
      keeper.enter('failed', toldOf(error as TidemillError))
    }
    for (const cancel of ticks) cancel()
    signal?.removeEventListener('abort', abort)
    // A job that had finished before did not run again: its status stays.
    if (ran || over === 'badly') await written()
    await unlock()
    leave()
    if (over === 'well') resolve()
    else reject(failure)
  }
  void finish().catch(reject)
  await Promise.race([begun, done])
  // A promise of its own: a failure that nobody looks for ends the process, as every rejection that nobody handles.
  const told = done.then(() => undefined)
  const job = jobOf(graph.name, { keeper, done: told, stop, over: () => over, attempt: () => supervised.attempt() })
  if (over === undefined) running?.add(job)
  leave = () => running?.delete(job)
  return job
}

interface Running {
  readonly keeper: StatusKeeper
  readonly done: Promise<void>
  stop(asked: { readonly drain: boolean }): void
  over(): 'well' | 'badly' | undefined
  attempt(): Attempt | undefined
}

function jobOf(name: string, running: Running): Job {
  const stop = async ({ drain = false } = {}): Promise<void> => {
    running.stop({ drain })
    await running.done
  }
  return Object.freeze({
    name,
    status: () => running.keeper.status(),
    async savepoint() {
      const attempt = running.attempt()
      if (attempt === undefined || running.over() !== undefined)
        throw new TidemillError('stream.closed', `job does not run: ${name} is ${running.keeper.status().state}`)
      return { path: await attempt.coordinator.savepoint() }
    },
    stop,
    done: running.done,
    async [Symbol.asyncDispose]() {
      // Of a failure `done` tells.
      if (running.over() !== 'badly') await stop()
    },
    ...showingText(() => describe(running.keeper, name)),
  })
}

function describe(keeper: StatusKeeper, name: string): string {
  const { state, threads, totals } = keeper.status()
  const rate = isUnderWay(state) ? `, ${Math.round(totals.rowsPerSecond)} rows a second` : ''
  return `job ${name}: ${state}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${totals.rowsIn} rows in, ${totals.rowsOut} out${rate}`
}

/** An error that has passed is told of no more. */
function forget(keeper: StatusKeeper, ...passed: readonly ErrorCode[]): void {
  const { state, error } = keeper.status()
  if (error !== null && passed.some(code => code === error.code)) keeper.enter(state, null)
}

function unwritten(name: string, home: string, error: unknown): NonNullable<JobStatus['error']> {
  const why = error instanceof Error ? error.message : String(error)
  return { code: 'telemetry.unwritable', message: `status of job ${name} cannot be written to ${home}: ${why}` }
}

/** An error as the status tells it. */
function toldOf({ code, message, hint }: Pick<TidemillError, 'code' | 'message' | 'hint'>): NonNullable<JobStatus['error']> {
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}

function stalled({ name, stages }: Graph, { thread, ms }: { readonly thread: number; readonly ms: number }): TidemillError {
  const called = stages.flatMap(({ source, steps }) =>
    [source, ...steps].flatMap(step => (step !== undefined && 'fn' in step ? (step.fn ?? []) : [])),
  )
  const functions = called.map(fn => [fn.name, printCallSite(fn.at)].filter(text => text !== undefined).join(' at '))
  const which = functions.length === 0 ? '' : `; has one of its functions not returned: ${functions.join(', ')}?`
  return new TidemillError('stream.stalled', `thread ${thread} of job ${name} has not answered for ${Math.round(ms / 1000)} s${which}`, {
    details: { job: name, thread, ms, functions },
  })
}

function checkpointsOf(keeper: StatusKeeper, name: string, count: () => void): Required<CoordinatorHears> {
  return {
    checkpoint(done) {
      count()
      forget(keeper, 'stream.checkpoint-failed')
      keeper.checkpoint(done)
    },
    failed(epoch, why) {
      keeper.checkpointFailed()
      keeper.enter(keeper.status().state, {
        code: 'stream.checkpoint-failed',
        message: `checkpoint ${epoch} of job ${name} was given up: ${why}`,
      })
    },
    recovered({ seq, damaged }) {
      if (damaged.length === 0) return
      const message = `job ${name}: manifest ${damaged.join(', ')} is damaged; it went on from manifest ${seq}, which all sinks allow`
      keeper.enter('starting', { code: 'stream.checkpoint-corrupt', message })
    },
    refused(sink, error) {
      const { code, message } = error as TidemillError
      const where = message.startsWith(`${sink} `) ? message : `sink ${sink}: ${message}`
      keeper.enter(keeper.status().state, { code, message: where })
    },
    accepted: () => forget(keeper, 'stream.sink-unavailable'),
  }
}

/** Calls again and again, not before the last call has ended; what failed is tried again the next time. Gives back the function that ends it. */
function every(scheduler: Scheduler, ms: number, call: () => Promise<void>): () => void {
  let ended = false
  let cancel: (() => void) | undefined
  const later = (): void => {
    if (ended) return
    cancel = scheduler.after(ms, () => {
      call().then(later, later)
    })
  }
  later()
  return () => {
    ended = true
    cancel?.()
  }
}
