/** Jobs as other processes see them: each has a folder of its name, with `status.json` that it writes and `control/stop` that it reads. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean, TidemillError, whatIs } from '../errors/index.ts'
import { processIsRunning, writeFileAtomic } from '../storage/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import type { JobState, JobStatus } from './job-status.ts'
import { readJobStatus, statusFile } from './status-file.ts'

export interface JobsOptions {
  readonly clock?: Clock | undefined
  /** Whether a process of this machine runs; default: asks the system. */
  readonly alive?: ((pid: number) => boolean) | undefined
}

/** A job that says it runs and whose process is not there is lost when its status is this old: the process may be in another container, and not seen from here. */
const goneMs = 3000
/** ... and one whose process is there when its status is this old: another process may have got its number. */
const silentMs = 60_000
const under: ReadonlySet<JobState> = new Set<JobState>(['starting', 'running', 'restarting', 'stopping'])

/** True while a job of this state has not ended. */
export function isUnderWay(state: JobState): boolean {
  return under.has(state)
}

/** Where a workspace keeps its jobs: `<workspace>/jobs`. */
export function jobsFolder(workspace: string): string {
  return join(workspace, 'jobs')
}

/** Checks the name of a job, which is the name of its folder. @throws stream.argument */
export function checkJobName(name: string): void {
  if (typeof name === 'string' && isName(name)) return
  throw new TidemillError('stream.argument', `bad job name: ${whatIs(name)}`, {
    hint: 'letters, digits, - _ and . inside, at most 100: price-alerts',
  })
}

/**
 * The jobs of a folder (`<workspace>/jobs`), the newest first. A job whose process is gone while it says that it runs is `lost`; one whose status cannot be read is
 * listed as `lost` too, with the reason as its error.
 *
 * @example
 * for (const job of await readJobs('.tidemill/jobs')) console.log(job.name, job.state)
 */
export async function readJobs(folder: string, options: JobsOptions = {}): Promise<readonly JobStatus[]> {
  const found = await Promise.all((await namesIn(folder)).map(name => readOrTold(folder, name, options)))
  return found.filter(job => job !== undefined).sort((a, b) => b.startedAt - a.startedAt || (a.name < b.name ? -1 : 1))
}

/**
 * One job of a folder.
 *
 * @throws stream.unknown-job naming those that exist; telemetry.version, telemetry.damaged
 */
export async function readJob(folder: string, name: string, options: JobsOptions = {}): Promise<JobStatus> {
  const status = isName(name) ? await readJobStatus(join(folder, name, statusFile)) : undefined
  if (status === undefined) throw await unknownJob(folder, name)
  return seenFromHere(status, options)
}

/**
 * Asks a job to stop, also one of another process: it takes a last checkpoint and ends, which its status tells. A job that has ended is left alone.
 *
 * @param options `drain`: the sources end first, so that all windows close; default false
 * @throws stream.unknown-job; stream.closed when the job has ended or is lost
 */
export async function askToStop(
  folder: string,
  name: string,
  options: JobsOptions & { readonly drain?: boolean | undefined } = {},
): Promise<JobStatus> {
  const status = await readJob(folder, name, options)
  if (!isUnderWay(status.state))
    throw new TidemillError('stream.closed', `job ${name} does not run: it is ${status.state}`, {
      details: { name, state: status.state },
      ...(status.state === 'lost' ? { hint: 'its process ended without a word; started again, it goes on from its last checkpoint' } : {}),
    })
  await writeFileAtomic(stopFile(join(folder, name)), JSON.stringify({ version: 1, drain: options.drain === true }))
  return status
}

/**
 * Whether somebody asked the job of this folder to stop; the question is taken away with it. For the job itself.
 */
export async function stopAsked(jobFolder: string): Promise<{ readonly drain: boolean } | undefined> {
  const path = stopFile(jobFolder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  await rm(path, { force: true })
  return { drain: drainIn(text) }
}

/** A question that cannot be read is one to stop all the same: somebody made the file by hand. */
function drainIn(text: string): boolean {
  try {
    return (JSON.parse(text) as { readonly drain?: unknown } | null)?.drain === true
  } catch {
    return false
  }
}

function stopFile(jobFolder: string): string {
  return join(jobFolder, 'control', 'stop')
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(name)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory() && isName(entry.name)).map(entry => entry.name)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

async function readOrTold(folder: string, name: string, options: JobsOptions): Promise<JobStatus | undefined> {
  const path = join(folder, name, statusFile)
  try {
    const status = await readJobStatus(path)
    return status === undefined ? undefined : seenFromHere(status, options)
  } catch (error) {
    const { code, message, hint } = error as TidemillError
    const { mtimeMs } = await stat(path)
    return unreadable(name, Math.floor(mtimeMs), { code, message, ...(hint === undefined ? {} : { hint }) })
  }
}

function seenFromHere(status: JobStatus, { clock = systemClock, alive = processIsRunning }: JobsOptions): JobStatus {
  if (!isUnderWay(status.state)) return status
  const age = clock.now() - status.updatedAt
  const lost = alive(status.pid) ? age > silentMs : age > goneMs
  return lost ? { ...status, state: 'lost' } : status
}

async function unknownJob(folder: string, name: string): Promise<TidemillError> {
  const names = (await readJobs(folder)).map(job => job.name)
  const told = String(name).slice(0, 100)
  const hint = didYouMean([told], names)
  return new TidemillError(
    'stream.unknown-job',
    `unknown job: ${told} (${names.length === 0 ? `there is none in ${folder}` : `have ${names.slice(0, 20).join(', ')}`})`,
    hint === undefined ? {} : { hint },
  )
}

function unreadable(name: string, at: number, error: NonNullable<JobStatus['error']>): JobStatus {
  return {
    version: 1,
    name,
    state: 'lost',
    pid: 0,
    startedAt: at,
    updatedAt: at,
    threads: 0,
    restarts: 0,
    error,
    steps: [],
    edges: [],
    totals: {
      rowsIn: 0,
      rowsOut: 0,
      rowsPerSecond: 0,
      latencyMs: { p50: null, p99: null },
      watermark: null,
      lag: 0,
      backpressure: 0,
      late: 0,
      deadLetters: 0,
    },
    checkpoints: { every: 0, taken: 0, failed: 0, pauseMs: 0, recent: [] },
    history: [],
  }
}
