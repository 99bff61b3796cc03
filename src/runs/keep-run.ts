import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { knownOptions, TidemillError, whatIs } from '../errors/index.ts'
import { type Engine, fingerprint, type KeepOptions, type Plan, type WriteReport } from '../plan/index.ts'
import { syncFolder, writeFileAtomic } from '../storage/index.ts'
import { readCodeState, readEnvironment } from '../telemetry/index.ts'
import type { Clock } from '../time/index.ts'
import { hashFile, runInputs } from './inputs.ts'
import { checkRunName, hidden, keptRuns, runId, sweepRuns } from './kept-runs.ts'
import { planData } from './plan-data.ts'
import { runProgram } from './program.ts'
import { printRun } from './run-file.ts'
import { messageOf } from '../workers/index.ts'
import { type Tee, tee } from './tee.ts'
import type { KeptJob, KeptRun, RunFigures, RunPlan, RunResult } from './types.ts'

/** A run that is being kept. */
export interface Keeping {
  readonly id: string
  /** Takes the rows as they go by; undefined where none are kept. */
  readonly tee: Tee | undefined
  /** Writes everything down. */
  finish(end: KeepEnd): Promise<KeptRun>
  /** Gives back what it holds; after `finish` nothing. */
  drop(): Promise<void>
}
export interface KeepEnd {
  readonly status: KeptRun['status']
  readonly failure: unknown
  readonly figures: RunFigures
  readonly wrote?: WriteReport | undefined
  readonly job?: KeptJob | undefined
  /** Rows that did not go by but lie somewhere: writes so many of them. */
  readonly rows?: ((path: string, most: number) => Promise<WrittenRows>) | undefined
}
/** The rows that were written for a kept run. */
export type WrittenRows = Omit<RunResult, 'bytes' | 'sha256'>
/** What is kept: the plan of a table, or of the input of a job. */
export interface KeepWhat {
  readonly kind: KeptRun['kind']
  readonly plan: Plan
  readonly keep: string | KeepOptions
  /** Rows go by and are put aside. */
  readonly withRows: boolean
  /** Makes the plan of a job out of that of its input. */
  readonly planOf?: ((input: RunPlan) => RunPlan) | undefined
}
interface Ground {
  readonly engine: Engine
  /** Folder of kept runs. */
  readonly folder: string
  readonly clock: Clock
}

/** Rows that are kept unless told, and runs of one name that stay. */
const defaults = { rows: 1_000_000, last: 20 } as const

/**
 * Begins to keep a run: inputs, program and environment are written down as they are now.
 *
 * @throws runs.argument
 */
export async function keepRun(ground: Ground, { kind, plan, keep, withRows, planOf }: KeepWhat): Promise<Keeping> {
  const { name, rows, last } = normal(keep)
  const { engine, folder, clock } = ground
  const started = clock.now()
  const id = runId(name, started, randomBytes(4).toString('hex'))
  const [inputs, program, environment, code] = await Promise.all([
    runInputs(plan),
    runProgram(),
    readEnvironment(),
    readCodeState(process.cwd(), dirname(folder)),
  ])
  const own = withRows && rows > 0 ? tee(engine, plan, rows) : undefined
  return {
    id,
    tee: own,
    async finish({ status, failure, figures, wrote, job, rows: laid }) {
      const part = join(folder, `${hidden.part}${id}`)
      await mkdir(part, { recursive: true })
      try {
        // Of a run that was left or failed not all rows came by: they are no result.
        const write = laid === undefined ? own?.write : (path: string) => (rows === 0 ? Promise.resolve(undefined) : laid(path, rows))
        const result = status === 'finished' ? await resultOf(write, join(part, 'result.parquet')) : undefined
        const input = await writtenPlan(engine, plan, status)
        const run: KeptRun = {
          id,
          kind,
          name,
          status,
          started: new Date(started),
          ended: new Date(clock.now()),
          failure: failure === undefined ? undefined : messageOf(failure),
          by: account(),
          program,
          code,
          environment,
          plan: planOf === undefined ? input : planOf(input),
          inputs,
          figures,
          result,
          wrote,
          ...(job === undefined ? {} : { job }),
        }
        await writeFileAtomic(join(part, 'run.json'), printRun(run))
        await rename(part, join(folder, id))
        await syncFolder(folder)
        await keptRuns(folder).prune({ name, last })
        await sweepRuns(folder, clock.now())
        return run
      } catch (error) {
        await rm(part, { recursive: true, force: true })
        throw error
      } finally {
        await own?.drop()
      }
    },
    drop: async () => own?.drop(),
  }
}

function normal(keep: string | KeepOptions): Required<{ [K in keyof KeepOptions]: Exclude<KeepOptions[K], undefined> }> {
  const options: KeepOptions = typeof keep === 'string' ? { name: keep } : keep
  knownOptions('keep', options, ['name', 'rows', 'last'], 'runs.argument')
  const { name, rows = defaults.rows, last = defaults.last } = options
  checkRunName(name)
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new TidemillError('runs.argument', `rows that are kept must be a whole number from 0, not ${whatIs(rows)}`)
  if (!Number.isSafeInteger(last) || last < 1)
    throw new TidemillError('runs.argument', `runs that stay must be a whole number from 1, not ${whatIs(last)}`)
  return { name, rows, last }
}

async function resultOf(write: Tee['write'] | undefined, path: string): Promise<KeptRun['result']> {
  const written = await write?.(path)
  if (written === undefined) return undefined
  const { size } = await stat(path)
  return { ...written, bytes: size, sha256: await hashFile(path) }
}

async function writtenPlan(engine: Engine, plan: Plan, status: KeptRun['status']): Promise<RunPlan> {
  // What was learnt when it ran is known to the engine.
  const closed = plan.open && status === 'finished' ? await engine.learn(plan) : plan
  const { written, optimised, engine: text } = await engine.explain(closed)
  return { fingerprint: fingerprint(plan), written, optimised, engine: text, nodes: planData(closed) }
}

function account(): string {
  try {
    return userInfo().username
  } catch {
    // An account without an entry in the system's list, as in some containers.
    return process.getuid === undefined ? 'unknown' : `uid ${process.getuid()}`
  }
}
