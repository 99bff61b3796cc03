import { type Batch, sliceRows } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { ExprNode } from '../../expr/index.ts'
import type * as Kernels from '../../kernels/index.ts'
import { cut, type Hop, optimise, type Plan, type RowStep, type RunOptions, type ScanNode, withHops } from '../../plan/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { cancelled } from './duckdb/errors.ts'
import { openHop } from './hop.ts'
import { warnManyToMany } from './many-to-many.ts'
import { query } from './query.ts'

/** The rows of a plan. What a signal stopped fails with `engine.cancelled`, whether the database, a source or a function was at work. */
export async function* runPlan(context: Context, plan: Plan, options: RunOptions): AsyncGenerator<Batch> {
  try {
    yield* runCut(context, plan, options)
  } catch (error) {
    if (options.signal?.aborted !== true || error instanceof TidemillError) throw error
    throw cancelled(options.signal)
  }
}

/** What DuckDB cannot do is cut out, run on worker threads, and staged back; row-wise steps after the last hop run in kernels. */
async function* runCut(context: Context, plan: Plan, options: RunOptions): AsyncGenerator<Batch> {
  const closed = await context.learn(plan, options)
  await warnManyToMany(context, closed, options)
  const optimised = optimise(closed)
  const kernels = await kernelsFor(optimised)
  const { hops, plan: rest, stream } = cut(optimised, capabilities, kernels === undefined ? {} : { kernels: kernels.kernelFunctions })
  const staged: AsyncDisposable[] = []
  try {
    const tables = await stageHops(context, hops, staged, options)
    if (rest !== undefined) yield* query(context, withHops(rest, tables), options)
    if (stream === undefined || kernels === undefined) return
    const { hop, after } = stream
    const own = hop.node.node === 'scan' ? afterScan(hop.node, kernels.kernelFunctions) : []
    if (own === undefined) {
      const more = await stageHops(context, [hop], staged, options, tables)
      yield* query(context, withHops(overHop(hop, after), more), options)
      return
    }
    yield* steps(openHop(context, hop, tables, options), [...own, ...after], kernels)
  } finally {
    await disposeAll(staged)
  }
}

/** Most plans have no hop: the kernels are loaded for those that have one. */
export async function kernelsFor(plan: Plan): Promise<typeof Kernels | undefined> {
  const { hops, stream } = cut(plan, capabilities)
  return hops.length === 0 && stream === undefined ? undefined : import('../../kernels/index.ts')
}

/** The hops in order, each put into a table of DuckDB; what is to be disposed afterwards goes into `into`. */
export async function stageHops(
  context: Context,
  hops: readonly Hop[],
  into: AsyncDisposable[],
  options: RunOptions,
  earlier: ReadonlyMap<ScanNode, Plan> = new Map(),
): Promise<Map<ScanNode, Plan>> {
  const tables = new Map<ScanNode, Plan>(earlier)
  for (const hop of hops) {
    const made = await context.stage(openHop(context, hop, tables, options), hop.scan.fields, options)
    into.push(made)
    // What a source was asked to leave out is left out again: it may have given more.
    const { node } = hop
    const asked = node.node === 'scan' ? { where: node.where, limit: node.limit } : {}
    tables.set(hop.scan, made.plan.node === 'scan' ? { ...made.plan, ...asked } : made.plan)
  }
  return tables
}

/** The filter and limit of a source as steps; undefined when the kernels lack a function of the filter. */
function afterScan(node: ScanNode, known: ReadonlySet<string>): RowStep[] | undefined {
  const base = { fields: node.fields, open: false, input: node }
  const made: RowStep[] = []
  if (node.where !== undefined) {
    if (!isKnown(node.where, known)) return undefined
    made.push({ node: 'filter', where: node.where, ...base })
  }
  if (node.limit !== undefined) made.push({ node: 'limit', rows: node.limit, offset: 0, ...base })
  return made
}

function isKnown(expr: ExprNode, known: ReadonlySet<string>): boolean {
  return expr.op === 'column' || expr.op === 'literal' || (known.has(expr.op) && expr.args.every(arg => isKnown(arg, known)))
}

/** Gives back what was staged; all of it, also when one fails. */
export async function disposeAll(staged: readonly AsyncDisposable[]): Promise<void> {
  const answers = await Promise.allSettled(staged.map(async each => each[Symbol.asyncDispose]()))
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
}

/** The steps after a hop as a plan over its staged rows. */
export function overHop(hop: Hop, after: readonly RowStep[]): Plan {
  return after.reduce<Plan>((input, step) => ({ ...step, input }), hop.scan)
}

/** The steps after a hop that streams. */
export function afterSteps(
  batches: AsyncIterable<Batch>,
  { node }: Hop,
  after: readonly RowStep[],
  kernels: typeof Kernels,
): AsyncGenerator<Batch> {
  const own = node.node === 'scan' ? afterScan(node, kernels.kernelFunctions) : []
  if (own === undefined) throw new TidemillError('plan.gap', 'a filter over an opened source that kernels cannot do is not analysed')
  return steps(batches, [...own, ...after], kernels)
}

async function* steps(
  batches: AsyncIterable<Batch>,
  after: readonly RowStep[],
  { filterBatch, projectBatch }: typeof Kernels,
): AsyncGenerator<Batch> {
  // Rows a limit still skips and still gives, one entry a step.
  const left = after.map(step => (step.node === 'limit' ? { skip: step.offset, give: step.rows } : undefined))
  if (left.some(limit => limit?.give === 0)) return
  for await (const whole of batches) {
    let batch = whole
    for (const [index, step] of after.entries()) {
      if (step.node === 'filter') batch = filterBatch(batch, step.where)
      else if (step.node === 'project') batch = projectBatch(batch, step.columns, step.fields)
      else {
        const limit = left[index]
        if (limit === undefined) continue
        const skipped = Math.min(limit.skip, batch.rows)
        const given = Math.min(limit.give, batch.rows - skipped)
        limit.skip -= skipped
        limit.give -= given
        batch = skipped === 0 && given === batch.rows ? batch : sliceRows(batch, skipped, skipped + given)
      }
    }
    if (batch.rows > 0) yield batch
    if (left.some(limit => limit?.give === 0)) return
  }
}
