/** Every run of a session goes through here: timeouts, progress, and what is kept. */
import { randomUUID } from 'node:crypto'
import type { Batch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import type { Engine, ExplainOptions, KeepOptions, Plan, RunOptions, Spec, WriteReport } from '../plan/index.ts'
import { type Clock, deadline, type Scheduler } from '../time/index.ts'
import { messageOf } from '../workers/index.ts'
import { inputBytes } from './inputs.ts'
import { type Keeping, keepRun } from './keep-run.ts'
import { type JobDone, type JobToKeep, keepJob } from './keep-job.ts'
import type { KeptRun } from './types.ts'
import { type Watch, watchRun } from './watch.ts'

export interface Supervision {
  /** Folder of kept runs. */
  readonly folder: string
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** An engine whose runs are supervised, and a way to run a plan only to keep it. */
export interface Supervised {
  readonly engine: Engine
  keep(plan: Plan, keep: string | KeepOptions, options?: RunOptions): Promise<KeptRun>
  /** Runs a job under the id of a run that is kept. */
  keepJob(job: JobToKeep, work: (run: string) => Promise<JobDone>): Promise<JobDone>
}

/** Puts supervision around an engine. Runs that ask for nothing go straight to it. */
export function supervised(engine: Engine, supervision: Supervision): Supervised {
  const run = (plan: Plan, options: RunOptions = {}): AsyncIterable<Batch> =>
    asksNothing(options) ? engine.run(plan, options) : runOf(engine, supervision, plan, options)
  const around: Engine = {
    name: engine.name,
    capabilities: engine.capabilities,
    run,
    write: (plan: Plan, sink: Spec, options: RunOptions = {}) =>
      asksNothing(options) ? engine.write(plan, sink, options) : writeOf(engine, supervision, { plan, sink, options }),
    schemaOf: (source, options = {}) => timed(supervision, options, bare => engine.schemaOf(source, bare)),
    learn: (plan, options = {}) => timed(supervision, options, bare => engine.learn(plan, bare)),
    // The rows that are staged come out of a run, which is supervised itself.
    stage: (batches, schema, options = {}) => engine.stage(batches, schema, bareOf(options)),
    cache: (plan, options = {}) =>
      engine.cache !== undefined && asksNothing(options)
        ? engine.cache(plan, options)
        : engine.stage(run(plan, options), plan.fields, bareOf(options)),
    explain: (plan, options: ExplainOptions = {}) =>
      timed(supervision, options, bare =>
        engine.explain(plan, options.analyze === undefined ? bare : { ...bare, analyze: options.analyze }),
      ),
    ...(engine.compact === undefined ? {} : { compact: engine.compact.bind(engine) }),
    ...(engine.start === undefined ? {} : { start: engine.start.bind(engine) }),
    ...(engine.explainJob === undefined ? {} : { explainJob: engine.explainJob.bind(engine) }),
    close: () => engine.close(),
  }
  return {
    engine: Object.freeze(around),
    async keep(plan, keep, options = {}) {
      let kept: KeptRun | undefined
      const hear = (made: KeptRun): void => {
        kept = made
      }
      for await (const _ of runOf(engine, supervision, plan, { ...options, keep }, hear));
      if (kept === undefined) throw new TidemillError('engine.internal', 'a run was not kept')
      return kept
    },
    keepJob: (job, work) => keepJob(engine, supervision, job, work),
  }
}

function asksNothing({ timeout, onProgress, keep, retries = 0 }: RunOptions): boolean {
  return timeout === undefined && onProgress === undefined && keep === undefined && retries === 0
}

/** What the engine itself is told. */
function bareOf({ signal, run }: RunOptions): RunOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(run === undefined ? {} : { run }) }
}

async function* runOf(
  engine: Engine,
  supervision: Supervision,
  plan: Plan,
  options: RunOptions,
  kept?: (run: KeptRun) => void,
): AsyncGenerator<Batch> {
  const going = await begin(engine, supervision, { plan, options, withRows: true })
  let status: KeptRun['status'] = 'left'
  let failure: unknown
  try {
    for (let given = false, tries = 1; tries > 0; )
      try {
        for await (const batch of engine.run(plan, going.options)) {
          given = true
          going.watch.add(batch.rows)
          await going.keeping?.tee?.add(batch)
          yield batch
        }
        tries = 0
      } catch (error) {
        if (given) throw error
        await going.again(error, tries++)
      }
    going.watch.end()
    going.check()
    status = 'finished'
  } catch (error) {
    status = 'failed'
    failure = going.reasonOf(error)
    throw failure
  } finally {
    const made = await end(going, { status, failure })
    if (made !== undefined) kept?.(made)
  }
}

async function writeOf(
  engine: Engine,
  supervision: Supervision,
  { plan, sink, options }: { readonly plan: Plan; readonly sink: Spec; readonly options: RunOptions },
): Promise<WriteReport> {
  const going = await begin(engine, supervision, { plan, options, withRows: false })
  let status: KeptRun['status'] = 'failed'
  let failure: unknown
  let wrote: WriteReport | undefined
  try {
    for (let tries = 1; wrote === undefined; )
      try {
        wrote = await engine.write(plan, sink, going.options)
      } catch (error) {
        await going.again(error, tries++)
      }
    going.watch.add(wrote.rows)
    going.watch.end()
    going.check()
    status = 'finished'
    return wrote
  } catch (error) {
    failure = going.reasonOf(error)
    throw failure
  } finally {
    await end(going, { status, failure, wrote })
  }
}

/** Work that may take so long, and is neither watched nor kept. */
async function timed<T>(supervision: Supervision, options: RunOptions, work: (bare: RunOptions) => Promise<T>): Promise<T> {
  const bare = bareOf(options)
  if (options.timeout === undefined) return work(bare)
  const limit = limitOf(options.timeout)
  try {
    return await work({ ...bare, signal: joined([options.signal, limit.signal]) })
  } catch (error) {
    throw limit.signal.aborted && isCancelled(error) ? limit.signal.reason : error
  } finally {
    limit.cancel()
  }
}

interface Going {
  readonly options: RunOptions
  readonly watch: Watch
  readonly keeping: Keeping | undefined
  /** Fails where the user's callback did, though all rows came. */
  check(): void
  /** Waits before it is tried again; throws the error where it is not. */
  again(error: unknown, tries: number): Promise<void>
  /** Why it ended: the timeout, what the callback threw, or the error itself. */
  reasonOf(error: unknown): unknown
  cancel(): void
}

async function begin(
  engine: Engine,
  { folder, clock, scheduler }: Supervision,
  { plan, options, withRows }: { readonly plan: Plan; readonly options: RunOptions; readonly withRows: boolean },
): Promise<Going> {
  const { timeout, onProgress, keep, retries = 0 } = options
  const limit = timeout === undefined ? undefined : limitOf(timeout)
  const keeping = keep === undefined ? undefined : await keepRun({ engine, folder, clock }, { kind: 'query', plan, keep, withRows })
  const run = options.run ?? keeping?.id ?? randomUUID()
  const own = new AbortController()
  let thrown: { readonly error: unknown } | undefined
  const failed = (error: unknown): void => {
    thrown ??= { error }
    own.abort(error)
  }
  const totalBytes = onProgress === undefined ? undefined : await inputBytes(plan)
  const signal = joined([options.signal, limit?.signal, own.signal])
  const watch = watchRun({ run, totalBytes, onProgress, failed, clock, scheduler })
  return {
    options: { run, signal },
    watch,
    keeping,
    async again(error, tries) {
      if (!(error instanceof TidemillError) || !error.retryable || tries > retries || signal.aborted) throw error
      await pause(Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs), signal, scheduler)
      watch.again()
    },
    check() {
      if (thrown !== undefined) throw thrown.error
    },
    reasonOf(error) {
      if (thrown !== undefined) return thrown.error
      return limit?.signal.aborted === true && isCancelled(error) ? limit.signal.reason : error
    },
    cancel: () => limit?.cancel(),
  }
}

async function end(
  { watch, keeping, cancel }: Going,
  { status, failure, wrote }: { readonly status: KeptRun['status']; readonly failure: unknown; readonly wrote?: WriteReport | undefined },
): Promise<KeptRun | undefined> {
  cancel()
  const figures = watch.end()
  try {
    return await keeping?.finish({ status, failure, figures, wrote })
  } catch (second) {
    if (failure === undefined) throw second
    throw new AggregateError([failure, second], `run failed (${messageOf(failure)}), and that could not be written down`, {
      cause: failure,
    })
  }
}

/** Milliseconds before the second try; each further pause is twice as long. */
const firstPauseMs = 200
const longestPauseMs = 30_000

async function pause(ms: number, signal: AbortSignal, scheduler: Scheduler): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = scheduler.after(ms, resolve)
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    cancel()
    signal.removeEventListener('abort', abort)
  }
}

function limitOf(timeout: string): { readonly signal: AbortSignal; cancel(): void } {
  return deadline(
    durationMicros(timeout) / 1000,
    () =>
      new TidemillError('engine.timeout', `run took longer than its timeout of ${timeout}`, {
        details: { timeout },
        hint: 'give it longer, or see with explain({ analyze: true }) what takes the time',
      }),
  )
}

function joined(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined))
}

function isCancelled(error: unknown): boolean {
  return !(error instanceof TidemillError) || error.code === 'engine.cancelled' || error.code === 'engine.timeout'
}
