import { type Batch, rawAt, valueAt } from '../batch/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import type { Named, Plan, Relation } from '../plan/index.ts'
import { type Family, type Field, familyOf, isInt64, printType } from '../schema/index.ts'
import { aggregated, filtered, limited, projected, sorted } from './nodes.ts'

export interface ColumnProfile {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** Values that are not NULL. */
  readonly count: number
  readonly nulls: number
  /** Null where values of the type are not compared (lists, structs, bytes). */
  readonly distinct: number | null
  /** Null for an empty column and for types without an order. */
  readonly min: unknown
  readonly max: unknown
  /** Of numbers; null else. */
  readonly mean: number | null
  /** Of the sample: divided by one less than the count. */
  readonly stddev: number | null
  /** First quartile, median, third quartile, of numbers. */
  readonly quartiles: readonly [number, number, number] | null
  /** The most frequent values first; none when no value is there twice, or numbers are there less than twice on average. */
  readonly top: readonly { readonly value: unknown; readonly count: number }[]
  /** Bars of equal width over the finite numbers. */
  readonly histogram: Histogram | null
}
export interface Histogram {
  /** One more than counts; a value on an edge belongs to the bar above it, the largest to the last bar. */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}
interface Run {
  readonly signal?: AbortSignal | undefined
}

const bars = 12
const topValues = 5
const compared: ReadonlySet<Family> = new Set(['number', 'text', 'boolean', 'time'])
const ordered: ReadonlySet<Family> = new Set(['number', 'text', 'time'])

/** The figures of every column. */
export async function profileColumns(
  data: Relation<unknown>,
  options: Run,
): Promise<{ readonly rows: number; readonly columns: readonly ColumnProfile[] }> {
  const plan = data.plan.open ? await data.engine.learn(data.plan, options) : data.plan
  const aggs: Named[] = [{ name: 'rows', expr: callNode('count', []) }]
  for (const [index, field] of plan.fields.entries()) aggs.push(...figures(field, `c${index}`))
  const [answer] = await collect(data, aggregated(plan, [], aggs), options)
  const read = (name: string): unknown => (answer === undefined ? null : cellValue(answer, name, 0))
  const number = (name: string): number | null => {
    const value = read(name)
    return value === null ? null : Number(value)
  }
  const rows = number('rows') ?? 0
  const columns: ColumnProfile[] = []
  for (const [index, field] of plan.fields.entries()) {
    const at = `c${index}`
    const count = number(`${at}.count`) ?? 0
    const distinct = number(`${at}.distinct`)
    const [q1, q2, q3] = [number(`${at}.q1`), number(`${at}.q2`), number(`${at}.q3`)]
    columns.push({
      name: field.name,
      type: printType(field.type),
      nullable: field.nullable,
      count,
      nulls: rows - count,
      distinct,
      min: read(`${at}.min`),
      max: read(`${at}.max`),
      mean: number(`${at}.mean`),
      stddev: number(`${at}.stddev`),
      quartiles: q1 === null || q2 === null || q3 === null ? null : [q1, q2, q3],
      top: hasTop(field, count, distinct) ? await topOf(data, plan, field, options) : [],
      histogram: await histogramOf(data, plan, field, number(`${at}.low`), number(`${at}.high`), options),
    })
  }
  return { rows, columns }
}

function hasTop(field: Field, count: number, distinct: number | null): boolean {
  if (distinct === null) return false
  return familyOf(field.type) === 'number' ? distinct * 2 <= count : distinct < count
}

function figures(field: Field, at: string): readonly Named[] {
  const value = columnNode(field)
  const family = familyOf(field.type)
  const agg = (name: string, expr: ExprNode): Named => ({ name: `${at}.${name}`, expr })
  const out = [agg('count', callNode('count', [value]))]
  if (compared.has(family)) out.push(agg('distinct', callNode('countDistinct', [value])))
  if (ordered.has(family)) out.push(agg('min', callNode('min', [value])), agg('max', callNode('max', [value])))
  if (family !== 'number') return out
  const real = asFloat(field)
  const finite = isFiniteNumber(real)
  return [
    ...out,
    agg('mean', callNode('mean', [value])),
    agg('stddev', callNode('stddev', [value])),
    agg('q1', callNode('quantile', [value], { q: 0.25 })),
    agg('q2', callNode('quantile', [value], { q: 0.5 })),
    agg('q3', callNode('quantile', [value], { q: 0.75 })),
    agg('low', callNode('where', [callNode('min', [real]), finite])),
    agg('high', callNode('where', [callNode('max', [real]), finite])),
  ]
}

async function topOf(data: Relation<unknown>, plan: Plan, field: Field, options: Run): Promise<ColumnProfile['top']> {
  const value = columnNode(field)
  const groups = aggregated(
    filtered(plan, callNode('isNotNull', [value])),
    [{ name: 'value', expr: value }],
    [{ name: 'count', expr: callNode('count', []) }],
  )
  const count = columnNode({ name: 'count', type: 'int64', nullable: false })
  const first = columnNode({ ...field, name: 'value' })
  const ranked = limited(
    sorted(groups, [
      { expr: count, descending: true, nulls: 'last' },
      { expr: first, descending: false, nulls: 'last' },
    ]),
    topValues,
  )
  const top: { value: unknown; count: number }[] = []
  for (const batch of await collect(data, ranked, options))
    for (let row = 0; row < batch.rows; row++)
      top.push({ value: cellValue(batch, 'value', row), count: Number(cellValue(batch, 'count', row)) })
  return top
}

async function histogramOf(
  data: Relation<unknown>,
  plan: Plan,
  field: Field,
  low: number | null,
  high: number | null,
  options: Run,
): Promise<Histogram | null> {
  if (low === null || high === null) return null
  const width = (high - low) / bars
  if (!(width > 0 && Number.isFinite(width))) return null
  const real = asFloat(field)
  const place = callNode('floor', [callNode('div', [callNode('sub', [real, literalNode(low, 'float64')]), literalNode(width, 'float64')])])
  const binned = projected(filtered(plan, isFiniteNumber(real)), [
    { name: 'bar', expr: callNode('clip', [place], { low: 0, high: bars - 1 }) },
  ])
  const bar = columnNode({ name: 'bar', type: place.type, nullable: place.nullable })
  const counts = Array.from({ length: bars }, () => 0)
  const grouped = aggregated(binned, [{ name: 'bar', expr: bar }], [{ name: 'count', expr: callNode('count', []) }])
  for (const batch of await collect(data, grouped, options)) {
    for (let row = 0; row < batch.rows; row++) {
      const at = cellValue(batch, 'bar', row)
      if (at !== null) counts[Number(at)] = Number(cellValue(batch, 'count', row))
    }
  }
  return { edges: Array.from({ length: bars + 1 }, (_, i) => (i === bars ? high : low + i * width)), counts }
}

function asFloat(field: Field): ExprNode {
  return field.type === 'float64' ? columnNode(field) : callNode('cast', [columnNode(field)], { to: 'float64' })
}

/** False for NaN and the infinities. */
function isFiniteNumber(real: ExprNode): ExprNode {
  return callNode('between', [real, literalNode(-Number.MAX_VALUE, 'float64'), literalNode(Number.MAX_VALUE, 'float64')])
}

/** The value a user sees; integers that a number cannot hold stay bigint. */
function cellValue(batch: Batch, name: string, row: number): unknown {
  const column = batch.columns[batch.fields.findIndex(field => field.name === name)]
  if (column === undefined) return null
  const raw = rawAt(column, row)
  if (typeof raw === 'bigint' && isInt64(column.type)) return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw
  return valueAt(column, row)
}

async function collect(data: Relation<unknown>, plan: Plan, options: Run): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  for await (const batch of data.engine.run(plan, options)) if (batch.rows > 0) batches.push(batch)
  return batches
}
