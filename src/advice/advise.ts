import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { showing } from '../display/index.ts'
import { machineLimits } from '../engines/embedded/index.ts'
import { TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { type Engine, nodesOf, type Plan, type Relation, rewrite, type RunOptions, type ScanNode, verbs } from '../plan/index.ts'
import { familyOf } from '../schema/index.ts'
import { advisePartition } from './advise-partition.ts'
import { adviseRun } from './advise-run.ts'
import { adviseStore } from './advise-store.ts'
import { adviceText, describeAdvice } from './describe-advice.ts'
import { estimate } from './estimate.ts'
import { parquetPerMemoryByte } from './rates.ts'
import { type Sample, sampleOf } from './sample.ts'
import { scansOf, sourceFigures } from './sources.ts'
import type { Advice, AdviceOptions, ColumnFigures, Figures, MachineFigures, SourceFigures } from './types.ts'

const accesses = ['analyse', 'lookup', 'update', 'share'] as const
const usualSample = 20_000

/**
 * Where to run a table's plan, how to partition its rows and what to keep them in, each with the figures it rests on. It reads sizes of files, footers of
 * Parquet and the first rows of each source (20,000 unless told), never all of the data; so all figures but sizes are estimates.
 *
 * @example
 * const advice = await advise(orders.groupBy('region').agg(r => ({ total: r.amount.sum() })))
 * console.log(advice.run.where) // 'embedded'
 * @throws advice.argument for an option that does not exist
 */
export async function advise(table: Relation<unknown>, options: AdviceOptions = {}): Promise<Advice> {
  const { access = 'analyse', within = '10m', sampleRows = usualSample } = options
  if (!accesses.includes(access))
    throw new TidemillError('advice.argument', `unknown access: ${String(access)} (have ${accesses.join(', ')})`)
  if (!(Number.isSafeInteger(sampleRows) && sampleRows > 0))
    throw new TidemillError('advice.argument', `sampleRows is a whole number from 1, not ${String(sampleRows)}`)
  const seconds = durationMicros(within) / 1e6
  const figures = await figuresOf(
    table,
    sampleRows,
    options.machine ?? (await thisMachine()),
    options.signal === undefined ? {} : { signal: options.signal },
  )
  const run = adviseRun(figures, seconds, options.pricePerCpuHour)
  const partition = advisePartition(figures)
  const store = adviseStore(figures, access)
  const all = { figures, run, partition, store }
  return Object.freeze({ ...all, toJSON: () => all, toString: () => adviceText(all), ...showing(() => describeAdvice(all)) })
}

async function figuresOf(table: Relation<unknown>, sampleRows: number, machine: MachineFigures, run: RunOptions): Promise<Figures> {
  const { engine, plan } = table
  const keyOf = (scan: ScanNode): string => JSON.stringify([scan.source.kind, scan.source.options])
  const samples = new Map<string, Sample>()
  const sources = new Map<string, SourceFigures>()
  const columns = new Map<string, ColumnFigures>()
  for (const scan of scansOf(plan)) {
    const sample = await sampleOf(engine, scan, sampleRows, run)
    const figures = await sourceFigures(engine, scan, sample, run)
    samples.set(keyOf(scan), sample)
    sources.set(keyOf(scan), figures)
    for (const column of sample.columns(figures.rows)) columns.set(column.name, column)
  }
  const whole = [...samples.values()].every(sample => sample.whole)
  const result = await resultSample(engine, plan, sampleRows, run)
  const rowBytes = result === undefined || result.rows === 0 ? typicalBytes(plan, columns) : result.rowBytes
  const made = estimate(plan, {
    rowsOf: scan => sources.get(keyOf(scan))?.rows ?? 0,
    column: name => columns.get(name),
    rowBytes,
  })
  // Where the samples hold all of the sources, the result is known.
  const rows = whole && result?.whole === true ? result.rows : Math.round(made.rows)
  const [source] = sources.values()
  const stored = plan.node === 'scan' && source?.kind === 'parquet'
  return {
    sources: [...sources.values()],
    sampledRows: [...samples.values()].reduce((sum, sample) => sum + sample.rows, 0),
    columns: plan.fields.flatMap(field => columns.get(field.name) ?? []),
    rows,
    rowBytes,
    parquetBytes: stored ? source.bytes : Math.round(rows * rowBytes * parquetPerMemoryByte),
    steps: made.steps,
    machine,
  }
}

/** The result of the first rows of each source: how wide its rows are. A join without keys multiplies even those, so it is not tried. */
async function resultSample(engine: Engine, plan: Plan, rows: number, run: RunOptions): Promise<Sample | undefined> {
  for (const node of nodesOf(plan)) if (node.node === 'join' && node.on.length === 0) return undefined
  const first = rewrite(plan, node => (node.node === 'scan' ? verbs.limit(node, { rows }) : node))
  return sampleOf(engine, first, rows, run)
}

function typicalBytes(plan: Plan, columns: ReadonlyMap<string, ColumnFigures>): number {
  return plan.fields.reduce((sum, field) => sum + (columns.get(field.name)?.bytes ?? (familyOf(field.type) === 'number' ? 8 : 24)), 0)
}

async function thisMachine(): Promise<MachineFigures> {
  const { memoryBytes, threads } = machineLimits()
  const disk = await statfs(tmpdir())
  return { memoryBytes, threads, freeDiskBytes: disk.bavail * disk.bsize }
}
