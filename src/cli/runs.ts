import { type Description, describeValue, shownList } from '../display/index.ts'
import { didYouMean, TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { lazyWorkspace, type RunRecord } from '../models/index.ts'
import { changedInputs, describeRun, keptFolder, type KeptRun, type KeptRuns, keptRuns } from '../runs/index.ts'
import { familyOf, printType } from '../schema/index.ts'
import { entryAt } from '../storage/index.ts'
import { systemClock } from '../time/index.ts'
import { counted } from './output.ts'
import { type Answer, printAnswer, subcommandOf, type Usage, wrongUsage } from './subcommand.ts'

/** The options of `tidemill runs`. */
export interface RunsOptions {
  /** The folder of the workspace. */
  readonly workspace: string
  readonly json: boolean
  readonly name?: string | undefined
  readonly kind?: string | undefined
  readonly limit?: string | undefined
  readonly olderThan?: string | undefined
  readonly last?: string | undefined
}

interface Subcommand extends Usage {
  /** Names of the options it knows, besides those of all. */
  readonly options: readonly (keyof RunsOptions)[]
  run(kept: KeptRuns, args: readonly string[], options: RunsOptions): Promise<Answer>
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  list: { usage: 'list [--kind KIND] [--name NAME] [--limit N]', takes: [0, 0], options: ['kind', 'name', 'limit'], run: list },
  show: { usage: 'show ID or NAME', takes: [1, 1], options: [], run: show },
  remove: { usage: 'remove ID...', takes: [1, Number.POSITIVE_INFINITY], options: [], run: remove },
  prune: {
    usage: 'prune --older-than 30d and/or --last N [--name NAME]',
    takes: [0, 0],
    options: ['olderThan', 'last', 'name'],
    run: prune,
  },
}
const kinds = ['query', 'mapreduce', 'experiment'] as const

/**
 * Lists the kept runs and experiments of a workspace, shows one, removes kept runs. Without an engine: what is shown was written when it ran.
 *
 * @throws cli.usage; storage.not-found without the folder; runs.unknown, runs.damaged
 */
export async function runs(args: readonly string[], options: RunsOptions): Promise<void> {
  const { subcommand, rest } = subcommandOf('runs', subcommands, args)
  checkOptions(subcommand, options)
  if ((await entryAt(options.workspace)) === undefined)
    throw new TidemillError('storage.not-found', `no workspace: ${options.workspace}`, {
      hint: "name its folder with --workspace DIR; a run is kept by table.rows({ keep: 'name' })",
    })
  printAnswer(await subcommand.run(keptRuns(keptFolder(options.workspace)), rest, options), options.json)
}

function checkOptions(subcommand: Subcommand, options: RunsOptions): void {
  for (const option of ['name', 'kind', 'limit', 'olderThan', 'last'] as const)
    if (options[option] !== undefined && !subcommand.options.includes(option))
      throw wrongUsage('runs', subcommand, `no option for this: --${option === 'olderThan' ? 'older-than' : option}`)
}

interface Row {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly status: string
  readonly started: Date | undefined
  readonly rows: number | undefined
  readonly ms: number | undefined
}

async function list(kept: KeptRuns, _: readonly string[], options: RunsOptions): Promise<Answer> {
  const { kind, name, workspace } = options
  if (kind !== undefined && !(kinds as readonly string[]).includes(kind)) {
    const hint = didYouMean([kind], kinds)
    throw new TidemillError('cli.usage', `unknown kind of runs: ${kind} (have ${kinds.join(', ')})`, hint === undefined ? {} : { hint })
  }
  const limit = wholeOf('limit', options.limit, 1) ?? 50
  const found: Row[] = []
  if (kind !== 'experiment')
    // Of one kind any number may lie between.
    for (const id of await kept.ids({ name, limit: kind === undefined ? limit : undefined })) {
      const row = await keptRow(kept, id)
      if (kind === undefined || row.kind === kind) found.push(row)
    }
  if (kind === undefined || kind === 'experiment')
    for (const run of await experiments(workspace, limit)) if (name === undefined || run.experiment === name) found.push(experimentRow(run))
  const newest = found.sort((a, b) => (b.started?.getTime() ?? 0) - (a.started?.getTime() ?? 0)).slice(0, limit)
  if (newest.length === 0) return { data: [], shown: `no runs in ${workspace}` }
  return { data: newest, shown: describeValue(shownList('runs', newest, ({ id, ...cells }) => ({ run: id, ...cells }))) }
}

/** A damaged run is a row too: it can be removed by its id. */
async function keptRow(kept: KeptRuns, id: string): Promise<Row> {
  const bare = { id, kind: 'kept', name: id.replace(/-[^-]*-[^-]*$/, ''), started: undefined, rows: undefined, ms: undefined }
  try {
    const run = await kept.find(id)
    if (run === undefined) return { ...bare, status: 'removed' }
    const { kind, name, status, started, figures } = run
    return { id, kind, name, status, started, rows: figures.rows, ms: Math.round(figures.ms) }
  } catch (error) {
    if (!(error instanceof TidemillError) || (error.code !== 'runs.damaged' && error.code !== 'storage.version')) throw error
    return { ...bare, status: 'damaged' }
  }
}

function experimentRow({ id, experiment, status, started, ended, learnt }: RunRecord): Row {
  const ms = ended === undefined ? undefined : ended.getTime() - started.getTime()
  return { id, kind: 'experiment', name: experiment, status, started, rows: learnt?.rows, ms }
}

/** Those of a folder that is a workspace of models, too. */
async function experiments(folder: string, limit: number): Promise<readonly RunRecord[]> {
  return withExperiments<readonly RunRecord[]>(folder, records => records.list({ limit }), [])
}

async function withExperiments<T>(
  folder: string,
  ask: (runs: ReturnType<typeof lazyWorkspace>['runs']) => Promise<T>,
  none: T,
): Promise<T> {
  const workspace = lazyWorkspace(folder, { existing: true })
  try {
    return await ask(workspace.runs)
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'storage.not-found') return none
    throw error
  } finally {
    await workspace.close()
  }
}

async function show(kept: KeptRuns, [id = '']: readonly string[], { workspace }: RunsOptions): Promise<Answer> {
  const run = (await kept.find(id)) ?? (await newestOf(kept, id))
  if (run !== undefined) return shownKept(run)
  const record = await withExperiments<RunRecord | undefined>(workspace, experimentRuns => experimentRuns.get(id), undefined).catch(
    (error: unknown) => {
      if (error instanceof TidemillError && error.code === 'models.unknown-run') return undefined
      throw error
    },
  )
  if (record !== undefined) return { data: record, shown: describeValue(record) }
  throw await unknown(kept, id)
}

async function newestOf(kept: KeptRuns, name: string): Promise<KeptRun | undefined> {
  const [id] = await kept.ids({ name, limit: 1 })
  return id === undefined ? undefined : kept.find(id)
}

async function unknown(kept: KeptRuns, id: string): Promise<TidemillError> {
  const names = [...new Set((await kept.ids()).map(one => one.replace(/-[^-]*-[^-]*$/, '')))]
  const hint = didYouMean([id], names)
  const have = names.length === 0 ? 'there is none' : `have ${names.slice(0, 20).join(', ')}`
  return new TidemillError(
    'runs.unknown',
    `no kept run of this id or name: ${id.slice(0, 200)} (${have})`,
    hint === undefined ? {} : { hint },
  )
}

async function shownKept(run: KeptRun): Promise<Answer> {
  const changed = await changedInputs(run.inputs)
  const { result } = run
  const items: Description[] = [describeRun(run)]
  if (changed.length > 0)
    items.push({ kind: 'keyValues', title: 'inputs that are no longer what they were', pairs: changed.map(({ name, how }) => [name, how]) })
  if (result !== undefined && result.first.length > 0)
    items.push({
      kind: 'table',
      title: 'first rows',
      columns: result.columns.map(({ name, type }) => ({
        name,
        type: printType(type),
        align: familyOf(type) === 'number' ? ('right' as const) : ('left' as const),
      })),
      rows: result.first.map(row => [...row]),
      total: result.rows,
      shown: result.first.length,
    })
  return { data: { ...run, changed }, shown: { kind: 'group', items } }
}

async function remove(kept: KeptRuns, ids: readonly string[]): Promise<Answer> {
  const known = new Set(await kept.ids())
  // All are looked at before one goes.
  for (const id of ids) if (!known.has(id)) throw await unknown(kept, id)
  for (const id of ids) await kept.remove(id)
  return { data: { removed: ids }, shown: `removed ${counted(ids.length, 'run')}` }
}

async function prune(kept: KeptRuns, _: readonly string[], options: RunsOptions): Promise<Answer> {
  const { olderThan, name } = options
  const last = wholeOf('last', options.last, 0)
  if (olderThan === undefined && last === undefined)
    throw wrongUsage('runs', subcommands['prune'] as Subcommand, 'nothing says which runs go')
  const before = olderThan === undefined ? undefined : systemClock.now() - durationOf(olderThan)
  const removed = await kept.prune({ name, last, before })
  return { data: { removed }, shown: [`removed ${counted(removed.length, 'run')}`, ...removed].join('\n') }
}

function durationOf(text: string): number {
  try {
    return durationMicros(text) / 1000
  } catch (error) {
    throw new TidemillError('cli.usage', `--older-than must be a duration, as 30d or 12h, not ${text}`, { cause: error })
  }
}

function wholeOf(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new TidemillError('cli.usage', `--${option} must be a whole number from ${least}, not ${text}`)
  return Number(text)
}
