/** The figures of columns: a few queries for all of them, whatever their number. */
import { rawAt } from '../batch/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import type { AggregateNode, Named, Plan, Relation } from '../plan/index.ts'
import { compareTexts, type Family, type Field, familyOf, printType } from '../schema/index.ts'
import { asFloat, cellAt, collect, isFiniteNumber, type Run } from './figures.ts'
import { aggregated, countWhere, filtered, limited, projected, sorted } from './nodes.ts'

export interface ColumnProfile {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** Values that are not NULL. */
  readonly count: number
  readonly nulls: number
  /** Null where values of the type are not compared (lists, structs, bytes). Of a sampled table about so many, with a standard error of 2.3 %. */
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
  /** Of numbers: how many are 0, below 0, NaN, and infinite; null else. */
  readonly zeros: number | null
  readonly negatives: number | null
  readonly nan: number | null
  readonly infinite: number | null
  /** Of texts: characters, how many are empty, and how many begin or end with white space; null else. */
  readonly lengths: { readonly min: number; readonly mean: number; readonly max: number } | null
  readonly empty: number | null
  readonly padded: number | null
  /** Of times: the days from the first to the last, and on how many of them there are rows; null else. */
  readonly days: { readonly span: number; readonly with: number } | null
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
/** What of a table was looked at closely. */
export interface Looked {
  /** The whole table, and how many rows it has. */
  readonly plan: Plan
  readonly rows: number
  /** The table, or every n-th row of it. */
  readonly some: Plan
  readonly every: number
}
type Figures = ReadonlyMap<string, unknown>

const bars = 12
const topValues = 5
/** Values that a query may hold at once for exact quantiles and counts of different values. */
const held = 5_000_000
/** Columns of a query: a plan with thousands of aggregates takes longer to make than to run. */
const together = 100
const compared: ReadonlySet<Family> = new Set(['number', 'text', 'boolean', 'time'])
const ordered: ReadonlySet<Family> = new Set(['number', 'text', 'time'])

/** The figures of every column. `rows` and what a running total can tell is of all rows, the rest of `some`. */
export async function profileColumns(
  data: Relation<unknown>,
  plan: Plan,
  choose: (rows: number) => Looked,
  options: Run,
): Promise<{ readonly looked: Looked; readonly columns: readonly ColumnProfile[] }> {
  const fields = plan.fields.map((field, index) => ({ field, at: `c${index}` }))
  const figures = new Map<string, unknown>()
  for (const part of chunks(fields, together))
    await ask(
      data,
      plan,
      [{ name: 'rows', expr: callNode('count', []) }, ...part.flatMap(({ field, at }) => running(field, at))],
      figures,
      options,
    )
  const rows = Number(figures.get('rows') ?? 0)
  const looked = choose(rows)
  const close = Math.max(1, Math.min(together, Math.floor(held / Math.max(1, rows / looked.every))))
  for (const part of chunks(fields, close))
    await ask(
      data,
      looked.some,
      part.flatMap(({ field, at }) => closer(field, at, figures)),
      figures,
      options,
    )
  if (looked.every > 1)
    for (const part of chunks(
      fields.filter(({ field }) => compared.has(familyOf(field.type))),
      25,
    ))
      await ask(
        data,
        plan,
        part.map(({ field, at }) => ({ name: `${at}.about`, expr: callNode('approxCountDistinct', [columnNode(field)]) })),
        figures,
        options,
      )
  const tops = await topsOf(data, looked.some, fields, figures, options)
  const columns = fields.map(({ field, at }) => columnOf(field, at, rows, figures, tops.get(at) ?? [], looked.every))
  return { looked, columns }
}

function columnOf(field: Field, at: string, rows: number, figures: Figures, top: ColumnProfile['top'], every: number): ColumnProfile {
  const number = (name: string): number | null => {
    const value = figures.get(`${at}.${name}`)
    return value === null || value === undefined ? null : Number(value)
  }
  const count = number('count') ?? 0
  const family = familyOf(field.type)
  const quartiles = figures.get(`${at}.q`) as readonly number[] | null | undefined
  const [q1, q2, q3] = quartiles ?? []
  const about = number('about')
  // Beside a sample the number of all rows is only known about; it is never less than what the sample has.
  const distinct = about === null ? number('distinct') : Math.min(count, Math.max(about, number('distinct') ?? 0))
  const isFloat = field.type === 'float64' || field.type === 'float32'
  const nan = family !== 'number' ? null : isFloat ? (number('nan') ?? 0) : 0
  const [shortest, longest] = [number('shortest'), number('longest')]
  const span = family === 'time' ? number('span') : null
  return {
    name: field.name,
    type: printType(field.type),
    nullable: field.nullable,
    count,
    nulls: rows - count,
    distinct: compared.has(family) ? distinct : null,
    min: figures.get(`${at}.min`) ?? null,
    max: figures.get(`${at}.max`) ?? null,
    mean: number('mean'),
    stddev: number('stddev'),
    quartiles: q1 === undefined || q2 === undefined || q3 === undefined ? null : [q1, q2, q3],
    zeros: number('zeros'),
    negatives: number('negatives'),
    nan,
    infinite: family !== 'number' ? null : isFloat ? count - (nan ?? 0) - (number('finite') ?? 0) : 0,
    lengths: shortest === null || longest === null ? null : { min: shortest, mean: number('length') ?? 0, max: longest },
    empty: number('empty'),
    padded: number('padded'),
    days: span === null || every > 1 ? null : { span: span + 1, with: number('days') ?? 0 },
    top,
    histogram: histogramOf(at, figures),
  }
}

/** What one pass can tell without holding values. */
function running(field: Field, at: string): readonly Named[] {
  const value = columnNode(field)
  const family = familyOf(field.type)
  const agg = (name: string, expr: ExprNode): Named => ({ name: `${at}.${name}`, expr })
  const out = [agg('count', callNode('count', [value]))]
  if (ordered.has(family)) out.push(agg('min', callNode('min', [value])), agg('max', callNode('max', [value])))
  if (family === 'text') {
    const text = asText(field)
    const length = callNode('length', [text])
    out.push(
      agg('shortest', callNode('min', [length])),
      agg('longest', callNode('max', [length])),
      agg('length', callNode('mean', [length])),
      agg('empty', countWhere(callNode('eq', [length, literalNode(0)]))),
      agg('padded', countWhere(callNode('ne', [callNode('trim', [text]), text]))),
    )
  }
  if (family !== 'number') return out
  const real = asFloat(field)
  out.push(
    agg('mean', callNode('mean', [value])),
    agg('stddev', callNode('stddev', [value])),
    agg('zeros', countWhere(callNode('eq', [real, literalNode(0, 'float64')]))),
    agg('negatives', countWhere(callNode('lt', [real, literalNode(0, 'float64')]))),
  )
  if (field.type !== 'float64' && field.type !== 'float32')
    return [...out, agg('low', callNode('min', [real])), agg('high', callNode('max', [real]))]
  const finite = isFiniteNumber(real)
  return [
    ...out,
    agg('nan', countWhere(callNode('isNan', [value]))),
    agg('finite', countWhere(finite)),
    agg('low', callNode('min', [callNode('case', [finite, real, literalNode(null, 'float64')])])),
    agg('high', callNode('max', [callNode('case', [finite, real, literalNode(null, 'float64')])])),
  ]
}

/** What holds values, or needs to know the smallest and the largest. */
function closer(field: Field, at: string, figures: Figures): readonly Named[] {
  const value = columnNode(field)
  const family = familyOf(field.type)
  const agg = (name: string, expr: ExprNode): Named => ({ name: `${at}.${name}`, expr })
  const out: Named[] = []
  if (compared.has(family)) out.push(agg('distinct', callNode('countDistinct', [value])))
  if (family === 'time') {
    const day = field.type === 'date' ? value : callNode('toDate', [value])
    out.push(agg('days', callNode('countDistinct', [day])))
    out.push(agg('span', callNode('diff', [callNode('max', [day]), callNode('min', [day])], { unit: 'day' })))
  }
  if (family !== 'number') return out
  out.push(agg('q', callNode('quantiles', [value], { qs: [0.25, 0.5, 0.75] })))
  const edges = edgesOf(at, figures)
  if (edges === undefined) return out
  const real = asFloat(field)
  const isFloat = field.type === 'float64' || field.type === 'float32'
  const all = isFloat ? isFiniteNumber(real) : callNode('isNotNull', [value])
  const hasInfinite = isFloat && Number(figures.get(`${at}.finite`)) + Number(figures.get(`${at}.nan`)) < Number(figures.get(`${at}.count`))
  const below = (edge: number): ExprNode => {
    const less = callNode('lt', [real, literalNode(edge, 'float64')])
    return hasInfinite ? callNode('and', [all, less]) : less
  }
  return [
    ...out,
    agg('all', countWhere(all)),
    ...edges.slice(1, -1).map((edge, index) => agg(`below${index + 1}`, countWhere(below(edge)))),
  ]
}

function edgesOf(at: string, figures: Figures): readonly number[] | undefined {
  const [from, to] = [figures.get(`${at}.low`), figures.get(`${at}.high`)]
  if (from === null || to === null || from === undefined || to === undefined) return undefined
  const [low, high] = [Number(from), Number(to)]
  const width = (high - low) / bars
  if (!(width > 0 && Number.isFinite(width))) return undefined
  return Array.from({ length: bars + 1 }, (_, i) => (i === bars ? high : low + i * width))
}

function histogramOf(at: string, figures: Figures): Histogram | null {
  const edges = edgesOf(at, figures)
  const all = figures.get(`${at}.all`)
  if (edges === undefined || all === undefined) return null
  const below = edges.map((_, i) => (i === 0 ? 0 : i === bars ? Number(all) : Number(figures.get(`${at}.below${i}`))))
  return { edges, counts: below.slice(1).map((count, i) => count - (below[i] as number)) }
}

interface Place {
  readonly field: Field
  readonly at: string
}

/** The most frequent values. Columns with few values are grouped in one pass, by sets of one column each; the others one by one, as their groups may have to spill. */
async function topsOf(
  data: Relation<unknown>,
  plan: Plan,
  fields: readonly Place[],
  figures: Figures,
  options: Run,
): Promise<ReadonlyMap<string, ColumnProfile['top']>> {
  const tops = new Map<string, ColumnProfile['top']>()
  const distinct = ({ at }: Place): number => Number(figures.get(`${at}.distinct`) ?? 0)
  const wanted = fields.filter(one => hasTop(one, figures))
  const few = wanted.filter(one => distinct(one) <= fewValues)
  for (const part of chunks(few, columnsOfSets)) for (const [at, top] of await topsTogether(data, plan, part, options)) tops.set(at, top)
  for (const one of wanted) if (distinct(one) > fewValues) tops.set(one.at, await topOf(data, plan, one.field, options))
  return tops
}

const fewValues = 10_000
const columnsOfSets = 16

function hasTop({ field, at }: Place, figures: Figures): boolean {
  const distinct = figures.get(`${at}.distinct`)
  if (distinct === null || distinct === undefined) return false
  const count = Number(figures.get(`${at}.count`))
  return familyOf(field.type) === 'number' ? Number(distinct) * 2 <= count : Number(distinct) < count
}

async function topsTogether(
  data: Relation<unknown>,
  plan: Plan,
  part: readonly Place[],
  options: Run,
): Promise<Map<string, ColumnProfile['top']>> {
  const keys = part.map(({ field, at }): Named => ({ name: at, expr: { ...columnNode(field), nullable: true } }))
  const count: Named = { name: 'count', expr: callNode('count', []) }
  const level = { name: 'level', type: 'string', nullable: false } as const
  const fields = [...keys, count].map(({ name, expr }) => ({ name, type: expr.type, nullable: expr.nullable }))
  const groups: AggregateNode = {
    node: 'aggregate',
    input: plan,
    keys,
    aggs: [count],
    sets: keys.map((_, index) => [index]),
    level: level.name,
    fields: [...fields.slice(0, keys.length), level, ...fields.slice(keys.length)],
    open: false,
  }
  const found = new Map(part.map(({ at }) => [at, [] as { value: unknown; raw: unknown; count: number }[]]))
  for await (const batch of data.engine.run(groups, { signal: options.signal })) {
    for (let row = 0; row < batch.rows; row++) {
      const at = rawAt(batch.columns[keys.length] as (typeof batch.columns)[number], row)
      const place = part.findIndex(one => one.at === at)
      const column = batch.columns[place]
      const best = found.get(String(at))
      if (column === undefined || best === undefined) continue
      const raw = rawAt(column, row)
      const rows = Number(cellAt(batch, keys.length + 1, row))
      if (raw === null || (best.length === topValues && rows < (best.at(-1)?.count ?? 0))) continue
      best.push({ value: cellAt(batch, place, row), raw, count: rows })
      best.sort((a, b) => b.count - a.count || inOrder(a.raw, b.raw))
      best.length = Math.min(best.length, topValues)
    }
  }
  return new Map([...found].map(([at, best]) => [at, best.map(({ value, count: rows }) => ({ value, count: rows }))]))
}

/** As the engine orders values of one type; NaN is the greatest. */
function inOrder(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  if (Number.isNaN(b)) return -1
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
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
    for (let row = 0; row < batch.rows; row++) top.push({ value: cellAt(batch, 0, row), count: Number(cellAt(batch, 1, row)) })
  return top
}

/** One row of aggregates, kept by their names. */
async function ask(
  data: Relation<unknown>,
  plan: Plan,
  aggs: readonly Named[],
  figures: Map<string, unknown>,
  options: Run,
): Promise<void> {
  if (aggs.length === 0) return
  const [answer] = await collect(data, aggregated(plan, [], aggs), options)
  if (answer === undefined) return
  for (const [index, field] of answer.fields.entries()) figures.set(field.name, cellAt(answer, index, 0))
}

/** Every n-th row of a table, so that about `most` stay. */
export function thinned(plan: Plan, every: number): Plan {
  const row = { name: 'row', expr: callNode('over', [callNode('rowNumber', [])], {}) }
  // Columns get names of their own meanwhile: any may be called `row`.
  const numbered = projected(plan, [row, ...plan.fields.map((field, index) => ({ name: `c${index}`, expr: columnNode(field) }))])
  const place = columnNode({ name: 'row', type: row.expr.type, nullable: false })
  const chosen = filtered(numbered, callNode('eq', [callNode('mod', [place, literalNode(every)]), literalNode(1)]))
  return projected(
    chosen,
    plan.fields.map((field, index) => ({ name: field.name, expr: columnNode({ ...field, name: `c${index}` }) })),
  )
}

function asText(field: Field): ExprNode {
  return field.type === 'string' ? columnNode(field) : callNode('cast', [columnNode(field)], { to: 'string' })
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
}
