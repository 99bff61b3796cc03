import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TidemillError, whatIs } from '../../../../errors/index.ts'
import { printDuration } from '../../../../expr/index.ts'
import type { Job, JobPlan, StartOptions } from '../../../../plan/index.ts'
import { sweepParts } from '../../../../storage/index.ts'
import { checkJobName } from '../../../../telemetry/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../../../../time/index.ts'
import { compileJob } from '../compile/index.ts'
import { type Disk, keyGroups } from '../seams.ts'
import { fitSources } from './fit-sources.ts'
import { jobId } from './job-id.ts'
import { lockJob } from './job-lock.ts'
import { makeSinkFolders } from './make-sink-folders.ts'
import { runJob } from './run-job.ts'

export interface JobPlace {
  /** Folder of the jobs; each has a folder of its name in it. */
  readonly folder: string
  /** Threads at most, and subtasks of a stage where nobody says. */
  readonly threads: number
  /** Heap of each in MiB. */
  readonly memoryMb?: number | undefined
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
  /** Jobs of a session: this one is among them while it runs. */
  readonly running?: Set<Job> | undefined
  /** For checkpoints. Default: this machine's. */
  readonly disk?: Disk | undefined
}

/**
 * Starts a job and resolves when it runs. A job of this name that was stopped or killed goes on where it was.
 *
 * @throws stream.argument, stream.unsupported, stream.unbounded for what cannot run
 * @throws stream.sink-failed when a folder cannot be written to
 * @throws stream.running when it runs already; stream.changed-plan, stream.checkpoint-corrupt, stream.checkpoint-version when what was kept does not fit
 */
export async function startJob(plan: JobPlan, options: StartOptions, place: JobPlace): Promise<Job> {
  const { name, checkpointMs = 1000, parallelism, from, signal } = options
  checkJobName(name)
  checkCount('parallelism', parallelism)
  checkCount('checkpointMs', checkpointMs)
  if (checkpointMs > longestMs)
    throw new TidemillError('stream.argument', `checkpoint is longer than a day: ${printDuration(checkpointMs * 1000)}`)
  signal?.throwIfAborted()
  const { clock = systemClock, scheduler = systemScheduler } = place
  const compiled = compileJob(plan, { name, parallelism: parallelism ?? place.threads })
  const graph = parallelism === undefined ? await fitSources(compiled) : compiled
  await makeSinkFolders(graph)
  const home = resolve(place.folder, name)
  await mkdir(home, { recursive: true })
  const unlock = await lockJob(home, name, clock)
  try {
    await Promise.all([home, join(home, 'control')].map(folder => sweepParts(folder, { clock })))
    const job = await jobId(home, name)
    const threads = Math.min(place.threads, Math.max(...graph.stages.map(stage => stage.parallelism)))
    const attempt = {
      graph,
      job,
      home,
      threads,
      memoryMb: place.memoryMb,
      checkpointMs,
      from: from?.path,
      clock,
      scheduler,
      disk: place.disk,
    }
    return await runJob({ attempt, unlock, signal, running: place.running })
  } catch (error) {
    await unlock()
    throw error
  }
}

/** Timers cannot wait for longer than some weeks. */
const longestMs = 24 * 60 * 60 * 1000

function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
    throw new TidemillError('stream.argument', `${name} is no whole number from 1: ${whatIs(value)}`)
  if (name === 'parallelism' && value !== undefined && value > keyGroups)
    throw new TidemillError('stream.argument', `parallelism is more than ${keyGroups}, the groups that keys are dealt into: ${value}`)
}
