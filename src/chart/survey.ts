/** The first look at the data of a chart: one query. */
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type Plan, verbs } from '../plan/index.ts'
import { changed } from './changed.ts'
import { type ChartColumn, type ChartColumns, isBroken, isDrawable, realOf } from './columns.ts'
import { figure, rowsText } from './figures.ts'
import type { Range } from './round-edges.ts'
import { aggregated, type Asking, ask, countOf, countWhere, filtered, numberAt, real, selected } from './query.ts'

export interface Survey {
  /** The rows that can be drawn, with the columns `x`, `y`, `color`, `facet`. */
  readonly plan: Plan
  readonly rows: number
  /** Smallest and largest of numbers and times (milliseconds), among the rows that can be drawn. */
  readonly ranges: Readonly<Partial<Record<ChartColumn['key'], Range>>>
  /** Columns of numbers without a digit after the point, whatever their type is. */
  readonly whole: ReadonlySet<ChartColumn['key']>
  readonly notes: readonly string[]
}

/** Counts rows, NULLs and numbers that are not finite, and finds the ends of the axes. */
export async function survey(asking: Asking, columns: ChartColumns): Promise<Survey> {
  const used = [columns.x, columns.y, columns.color, columns.facet].filter(column => column !== undefined)
  const base = selected(asking.data.plan, Object.fromEntries(used.map(column => [column.key, column.made])))
  const drawable = used.map(isDrawable)
  const all = drawable.reduce((a, b) => callNode('and', [a, b]))
  const aggs: Record<string, ExprNode> = { rows: countOf(), drawn: countWhere(all) }
  for (const column of used) {
    aggs[`${column.key}.nulls`] = countWhere(callNode('isNull', [column.node]))
    if (column.role === 'number') aggs[`${column.key}.drawable`] = countWhere(isDrawable(column))
    if (column.role === 'number') aggs[`${column.key}.broken`] = countWhere(callNode('and', [all, isBroken(column)]))
    if (column.role === 'category') continue
    aggs[`${column.key}.low`] = callNode('where', [callNode('min', [realOf(column)]), all])
    aggs[`${column.key}.high`] = callNode('where', [callNode('max', [realOf(column)]), all])
  }
  const [row] = await ask(asking, aggregated(base, {}, aggs))
  const names = Object.keys(aggs)
  const read = (name: string): number => numberAt(row, names.indexOf(name))
  const rows = read('drawn')
  const ranges =
    rows === 0 ? [] : used.filter(c => c.role !== 'category').map(c => [c.key, { low: read(`${c.key}.low`), high: read(`${c.key}.high`) }])
  return {
    // A filter that lets everything through costs a look at each value in every query.
    plan: rows === read('rows') ? base : filtered(base, all),
    rows,
    ranges: Object.fromEntries(ranges) as Survey['ranges'],
    whole: new Set(used.filter(column => column.role === 'number' && read(`${column.key}.broken`) === 0).map(column => column.key)),
    notes: used.flatMap(column => leftOut(column, read)),
  }
}

function leftOut({ key, name, role, log }: ChartColumn, read: (name: string) => number): readonly string[] {
  const nulls = read(`${key}.nulls`)
  const odd = role === 'number' ? read('rows') - nulls - read(`${key}.drawable`) : 0
  return [
    ...(nulls > 0 ? [`${rowsText(nulls)} without ${name} ${nulls === 1 ? 'is' : 'are'} left out`] : []),
    ...(odd > 0
      ? [
          `${rowsText(odd)} where ${name} is ${log ? 'not above zero (or NaN or infinite): the axis is logarithmic, they' : 'NaN or infinite'} ${odd === 1 ? 'is' : 'are'} left out`,
        ]
      : []),
  ]
}

/** The values of a category that a chart shows by name; all others are one. */
export interface Levels {
  readonly names: readonly string[]
  /** What rows are grouped by: the value, NULL for the others. */
  readonly key: ExprNode
  /** The place of a key among the names. */
  readonly place: (key: unknown) => number
  /** The last name stands for others. */
  readonly rest: boolean
  readonly notes: readonly string[]
}

/** Where no category is asked for: all rows are one. */
export const oneLevel: Levels = Object.freeze({ names: [], key: real(0), place: () => 0, rest: false, notes: [] })

/** What ranks the values of a category: their rows, or a sum. */
export interface Rank {
  readonly of: (plan: Plan) => ExprNode
  /** What the first ones are: `the most frequent`. */
  readonly text: string
}
const byRows: Rank = { of: countOf, text: 'most frequent' }

/** The first values of a category, at most so many names; the others are one. */
export async function levelsOf(asking: Asking, plan: Plan, column: ChartColumn, most: number, rank: Rank = byRows): Promise<Levels> {
  const groups = aggregated(plan, { value: column.node }, { rows: rank.of(plan) })
  const [value, rows] = groups.fields.map(columnNode) as [ExprNode, ExprNode]
  const ranked = verbs.limit(
    verbs.sort(groups, {
      by: [
        { expr: rows, descending: true, nulls: 'last' },
        { expr: value, descending: false, nulls: 'last' },
      ],
    }),
    { rows: most + 1 },
  )
  const found = (await ask(asking, ranked)).map(row => String(row[0]))
  const rest = found.length > most
  const kept = rest ? found.slice(0, Math.max(1, most - 1)) : found
  const places = new Map<unknown, number>([...kept.map((name, index) => [name, index] as const), [null, kept.length]])
  const place = (key: unknown): number => {
    const at = places.get(key)
    if (at === undefined || (key === null && !rest)) throw changed(column.name, key)
    return at
  }
  if (!rest) return { names: kept, key: column.node, place, rest, notes: [] }
  const known = callNode('in', [column.node, ...kept.map(name => literalNode(name, 'string'))])
  const [total] = await ask(asking, aggregated(plan, {}, { values: callNode('countDistinct', [column.node]) }))
  const others = numberAt(total, 0) - kept.length
  return {
    names: [...kept, `${figure(others)} ${others === 1 ? 'other' : 'others'}`],
    key: callNode('case', [known, column.node, literalNode(null, 'string')]),
    place,
    rest,
    notes: [`${column.name} has ${figure(others + kept.length)} values: the ${kept.length} ${rank.text} are shown, the others together`],
  }
}

/** Levels in the order of their names: by number where all are numbers, else by character; what stands for others last. */
export function inNameOrder(levels: Levels): Levels {
  const own = levels.rest ? levels.names.slice(0, -1) : levels.names
  const order = nameOrder(own)
  const placed = order.map((_, at) => order.indexOf(at))
  return {
    ...levels,
    names: [...order.map(at => own[at] ?? ''), ...levels.names.slice(own.length)],
    place: key => {
      const at = levels.place(key)
      return placed[at] ?? at
    },
  }
}

/** Places of names in order. */
export function nameOrder(names: readonly string[]): readonly number[] {
  const numbers = names.map(name => (name.trim() === '' ? Number.NaN : Number(name)))
  const points = names.map(name => [...name].map(character => character.codePointAt(0) ?? 0))
  const compare = (a: number, b: number): number => {
    const [left, right] = [points[a] ?? [], points[b] ?? []]
    const at = left.findIndex((point, index) => point !== right[index])
    return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
  }
  const places = names.map((_, at) => at)
  return numbers.every(Number.isFinite) ? places.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0)) : places.sort(compare)
}
