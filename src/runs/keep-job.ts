/** A MapReduce job under supervision: what it read, did and gave is kept. */
import { createHash } from 'node:crypto'
import type { JobReport } from '../mapreduce/index.ts'
import { type Engine, type KeepOptions, type Plan, verbs } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { Clock, Scheduler } from '../time/index.ts'
import { messageOf } from '../workers/index.ts'
import { firstCells, mostCells } from './first-cells.ts'
import { keepRun, type WrittenRows } from './keep-run.ts'
import { plain } from './plan-data.ts'
import type { KeptJob, KeptRun, RunPlan } from './types.ts'
import { watchRun } from './watch.ts'

/** A job as it is written down. */
export interface JobToKeep {
  /** Of its input. */
  readonly plan: Plan
  readonly keep: string | KeepOptions
  readonly functions: KeptJob['functions']
  readonly settings: object
  /** Whether the workers read the files themselves. */
  readonly readByWorkers: boolean
}
/** What a job gave. */
export interface JobDone {
  readonly report: JobReport
  /** Of its rows. */
  readonly plan: Plan
}
interface Ground {
  readonly folder: string
  readonly clock: Clock
  readonly scheduler: Scheduler
}

const longestText = 20_000

/**
 * Runs the job, and keeps inputs, functions, figures and rows also when it fails.
 *
 * @throws runs.argument; what the job throws
 */
export async function keepJob(
  engine: Engine,
  { folder, clock, scheduler }: Ground,
  job: JobToKeep,
  work: (run: string) => Promise<JobDone>,
): Promise<JobDone> {
  const functions = job.functions.map(({ part, text }) => ({ part, text: text.slice(0, longestText) }))
  const settings = plain(job.settings, '')
  const planOf = (input: RunPlan): RunPlan => jobPlan(job, input)
  const keeping = await keepRun({ engine, folder, clock }, { kind: 'mapreduce', plan: job.plan, keep: job.keep, withRows: false, planOf })
  const watch = watchRun({ run: keeping.id, totalBytes: undefined, onProgress: undefined, failed: () => undefined, clock, scheduler })
  let done: JobDone
  try {
    done = await work(keeping.id)
  } catch (failure) {
    await keeping
      .finish({ status: 'failed', failure, figures: watch.end(), job: { functions, settings, report: undefined } })
      .catch((second: unknown) => {
        throw new AggregateError([failure, second], `job failed (${messageOf(failure)}), and that could not be written down`, {
          cause: failure,
        })
      })
    throw failure
  }
  const { report, plan } = done
  const rows = report.reduce.items - report.failed.reduce
  watch.add(rows)
  const figures = { ...watch.end(), leftOut: report.failed.map + report.failed.reduce }
  await keeping.finish({
    status: 'finished' satisfies KeptRun['status'],
    failure: undefined,
    figures,
    // What shows itself is no data.
    job: { functions, settings, report: JSON.parse(JSON.stringify(report)) as JobReport },
    rows: (path, most) => writeRows(engine, plan, { path, most, rows }),
  })
  return done
}

async function writeRows(
  engine: Engine,
  plan: Plan,
  { path, most, rows }: { readonly path: string; readonly most: number; readonly rows: number },
): Promise<WrittenRows> {
  const kept = rows > most ? verbs.limit(plan, { rows: most, offset: 0 }, undefined) : plan
  const wrote = await engine.write(kept, { kind: 'parquet', options: { path, mode: 'fail' } })
  const first: (string | null)[][] = []
  let columns: Schema = plan.fields
  const wanted = Math.min(mostCells, most)
  for await (const batch of engine.run(verbs.limit(plan, { rows: wanted, offset: 0 }, undefined))) {
    columns = batch.fields
    first.push(...firstCells(batch, wanted - first.length))
  }
  return { rows: wrote.rows, whole: rows <= most, columns, first }
}

function jobPlan({ functions, settings, readByWorkers }: JobToKeep, input: RunPlan): RunPlan {
  const { partitions } = settings as { readonly partitions?: number }
  const head = `map-reduce ${functions.map(({ part }) => part).join(', ')}${partitions === undefined ? '' : ` into ${partitions} parts`}`
  const under = (text: string): string =>
    [
      head,
      ...text
        .trimEnd()
        .split('\n')
        .map(line => `  ${line}`),
    ].join('\n')
  const print = createHash('sha256')
    .update(JSON.stringify([input.fingerprint, functions]))
    .digest('hex')
  return {
    ...input,
    fingerprint: print,
    written: under(input.written),
    optimised: under(input.optimised),
    engine: readByWorkers ? 'the workers read the files themselves' : input.engine,
  }
}
