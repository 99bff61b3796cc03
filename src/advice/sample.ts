import { type Batch, isNullAt, rawAt } from '../batch/index.ts'
import { type Engine, type Plan, type RunOptions, verbs } from '../plan/index.ts'
import { printType, type Schema } from '../schema/index.ts'
import type { ColumnFigures } from './types.ts'

/** What the first rows of a result tell. */
export interface Sample {
  readonly fields: Schema
  readonly rows: number
  /** False when there were more rows than were asked for. */
  readonly whole: boolean
  /** Bytes of a row in memory. */
  readonly rowBytes: number
  /** Bytes of a row as a line of CSV; names of columns come with each row of NDJSON. */
  readonly textBytes: number
  columns(total: number): readonly ColumnFigures[]
}

interface Tally {
  readonly counts: Map<string, number>
  nulls: number
  bytes: number
  text: number
  least: bigint | undefined
  greatest: bigint | undefined
  last: bigint | undefined
  inOrder: boolean
}

/** Looks at the first rows of a plan: cardinality, skew, sizes. */
export async function sampleOf(engine: Engine, plan: Plan, rows: number, options: RunOptions): Promise<Sample> {
  let fields: Schema = plan.fields
  let tallies: Tally[] = []
  let seen = 0
  for await (const batch of engine.run(verbs.limit(plan, { rows: rows + 1 }), options)) {
    fields = batch.fields
    if (tallies.length === 0) tallies = fields.map(() => newTally())
    const taken = Math.min(batch.rows, rows - seen)
    tallies.forEach((tally, at) => take(tally, batch, at, taken))
    seen += batch.rows
  }
  const count = Math.min(seen, rows)
  const mean = (of: (tally: Tally) => number): number => tallies.reduce((sum, tally) => sum + of(tally), 0) / Math.max(1, count)
  return {
    fields,
    rows: count,
    whole: seen <= rows,
    rowBytes: count === 0 ? 8 * Math.max(1, fields.length) : mean(tally => tally.bytes),
    textBytes: mean(tally => tally.text) + fields.length,
    columns: total => tallies.map((tally, at) => figuresOf(fields[at] as Schema[number], tally, count, total)),
  }
}

function newTally(): Tally {
  return { counts: new Map(), nulls: 0, bytes: 0, text: 0, least: undefined, greatest: undefined, last: undefined, inOrder: true }
}

function take(tally: Tally, batch: Batch, at: number, rows: number): void {
  const column = batch.columns[at]
  const type = batch.fields[at]?.type
  if (column === undefined) return
  for (let row = 0; row < rows; row++) {
    if (isNullAt(column, row)) {
      tally.nulls++
      tally.bytes++
      continue
    }
    const value = rawAt(column, row)
    const text = typeof value === 'string' ? value : keyOf(value)
    tally.bytes += typeof value === 'string' ? 16 + (text.length > 12 ? text.length : 0) : typeof value === 'object' ? 24 + text.length : 8
    tally.text += type === 'date' ? 10 : type === 'timestamp' || type === 'datetime' ? 20 : text.length
    tally.counts.set(text, (tally.counts.get(text) ?? 0) + 1)
    const micros =
      type === 'timestamp' || type === 'datetime' ? (value as bigint) : type === 'date' ? BigInt(value as number) * day : undefined
    if (micros !== undefined) time(tally, micros)
  }
}
const day = 86_400_000_000n

function keyOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return typeof value === 'object'
    ? JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
    : `${value as number | bigint | boolean}`
}

function time(tally: Tally, micros: bigint): void {
  if (tally.last !== undefined && micros < tally.last) tally.inOrder = false
  tally.last = micros
  if (tally.least === undefined || micros < tally.least) tally.least = micros
  if (tally.greatest === undefined || micros > tally.greatest) tally.greatest = micros
}

function figuresOf(field: Schema[number], tally: Tally, rows: number, total: number): ColumnFigures {
  let top = 0
  for (const count of tally.counts.values()) if (count > top) top = count
  const span = tally.least === undefined || tally.greatest === undefined ? undefined : Number(tally.greatest - tally.least) / 1e6
  return {
    name: field.name,
    type: printType(field.type),
    distinct: estimateDistinct(tally.counts.values(), rows, total),
    topShare: rows === 0 ? 0 : top / rows,
    nullShare: rows === 0 ? 0 : tally.nulls / rows,
    bytes: rows === 0 ? 8 : tally.bytes / rows,
    ...(span === undefined ? {} : { spanSeconds: span, inOrder: tally.inOrder }),
  }
}

/**
 * Different values in `total` rows, from how often each stands in a sample of `rows`.
 *
 * Source: the GEE estimator (Charikar, Chaudhuri, Motwani, Narasayya, "Towards estimation error guarantees for distinct values", 2000): values seen once count
 * sqrt(total / rows) times. Its error is at most that factor, which is the best that any sample can promise.
 */
export function estimateDistinct(counts: Iterable<number>, rows: number, total: number): number {
  let once = 0
  let more = 0
  for (const count of counts) {
    if (count === 1) once++
    else more++
  }
  if (rows === 0) return 0
  // All different: a key, as far as anyone can see.
  if (more === 0 && once === rows && rows >= 1_000) return total
  return Math.min(total, Math.round(Math.sqrt(Math.max(1, total / rows)) * once + more))
}
