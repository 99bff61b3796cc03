/** MapReduce in a session: a source becomes the input of a job, and what the job gives a table. */
import { randomUUID } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { ndjson, rows } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { callSite, TidemillError } from '../errors/index.ts'
import {
  type AnyJob,
  carveJob,
  checkJob,
  checkTokenSource,
  type JobInput,
  type JobReport,
  measureScaling,
  type ScalingOptions,
  type ScalingReport,
  type PreparedJob,
  startJob,
} from '../mapreduce/index.ts'
import type { Engine, Plan, Source, Spec } from '../plan/index.ts'
import type { JobDone, JobToKeep, Supervised } from '../runs/index.ts'
import type { HostFunction, Pool } from '../workers/index.ts'

/** What the table of a job has besides its rows. */
export interface Reported {
  /** What the job did and what it cost. */
  readonly report: JobReport
}
/** What a session lends. */
export interface Reducing {
  readonly engine: Engine
  readonly pool: Pool
  readonly temporary: string
  readonly plan: (source: Spec) => Promise<Plan>
  readonly table: (plan: Plan) => Dataset<unknown>
  readonly keep: Supervised['keepJob']
}

/** Not async up to the functions: it looks at the caller's line. */
export function mapReduced(source: Source<unknown>, job: AnyJob, session: Reducing): Promise<Dataset<never> & Reported> {
  const settings = checkJob(job)
  checkTokenSource(source, job)
  const carved = carveJob(job, callSite())
  return run(source, { job, settings, carved }, session)
}

/** The same, for a job that is run to be measured. */
export function scalingOf(source: Source<unknown>, job: AnyJob, options: ScalingOptions, session: Reducing): Promise<ScalingReport> {
  const settings = checkJob(job)
  if (job.keep !== undefined)
    throw new TidemillError(
      'session.map-reduce',
      'keep is not for a job that is measured: it runs many times, and its rows are thrown away',
    )
  checkTokenSource(source, job)
  const carved = carveJob(job, callSite())
  const { engine, pool, temporary } = session
  return inputOf(source, session).then(input =>
    measureScaling(input, { job, settings, carved }, options, { engine, pool, temporary, run: randomUUID() }),
  )
}

async function run(source: Source<unknown>, prepared: PreparedJob, session: Reducing): Promise<Dataset<never> & Reported> {
  const { engine, pool, temporary } = session
  const input = await inputOf(source, session)
  const work = async (id: string): Promise<JobDone> => {
    const { rows: made, folder, report } = await startJob(input, prepared, { engine, pool, temporary, run: id })
    return { report, plan: await session.plan(resultOf(made, folder, prepared.job.schema)) }
  }
  const { keep } = prepared.job
  const { report, plan } =
    keep === undefined ? await work(randomUUID()) : await session.keep({ ...writtenJob(prepared, input), keep }, work)
  const table = session.table(plan)
  // Beside the table, not in it: every verb gives a table without.
  return Object.defineProperty(table, 'report', { value: report, enumerable: false }) as unknown as Dataset<never> & Reported
}

/** The functions and options of a job, to be read later. */
function writtenJob({ carved, settings }: PreparedJob, input: JobInput): Omit<JobToKeep, 'keep'> {
  const functions = Object.entries(carved).flatMap(([part, fn]: [string, HostFunction | object | undefined]) =>
    fn === undefined ? [] : [{ part, text: 'module' in fn ? fn.module : ruleText(fn) }],
  )
  return { plan: input.plan, functions, settings, readByWorkers: input.files !== undefined && settings.taskRows === undefined }
}

/** A tokeniser says what it looks for. */
function ruleText(rule: object): string {
  return JSON.stringify(rule, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : typeof value === 'object' && value !== null && 'module' in value ? value.module : value,
  )
}

function resultOf(made: readonly object[], folder: string | undefined, schema: AnyJob['schema']): Spec {
  if (folder !== undefined) return ndjson(folder, schema === undefined ? {} : { schema })
  if (schema !== undefined) return rows(made, { schema })
  if (made.length > 0) return rows(made)
  throw new TidemillError('session.map-reduce', 'map gave no pair for any item: a result without rows has no columns', {
    hint: "look at what map yields; where nothing is right too, declare the columns: { schema: { word: 'string', n: 'int64' } }",
  })
}

async function inputOf(source: Source<unknown>, session: Reducing): Promise<JobInput> {
  const plan = await session.plan(source)
  if (source.kind !== 'lines') return { plan, itemOf: 'row' }
  return { plan, itemOf: 'line', files: plainFiles(plan) }
}

/** Options of a source that do not say how its lines are read. */
const silent = ['path', 'fileNames', 'partitions']
const packed = /\.(gz|gzip|zst|zstd|bz2|xz|br|lz4|zip)$/i

/** The files of lines that a worker can read from any place: not packed, and without options that say how to read them. */
function plainFiles(plan: Plan): readonly string[] | undefined {
  if (plan.node !== 'scan') return undefined
  const { files, ...others } = plan.source.options as { readonly files?: unknown }
  // What else is said of the source changes how it is read: an encoding, a column of file names.
  const said = Object.entries(others).some(([name, value]) => !silent.includes(name) && value !== undefined)
  if (said || !Array.isArray(files)) return undefined
  const plain = files.every(file => typeof file === 'string' && isAbsolute(file) && !packed.test(file))
  return plain ? (files as readonly string[]) : undefined
}
