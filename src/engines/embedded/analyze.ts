/** Runs a plan to see what each step takes. */
import { channels, listen } from '../../channels/index.ts'
import { printCallSite, TidemillError } from '../../errors/index.ts'
import {
  type Analysis,
  cut,
  type Hop,
  optimise,
  type Plan,
  printNode,
  type RunOptions,
  type ScanNode,
  type StepAnalysis,
  withHops,
} from '../../plan/index.ts'
import { duckdb } from '../../sql/index.ts'
import { alignProfile, type Operator, type StepOperators, treeOf } from './align-profile.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { openHop } from './hop.ts'
import { locateMisfit } from './locate-misfit.ts'
import { afterSteps, disposeAll, kernelsFor } from './run.ts'
import { sqlOf } from './sql-of.ts'
import { pruned } from './writing/prune-plan.ts'

/** What DuckDB tells of a statement. */
interface Profile extends Operator {
  readonly cpu_time?: number
  readonly total_bytes_read?: number
  readonly system_peak_buffer_memory?: number
  readonly system_peak_temp_dir_size?: number
}

/** The steps of one statement of DuckDB, or of what runs beside it. */
interface Part {
  readonly steps: readonly Measured[]
}
type Measured = Omit<StepAnalysis, 'depth'> & { readonly inner: number; readonly scan: ScanNode | undefined }

interface Totals {
  cpuMs: number
  memoryBytes: number
  spilledBytes: number
  readBytes: number
}

/** Runs the plan; its rows are counted and thrown away. What lies between DuckDB and the workers is put into tables of DuckDB meanwhile. */
export async function analyze(context: Context, plan: Plan, options: RunOptions): Promise<Analysis> {
  const { clock } = context.host
  const started = clock.monotonic()
  const optimised = optimise(await context.learn(plan, options))
  const kernels = await kernelsFor(optimised)
  const { hops, plan: rest, stream } = cut(optimised, capabilities, kernels === undefined ? {} : { kernels: kernels.kernelFunctions })
  const staged: AsyncDisposable[] = []
  const tables = new Map<ScanNode, Plan>()
  const totals: Totals = { cpuMs: 0, memoryBytes: 0, spilledBytes: 0, readBytes: 0 }
  const parts = new Map<ScanNode, Part>()
  const measuring: Measuring = { context, options, staged, tables, totals, parts }
  try {
    for (const hop of hops) {
      const { plan: input, part } = await inputOf(measuring, hop)
      const figures = await figuresOf(measuring, async count =>
        context.stage(counted(openHop(context, { ...hop, input }, tables, options), count), hop.scan.fields, options),
      )
      staged.push(figures.value)
      const { node } = hop
      const asked = node.node === 'scan' ? { where: node.where, limit: node.limit } : {}
      const made = figures.value.plan
      tables.set(hop.scan, made.node === 'scan' ? { ...made, ...asked } : made)
      parts.set(hop.scan, { steps: [besideStep(hop, figures), ...part] })
    }
    const last = rest === undefined ? await streamed(measuring, stream, kernels) : await statement(measuring, rest)
    const steps = flatten(last.steps, parts, 0)
    return Object.freeze({ rows: last.rows, ms: clock.monotonic() - started, ...totals, steps: Object.freeze(steps) })
  } finally {
    await disposeAll(staged)
  }
}

interface Measuring {
  readonly context: Context
  readonly options: RunOptions
  readonly staged: AsyncDisposable[]
  readonly tables: Map<ScanNode, Plan>
  readonly totals: Totals
  readonly parts: Map<ScanNode, Part>
}

/** The input of a hop, run and put into a table of its own, so that its time is not that of the function. */
async function inputOf(measuring: Measuring, hop: Hop): Promise<{ readonly plan: Plan | undefined; readonly part: readonly Measured[] }> {
  const { input } = hop
  if (input === undefined) return { plan: undefined, part: [] }
  const { context, staged } = measuring
  const database = await context.database()
  const table = `tidemill_analysis_${context.next()}`
  staged.push({
    async [Symbol.asyncDispose]() {
      await database.run(`DROP TABLE IF EXISTS ${duckdb.quoteName(table)}`)
    },
  })
  const columns = input.fields.map((_, index) => `c${index}`)
  const { steps } = await statement(
    measuring,
    input,
    sql => `CREATE TABLE ${duckdb.quoteName(table)} AS SELECT * FROM (${sql}) AS t(${columns.join(', ')})`,
  )
  const source = { kind: 'staged', options: { table, columns: input.fields.map(field => field.name) } }
  return { plan: { node: 'scan', source, fields: input.fields, open: false }, part: steps }
}

/** One statement of DuckDB with its profile. */
async function statement(
  { context, options, tables, totals }: Measuring,
  plan: Plan,
  around: (sql: string) => string = sql => sql,
): Promise<{ readonly steps: readonly Measured[]; readonly rows: number }> {
  const database = await context.database()
  const ran = await pruned(withHops(plan, tables), context, options)
  const sql = await sqlOf(context, ran, options)
  const explaining = `EXPLAIN (ANALYZE, FORMAT json) ${around(sql.text)}`
  let answer: unknown[][]
  try {
    answer = await database.rows(explaining, { ...options, label: 'analysing', failed: { sql: sql.text, spans: sql.spans } })
  } catch (error) {
    throw await locateMisfit(database, error, sql.scans)
  }
  const text = answer[0]?.[1]
  const profile: Profile = typeof text === 'string' ? (JSON.parse(text) as Profile) : {}
  totals.cpuMs += (profile.cpu_time ?? 0) * 1000
  totals.readBytes += profile.total_bytes_read ?? 0
  totals.memoryBytes = Math.max(totals.memoryBytes, profile.system_peak_buffer_memory ?? 0)
  totals.spilledBytes = Math.max(totals.spilledBytes, profile.system_peak_temp_dir_size ?? 0)
  const top = topOf(profile)
  const written = treeOf(plan)
  const done = treeOf(ran)
  const found = alignProfile(done, top)
  const steps: Measured[] = []
  for (const [index, { node, depth }] of written.entries()) {
    const now = done[index]?.node
    const shown = found[index]
    const reads = now?.node === 'scan' && node.node === 'scan' ? await readOf(context, node, now, options) : {}
    steps.push({ inner: depth, scan: node.node === 'scan' ? node : undefined, ...labelOf(node), ...engineStep(shown), ...reads })
  }
  return { steps, rows: top.operator_cardinality ?? 0 }
}

/** Below what only explains, or makes a table. */
function topOf(profile: Operator): Operator {
  let top = profile
  for (;;) {
    const [child] = top.children ?? []
    const name = top.operator_type ?? ''
    if (child === undefined || !(name === '' || name.includes('EXPLAIN') || name.includes('CREATE_TABLE'))) return top
    top = child
  }
}

function engineStep(found: StepOperators | undefined): Pick<StepAnalysis, 'by' | 'rows' | 'ms'> {
  if (found === undefined) return { by: 'taken in by another step', rows: undefined, ms: undefined }
  return { by: found.names[0]?.trim().toLowerCase().replaceAll('_', ' ') ?? '', rows: found.rows, ms: found.ms }
}

function labelOf(node: Plan): Pick<StepAnalysis, 'step' | 'at'> {
  return { step: printNode(node), at: printCallSite(node.at) }
}

/** How many rows and files a source has, to see what was left unread. */
async function readOf(
  context: Context,
  node: ScanNode,
  now: ScanNode,
  options: RunOptions,
): Promise<Pick<StepAnalysis, 'rowsInFiles' | 'files'>> {
  const { files } = node.source.options as { readonly files?: readonly string[] }
  const { files: opened = [] } = now.source.options as { readonly files?: readonly string[] }
  if (files === undefined) return {}
  const some = { files: { read: opened.length, all: files.length } }
  if (node.source.kind !== 'parquet' || opened.length === 0) return some
  const database = await context.database()
  const list = opened.map(file => duckdb.quoteText(file)).join(', ')
  const [row] = await database.rows(`SELECT sum(num_rows) FROM parquet_file_metadata([${list}])`, options)
  return { ...some, rowsInFiles: Number(row?.[0] ?? 0) }
}

interface HopFigures<T> {
  readonly value: T
  readonly rows: number
  readonly ms: number
  readonly batches: number
  readonly leftOut: number
}

/** What a step beside the engine took: of functions what the threads say, of others the time until all was there. */
async function figuresOf<T>({ context, options }: Measuring, work: (count: (rows: number) => void) => Promise<T>): Promise<HopFigures<T>> {
  const { clock } = context.host
  const started = clock.monotonic()
  let [rows, batches, threadMs, leftOut] = [0, 0, 0, 0]
  const stops = [
    listen(channels.task, event => {
      if (event.run !== options.run || event.phase === 'start') return
      batches++
      threadMs += event.ms ?? 0
    }),
    listen(channels.fault, event => {
      if (event.run === options.run) leftOut += event.last - event.row + 1
    }),
  ]
  try {
    const value = await work(more => {
      rows += more
    })
    return { value, rows, batches, leftOut, ms: batches > 0 ? threadMs : clock.monotonic() - started }
  } finally {
    for (const stop of stops) stop()
  }
}

async function* counted<B extends { readonly rows: number }>(batches: AsyncIterable<B>, count: (rows: number) => void): AsyncGenerator<B> {
  for await (const batch of batches) {
    count(batch.rows)
    yield batch
  }
}

function besideStep({ node }: Hop, { rows, ms, batches, leftOut }: HopFigures<unknown>): Measured {
  const by = node.node === 'scan' ? 'driver' : node.node === 'map' ? 'workers' : 'kernels'
  const told = node.node === 'map' ? { batches, leftOut } : {}
  return { inner: 0, scan: undefined, ...labelOf(node), by, rows, ms, ...told }
}

/** The end of a plan that streams from the last hop. */
async function streamed(
  measuring: Measuring,
  stream: ReturnType<typeof cut>['stream'],
  kernels: Awaited<ReturnType<typeof kernelsFor>>,
): Promise<{ readonly steps: readonly Measured[]; readonly rows: number }> {
  if (stream === undefined || kernels === undefined) throw new TidemillError('engine.internal', 'a plan without an end')
  const { context, tables, options } = measuring
  const { hop, after } = stream
  const { plan: input, part } = await inputOf(measuring, hop)
  let rows = 0
  const figures = await figuresOf(measuring, async count => {
    const batches = counted(openHop(context, { ...hop, input }, tables, options), count)
    for await (const batch of afterSteps(batches, hop, after, kernels)) rows += batch.rows
  })
  const own: Measured[] = after.toReversed().map((node, index) => ({
    inner: 0,
    scan: undefined,
    ...labelOf(node),
    by: 'kernels',
    rows: index === 0 ? rows : undefined,
    ms: undefined,
  }))
  return { steps: [...own, besideStep(hop, figures), ...part], rows }
}

/** The steps with those of the hops in the places where they are read. */
function flatten(steps: readonly Measured[], parts: ReadonlyMap<ScanNode, Part>, depth: number): StepAnalysis[] {
  return steps.flatMap(({ inner, scan, ...step }) => {
    const hop = scan === undefined ? undefined : parts.get(scan)
    return hop === undefined ? [Object.freeze({ depth: depth + inner, ...step })] : flatten(hop.steps, parts, depth + inner)
  })
}
