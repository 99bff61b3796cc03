import { renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { askToStop, isUnderWay, jobsFolder, type JobStatus, readJob, readJobs } from '../telemetry/index.ts'
import { systemClock, systemScheduler } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { jobsTable, noJobs } from './jobs-shown.ts'
import { top } from './jobs-top.ts'
import { counted, print, printJson, terminalLook } from './output.ts'

/** The options of `tidemill jobs`. */
export interface JobsOptions {
  /** The folder of the workspace. */
  readonly workspace: string
  readonly json: boolean
  /** Of `top`: one look, and the end. */
  readonly once: boolean
  /** Of `stop`: the sources end first. */
  readonly drain: boolean
  /** Of `stop`: seconds to wait for the end. */
  readonly timeout: string
}

interface Subcommand {
  readonly usage: string
  /** The fewest and the most arguments. */
  readonly takes: readonly [least: number, most: number]
  run(folder: string, args: readonly string[], options: JobsOptions): Promise<void>
}
const subcommands: Readonly<Record<string, Subcommand>> = {
  list: { usage: 'list', takes: [0, 0], run: list },
  stop: { usage: 'stop NAME [--drain] [--timeout SECONDS]', takes: [1, 1], run: stop },
  top: { usage: 'top [NAME] [--once]', takes: [0, 1], run: (folder, [name], { once, json }) => top(folder, name, { once, json }) },
}
const lookMs = 200

/**
 * Lists the jobs of a workspace, watches them, or stops one and waits until it has ended.
 *
 * @throws cli.usage; stream.unknown-job; stream.closed for a job that does not run; cli.jobs when it did not end in time, or failed
 */
export async function jobs(args: readonly string[], options: JobsOptions): Promise<void> {
  const [name = 'list', ...rest] = args
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (subcommand === undefined)
    throw new TidemillError('cli.usage', `unknown command: jobs ${name} (have ${Object.keys(subcommands).join(', ')})`, {
      hint: 'tidemill jobs --help',
    })
  const [least, most] = subcommand.takes
  if (rest.length < least || rest.length > most)
    throw new TidemillError('cli.usage', `${rest.length < least ? 'too few' : 'too many'} arguments: tidemill jobs ${subcommand.usage}`)
  await subcommand.run(jobsFolder(options.workspace), rest, options)
}

async function list(folder: string, _: readonly string[], { json }: JobsOptions): Promise<void> {
  const found = await readJobs(folder)
  // The points of the last minutes are for charts.
  if (json) printJson(found.map(({ history: _points, ...job }) => job))
  else if (found.length === 0) print(noJobs(folder))
  else {
    const look = terminalLook()
    print(renderTerminal(jobsTable(found, systemClock.now(), look.width), look))
  }
}

async function stop(folder: string, [name = '']: readonly string[], { drain, timeout, json }: JobsOptions): Promise<void> {
  const seconds = /^\d{1,6}$/.test(timeout) ? Number(timeout) : Number.NaN
  if (!(seconds >= 1)) throw new TidemillError('cli.usage', `--timeout must be whole seconds from 1 to 999999, not ${timeout}`)
  const { signal, release } = interruptSignal()
  try {
    await askToStop(folder, name, { drain })
    const ended = await untilEnded(folder, name, seconds, signal)
    const { history: _points, ...job } = ended
    if (json) printJson(job)
    else
      print(
        `${name} is ${ended.state}: ${ended.totals.rowsIn} rows in, ${ended.totals.rowsOut} out, ${counted(ended.checkpoints.taken, 'checkpoint')}`,
      )
    if (ended.state === 'failed' || ended.state === 'lost')
      throw new TidemillError(
        'cli.jobs',
        `job ${name} did not end well: it is ${ended.state}${ended.error === null ? '' : `: ${ended.error.message}`}`,
      )
  } finally {
    release()
  }
}

async function untilEnded(folder: string, name: string, seconds: number, signal: AbortSignal): Promise<JobStatus> {
  const until = systemClock.monotonic() + 1000 * seconds
  for (;;) {
    signal.throwIfAborted()
    const status = await readJob(folder, name)
    if (!isUnderWay(status.state)) return status
    if (systemClock.monotonic() >= until)
      throw new TidemillError('cli.jobs', `job ${name} did not end within ${seconds} s: it is ${status.state}`, {
        hint: `it was asked and may still end: tidemill jobs top ${name}; its process is ${status.pid}`,
      })
    await new Promise<void>(resolve => void systemScheduler.after(lookMs, resolve))
  }
}
