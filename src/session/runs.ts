/** All runs of a workspace behind one face: experiments, kept runs of tables, jobs. */
import type { Dataset } from '../dataset/index.ts'
import { type Shown, shownList, type ShownList, showing } from '../display/index.ts'
import { didYouMean, knownOptions, TidemillError, whatIs } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { type JobReport, jobReport } from '../mapreduce/index.ts'
import type { MetricPoint, RunRecord, Runs } from '../models/index.ts'
import type { WriteReport } from '../plan/index.ts'
import {
  type ChangedInput,
  changedInputs,
  describeRun,
  type KeptJob,
  type KeptRun,
  type KeptRuns,
  type RunFigures,
  type RunInput,
  type RunPlan,
  type RunProgram,
  type RunResult,
} from '../runs/index.ts'
import type { Duration, OpenRow } from '../schema/index.ts'
import { type CodeState, type Environment, isUnderWay, type JobStatus } from '../telemetry/index.ts'
import type { Clock } from '../time/index.ts'
import type { Jobs } from './jobs.ts'

/** A run of the workspace. What its kind does not have is empty or undefined: an experiment has metrics, a query has a plan, figures and rows. */
export interface WorkspaceRun extends Shown {
  readonly id: string
  /** `experiment`: of `tm.experiment`; `query`: of a table, kept by `{ keep }` or `tm.keep`; `mapreduce`: of `tm.mapReduce` with `keep`; `job`: of a stream. */
  readonly kind: 'experiment' | 'query' | 'mapreduce' | 'job'
  /** Of the experiment, the question or the job. */
  readonly name: string
  /** `left`: its reader went before the last row. `running` also stands for an experiment whose process ended without a word. */
  readonly status: 'running' | 'finished' | 'failed' | 'left'
  readonly started: Date
  readonly ended: Date | undefined
  readonly failure: string | undefined
  readonly by: string | undefined
  readonly code: CodeState | undefined
  readonly environment: Environment | undefined

  readonly experiment: string | undefined
  readonly params: RunRecord['params']
  readonly metrics: RunRecord['metrics']
  readonly details: RunRecord['details']
  readonly data: RunRecord['data']
  readonly artifacts: RunRecord['artifacts']
  readonly learnt: RunRecord['learnt']

  readonly plan: RunPlan | undefined
  readonly inputs: readonly RunInput[]
  readonly figures: RunFigures | undefined
  readonly program: RunProgram | undefined
  /** About the rows that were kept. */
  readonly kept: RunResult | undefined
  readonly wrote: WriteReport | undefined
  readonly job: JobStatus | undefined
  /** Of a MapReduce job: its functions and options. */
  readonly functions: KeptJob['functions']
  readonly settings: unknown
  /** Of a MapReduce job that did not fail: phases, tasks, parts, counters. It shows itself. */
  readonly report: JobReport | undefined
  /**
   * The rows that were kept, as a table; their file is compared with its hash.
   *
   * @throws runs.no-result, runs.damaged
   */
  result(): Promise<Dataset<OpenRow>>
  /** The inputs that are no longer what they were when it ran. Files up to 64 MiB are compared by their hash, larger ones by size and time. */
  changed(): Promise<readonly ChangedInput[]>
}

export interface ListRunsOptions {
  readonly kind?: WorkspaceRun['kind'] | undefined
  readonly experiment?: string | undefined
  readonly name?: string | undefined
  /** Default: 100. */
  readonly limit?: number | undefined
}
export interface PruneRunsOptions {
  /** Only those of this name. */
  readonly name?: string | undefined
  /** Those that began longer ago go. */
  readonly olderThan?: Duration | undefined
  /** The newest of each name stay, so many; older ones go. */
  readonly last?: number | undefined
}

/** The runs of a workspace: experiments, kept runs of tables and MapReduce jobs, jobs of streams. */
export interface WorkspaceRuns extends Shown {
  /**
   * The newest first.
   *
   * @example await tm.runs.list({ kind: 'query', name: 'sales-by-region' })
   */
  list(options?: ListRunsOptions): Promise<ShownList<WorkspaceRun>>
  /**
   * A run by its id; the name of a kept run stands for the newest of that name.
   *
   * @example
   * const run = await tm.runs.get('sales-by-region')
   * if ((await run.changed()).length === 0) await (await run.result()).show()
   * @throws models.unknown-run
   */
  get(id: string): Promise<WorkspaceRun>
  /** Every value of one metric of an experiment's run. @throws models.unknown-run, models.argument for an unknown metric */
  points(id: string, metric: string): Promise<ShownList<MetricPoint>>
  /** The bytes of a file of an experiment's run. @throws models.damaged, models.argument for an unknown file */
  artifact(id: string, name: string): Promise<Uint8Array>
  /** Removes a kept run with its rows. Runs of experiments belong to models and stay. @throws runs.unknown */
  remove(id: string): Promise<void>
  /** Removes kept runs of tables and MapReduce jobs; gives the ids of those that went. @throws runs.argument when nothing says which */
  prune(options: PruneRunsOptions): Promise<readonly string[]>
}

interface Parts {
  readonly experiments: Runs
  readonly kept: KeptRuns
  readonly jobs: Jobs
  readonly clock: Clock
  read(path: string): Promise<Dataset<OpenRow>>
}

/** Puts the three kinds of runs behind one face. */
export function workspaceRuns(parts: Parts): WorkspaceRuns {
  const { experiments, kept } = parts
  return Object.freeze({
    list: (options?: ListRunsOptions) => list(parts, options),
    get: (id: string) => get(parts, id),
    points: (id: string, metric: string) => experiments.points(id, metric),
    artifact: (id: string, name: string) => experiments.artifact(id, name),
    remove: (id: string) => kept.remove(id),
    prune: async (options: PruneRunsOptions) => prune(parts, options),
    ...showing(() => ({ kind: 'text', text: 'runs: list(), get(id), remove(id), prune({ olderThan })' })),
  })
}

async function list(parts: Parts, options: ListRunsOptions = {}): Promise<ShownList<WorkspaceRun>> {
  knownOptions('list', options, ['experiment', 'limit', 'kind', 'name'], 'models.argument')
  const { kind, experiment, name, limit = 100 } = options
  const wants = (one: WorkspaceRun['kind']): boolean =>
    (kind === undefined || kind === one) && (experiment === undefined || one === 'experiment')
  if (kind !== undefined && !['experiment', 'query', 'mapreduce', 'job'].includes(kind))
    throw new TidemillError('models.argument', `kind of runs is experiment, query, mapreduce or job, not ${whatIs(kind)}`)
  // Checks the limit and the name of the experiment, too.
  const learnt = await parts.experiments.list({ experiment: experiment ?? undefined, limit })
  const [kept, jobs] = await Promise.all([
    wants('query') || wants('mapreduce') ? parts.kept.list({ name }) : [],
    wants('job') ? parts.jobs.list() : [],
  ])
  const all = [
    ...(wants('experiment') ? learnt.map(run => ofExperiment(run)) : []),
    ...kept.filter(run => wants(run.kind)).map(run => ofKept(parts, run)),
    ...jobs.map(job => ofJob(job)),
  ].filter(run => name === undefined || run.name === name)
  const newest = all.sort((a, b) => b.started.getTime() - a.started.getTime()).slice(0, limit)
  return shownList('runs', newest, run => ({
    run: run.id,
    kind: run.kind,
    name: run.name,
    status: run.status,
    started: run.started,
    rows: run.figures?.rows,
    ...(experiment === undefined ? {} : run.metrics),
  }))
}

async function get(parts: Parts, id: string): Promise<WorkspaceRun> {
  const found = typeof id === 'string' ? await parts.kept.find(id) : undefined
  if (found !== undefined) return ofKept(parts, found)
  const [newest] = typeof id === 'string' ? await parts.kept.list({ name: id }) : []
  if (newest !== undefined) return ofKept(parts, newest)
  const job = (await parts.jobs.list()).find(one => one.name === id)
  if (job !== undefined) return ofJob(job)
  try {
    return ofExperiment(await parts.experiments.get(id))
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'models.unknown-run') throw error
    const names = [...new Set((await parts.kept.list()).map(run => run.name))]
    if (names.length === 0) throw error
    const hint = didYouMean([id], names)
    throw new TidemillError('models.unknown-run', `${error.message}, nor a kept run of this name (have ${names.slice(0, 20).join(', ')})`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

async function prune({ kept, clock }: Parts, options: PruneRunsOptions): Promise<readonly string[]> {
  knownOptions('prune', options, ['name', 'olderThan', 'last'], 'runs.argument')
  const { name, olderThan, last } = options
  if (olderThan === undefined && last === undefined)
    throw new TidemillError('runs.argument', 'prune must be told which runs go', {
      hint: "prune({ olderThan: '30d' }), or prune({ last: 5 })",
    })
  if (last !== undefined && !(Number.isSafeInteger(last) && last >= 0))
    throw new TidemillError('runs.argument', `runs that stay must be a whole number from 0, not ${whatIs(last)}`)
  return kept.prune({ name, last, before: olderThan === undefined ? undefined : clock.now() - durationMicros(olderThan) / 1000 })
}

const none = {
  experiment: undefined,
  params: {},
  metrics: {},
  details: {},
  data: [],
  artifacts: [],
  learnt: undefined,
  plan: undefined,
  inputs: [],
  figures: undefined,
  program: undefined,
  kept: undefined,
  wrote: undefined,
  job: undefined,
  functions: [],
  settings: undefined,
  report: undefined,
  code: undefined,
  environment: undefined,
  by: undefined,
} as const

function ofExperiment(record: RunRecord): WorkspaceRun {
  const { id, experiment } = record
  return Object.freeze({
    ...none,
    ...record,
    kind: 'experiment',
    name: experiment,
    result: async () => noRows(id, 'an experiment'),
    changed: async () => [],
  })
}

function ofJob(job: JobStatus): WorkspaceRun {
  const { name, state, startedAt, updatedAt, error } = job
  const status = isUnderWay(state) ? 'running' : state === 'failed' || state === 'lost' ? 'failed' : 'finished'
  return Object.freeze({
    ...none,
    id: name,
    kind: 'job',
    name,
    status,
    started: new Date(startedAt),
    ended: status === 'running' ? undefined : new Date(updatedAt),
    failure: error?.message,
    job,
    result: async () => noRows(name, 'a job'),
    changed: async () => [],
    ...showing(() => ({ kind: 'text', text: `job ${name}: ${state}` })),
  })
}

function ofKept({ kept, read }: Parts, run: KeptRun): WorkspaceRun {
  const { result, job, ...others } = run
  const report = job?.report === undefined ? undefined : jobReport(job.report)
  return Object.freeze({
    ...none,
    ...others,
    ...(job === undefined ? {} : { functions: job.functions, settings: job.settings, report }),
    kept: result,
    result: async () => read(await kept.resultPath(run)),
    changed: () => changedInputs(run.inputs),
    ...showing(() => describeRun(run)),
  })
}

function noRows(id: string, what: string): never {
  throw new TidemillError('runs.no-result', `no rows were kept: ${id} is ${what}`)
}
