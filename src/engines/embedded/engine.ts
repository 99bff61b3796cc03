import type { Batch } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { CompactOptions, Engine, ExplainOptions, Host, Job, JobPlan, Plan, RunOptions, Spec, StartOptions } from '../../plan/index.ts'
import type { Schema } from '../../schema/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { Database } from './duckdb/database.ts'
import { explain } from './explain.ts'
import { learn } from './learn.ts'
import { runPlan } from './run.ts'
import { schemaOf } from './schema-of.ts'
import { cache } from './cache.ts'
import { stage } from './stage.ts'
import { explainJob } from './streaming/compile/index.ts'
import { startJob, stopJobs } from './start-job.ts'
import { write } from './write.ts'
import { compact } from './writing/compact.ts'

export interface EngineSettings {
  readonly memoryLimit: number
  readonly threads: number
  readonly tempFolder: string | undefined
}

/** The engine of a session; its database opens at the first run. */
export function makeEngine(host: Host, settings: EngineSettings): Engine {
  let opened: Promise<Database> | undefined
  let closing: Promise<void> | undefined
  let staged = 0
  const jobs = new Set<Job>()
  const open = (): Promise<Database> => {
    if (closing !== undefined) throw closed()
    return Database.open({ ...settings, clock: host.clock })
  }
  const context: Context = {
    host,
    database() {
      if (closing !== undefined) throw closed()
      opened ??= open().catch((error: unknown) => {
        // A failed start is tried again by the next run.
        opened = undefined
        throw error
      })
      return opened
    },
    sandbox: async () =>
      Database.open({
        memoryLimit: Math.max(64e6, settings.memoryLimit / 2),
        threads: settings.threads,
        tempFolder: settings.tempFolder,
        clock: host.clock,
      }),
    next: () => ++staged,
    run: (plan: Plan, options: RunOptions): AsyncGenerator<Batch> => {
      // Plans that need no database end with the session too.
      if (closing !== undefined) throw closed()
      return runPlan(context, plan, options)
    },
    stage: (batches: AsyncIterable<Batch>, schema: Schema, options: RunOptions) => stage(context, batches, schema, options),
    learn: (plan: Plan, options: RunOptions) => learn(context, plan, options),
  }
  return Object.freeze({
    name: 'embedded',
    capabilities,
    schemaOf: (source: Spec, options: RunOptions = {}) => schemaOf(context, source, options),
    explain: (plan: Plan, options: ExplainOptions = {}) => explain(context, plan, options),
    run: (plan: Plan, options: RunOptions = {}) => context.run(plan, options),
    stage: (batches: AsyncIterable<Batch>, schema: Schema, options: RunOptions = {}) => context.stage(batches, schema, options),
    cache: (plan: Plan, options: RunOptions = {}) => cache(context, plan, options),
    write: (plan: Plan, sink: Spec, options: RunOptions = {}) => write(context, plan, sink, options),
    learn: (plan: Plan, options: RunOptions = {}) => context.learn(plan, options),
    compact: (path: string, options: CompactOptions = {}) => compact(context, path, options),
    async start(plan: JobPlan, options: StartOptions) {
      if (closing !== undefined) throw closed()
      return startJob(host, { plan, options, jobs })
    },
    explainJob: (plan: JobPlan) => explainJob(plan, host.pool.size),
    async close() {
      closing ??= (async () => {
        await stopJobs(jobs)
        // One that did not open was told to whom it was opened for, and has nothing to close.
        const database = await opened?.catch(() => undefined)
        await database?.close()
      })()
      await closing
    },
  })
}

function closed(): TidemillError {
  return new TidemillError('engine.closed', 'the session is closed', { hint: 'open another one with tidemill()' })
}
