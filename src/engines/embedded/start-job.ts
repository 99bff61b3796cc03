import { TidemillError } from '../../errors/index.ts'
import type { Host, Job, JobPlan, StartOptions } from '../../plan/index.ts'

export interface StartWork {
  readonly plan: JobPlan
  readonly options: StartOptions
  /** Jobs of this session that run; this one is added. */
  readonly jobs: Set<Job>
}

/**
 * Starts a job on threads of its own. The stream runtime is loaded by the first.
 *
 * @throws plan.argument when the session has no folder for jobs; what `startJob` of the runtime throws
 */
export async function startJob(host: Host, { plan, options, jobs }: StartWork): Promise<Job> {
  if (host.jobs === undefined)
    throw new TidemillError('plan.argument', `no folder for job ${options.name}: this session keeps nothing`, {
      hint: 'give the session a workspace: tidemill({ workspace: ... })',
    })
  const { startJob: start } = await import('./streaming/index.ts')
  const place = { folder: host.jobs, threads: host.pool.size, clock: host.clock }
  return start(plan, options, { ...place, running: jobs })
}

/** Stops what runs, each with a last checkpoint; of a job that failed its owner was told. */
export async function stopJobs(jobs: ReadonlySet<Job>): Promise<void> {
  await Promise.all([...jobs].map(async job => job[Symbol.asyncDispose]()))
}
