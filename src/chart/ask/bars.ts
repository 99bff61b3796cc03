import { TidemillError } from '../../errors/index.ts'
import { columnNode, type ExprNode } from '../../expr/index.ts'
import { type Bins, binsOf } from '../bins.ts'
import { type ChartColumn, realOf } from '../columns.ts'
import { figure, instant } from '../figures.ts'
import { aggregated, aggregateOf, ask, numberAt, real, selected } from '../query.ts'
import { levelsOf, oneLevel } from '../survey.ts'
import type { Bar } from '../types.ts'
import { axisOf, type Found, mostSeries, type Part, valueLabel } from './part.ts'

const mostBars = 24
const mostValues = 60

/** A bar for each category, whole number or period; of rows, or of an aggregate of the other column. */
export async function askBars(part: Part): Promise<Found> {
  const { asking, columns, survey } = part
  const level = columns.y?.role === 'category'
  const along = level && columns.y !== undefined ? columns.y : columns.x
  const value = level ? columns.x : columns.y
  const aggregate = part.aggregate ?? (value === undefined ? 'count' : 'mean')
  const groups = await groupsOf(part, along)
  const levels = columns.color === undefined ? oneLevel : await levelsOf(asking, survey.plan, columns.color, mostSeries)
  const coded = selected(survey.plan, {
    at: groups.key,
    color: levels.key,
    value: value === undefined ? real(0) : realOf(value),
  })
  const [at, color, of] = coded.fields.map(columnNode)
  if (at === undefined || color === undefined || of === undefined) throw new RangeError('a plan lost its columns')
  const answer = survey.rows === 0 ? [] : await ask(asking, aggregated(coded, { at, color }, { value: aggregateOf(aggregate, of) }))
  const bars = answer
    .map((row): Bar => ({ at: groups.place(row[0]), series: levels.place(row[1]), value: numberAt(row, 2) }))
    .sort((a, b) => a.at - b.at || a.series - b.series)
  const ordered = groups.ordered ? { bars, names: groups.names } : byValue(bars, groups.names, groups.rest)
  return {
    panel: {
      shape: 'bar',
      x: axisOf(along, ordered.names),
      y: { label: valueLabel(aggregate, value), kind: 'number' },
      level,
      ordered: groups.ordered,
      series: levels.names,
      bars: ordered.bars,
    },
    notes: [...groups.notes, ...levels.notes],
  }
}

interface Groups {
  readonly names: readonly string[]
  readonly key: ExprNode
  readonly place: (key: unknown) => number
  /** The names have an order of their own. */
  readonly ordered: boolean
  /** The last name stands for others. */
  readonly rest: boolean
  readonly notes: readonly string[]
}

async function groupsOf({ asking, survey, bins }: Part, column: ChartColumn): Promise<Groups> {
  if (column.role === 'category') {
    if (bins !== undefined)
      throw new TidemillError('chart.argument', `bins of a category: ${column.name}`, { details: { column: column.name, bins } })
    const levels = await levelsOf(asking, survey.plan, column, mostBars)
    return { ...levels, ordered: false }
  }
  const range = survey.ranges[column.key]
  if (range === undefined) return { names: [], key: real(0), place: () => 0, ordered: true, rest: false, notes: [] }
  if (column.role === 'time') {
    const cut = binsOf(column, { range, whole: survey.whole.has(column.key) }, mostValues, bins)
    const names = cut.edges.slice(0, -1).map(instant)
    return {
      ...binned(cut),
      names,
      ordered: true,
      rest: false,
      notes: cut.period === undefined ? [] : [`a bar for each ${cut.period.unit}, UTC`],
    }
  }
  if (!survey.whole.has(column.key) || range.high - range.low >= mostValues)
    throw new TidemillError(
      'chart.type',
      `bar for each value of a number that has too many: ${column.name} from ${figure(range.low)} to ${figure(range.high)}`,
      {
        details: { column: column.name },
        hint: 'type histogram has a bar for each range; cast to string for a bar each of the most frequent',
      },
    )
  const cut = binsOf(column, { range, whole: survey.whole.has(column.key) }, mostValues, undefined)
  return { ...binned(cut), names: cut.edges.slice(0, -1).map(edge => String(edge + 0.5)), ordered: true, rest: false, notes: [] }
}

function binned({ key, place }: Bins): Pick<Groups, 'key' | 'place'> {
  return { key, place: at => place(Number(at)) }
}

/** The longest bar first; what stands for others last. */
function byValue(
  bars: readonly Bar[],
  names: readonly string[],
  rest: boolean,
): { readonly bars: readonly Bar[]; readonly names: readonly string[] } {
  const totals = names.map(() => 0)
  for (const bar of bars) totals[bar.at] = (totals[bar.at] ?? 0) + bar.value
  const isRest = (at: number): number => (rest && at === names.length - 1 ? 1 : 0)
  const order = names.map((_, at) => at).sort((a, b) => isRest(a) - isRest(b) || (totals[b] ?? 0) - (totals[a] ?? 0) || a - b)
  const placed = new Map(order.map((at, place) => [at, place]))
  return {
    names: order.map(at => names[at] ?? ''),
    bars: bars.map(bar => ({ ...bar, at: placed.get(bar.at) ?? bar.at })).sort((a, b) => a.at - b.at || a.series - b.series),
  }
}
