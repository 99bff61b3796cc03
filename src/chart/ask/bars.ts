import { TidemillError } from '../../errors/index.ts'
import type { ExprNode } from '../../expr/index.ts'
import { type Bins, binsOf } from '../bins.ts'
import { type ChartColumn, realOf } from '../columns.ts'
import { figure, instant } from '../figures.ts'
import { aggregateOf, numberAt, real } from '../query.ts'
import { levelsOf, nameOrder, oneLevel, type Rank } from '../survey.ts'
import type { Bar, BarPanel } from '../types.ts'
import { askEach, axisOf, type Found, mostSeries, type Part, valueLabel } from './part.ts'

const mostBars = 24
const mostValues = 60

/** A bar for each category, whole number or period; of rows, or of an aggregate of the other column. */
export async function askBars(part: Part): Promise<Found> {
  const { asking, columns, survey, options } = part
  const level = columns.y?.role === 'category'
  const along = level && columns.y !== undefined ? columns.y : columns.x
  const value = level ? columns.x : columns.y
  const aggregate = part.aggregate ?? (value === undefined ? 'count' : 'mean')
  const additive = aggregate === 'count' || aggregate === 'sum'
  if (options.bars === 'stacked' && !additive && columns.color !== undefined)
    throw new TidemillError('chart.argument', `stacked bars of what cannot be added: ${aggregate} (have count, sum)`, {
      hint: "bars: 'grouped'",
    })
  const of = value === undefined ? real(0) : realOf(value)
  const rank = aggregate === 'sum' ? { of: () => aggregateOf('sum', of), text: `greatest by ${valueLabel(aggregate, value)}` } : undefined
  const groups = await groupsOf(part, along, rank)
  const levels = columns.color === undefined ? oneLevel : await levelsOf(asking, survey.plan, columns.color, mostSeries)
  const answers = await askEach(part, survey.plan, { at: groups.key, color: levels.key, value: of }, (at, color, node) => [
    { at: at as ExprNode, color: color as ExprNode },
    { value: aggregateOf(aggregate, node as ExprNode) },
  ])
  const found = answers.map(answer =>
    answer.map((row): Bar => ({ at: groups.place(row[0]), series: levels.place(row[1]), value: numberAt(row, 2) })),
  )
  // Colours that follow the categories leave no two bars at one place.
  const several = found.some(bars => new Set(bars.map(bar => bar.at)).size < bars.length)
  const order = groups.ordered ? groups.names.map((_, at) => at) : orderOf(found.flat(), groups, options.sort)
  const placed = new Map(order.map((at, place) => [at, place]))
  const categories = order.map(at => groups.names[at] ?? '')
  return {
    panels: found.map(
      (bars): BarPanel => ({
        shape: 'bar',
        x: axisOf(along, categories),
        y: { label: valueLabel(aggregate, value), kind: 'number' },
        level,
        ordered: groups.ordered || options.sort === 'name',
        series: levels.names,
        ...(several && (options.bars ?? (additive ? 'stacked' : 'grouped')) === 'grouped' ? { grouped: true } : {}),
        bars: bars.map(bar => ({ ...bar, at: placed.get(bar.at) ?? bar.at })).sort((a, b) => a.at - b.at || a.series - b.series),
      }),
    ),
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

async function groupsOf({ asking, survey, bins, options }: Part, column: ChartColumn, rank: Rank | undefined): Promise<Groups> {
  if (column.role === 'category') {
    if (bins !== undefined)
      throw new TidemillError('chart.argument', `bins of a category: ${column.name}`, { details: { column: column.name, bins } })
    const levels = await levelsOf(asking, survey.plan, column, options.top === undefined ? mostBars : options.top + 1, rank)
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
      notes: cut.period === undefined ? [] : [`a bar for each ${cut.period.unit}${column.clock}`],
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

/** The longest bar first, or by name; what stands for others last. */
function orderOf(bars: readonly Bar[], { names, rest }: Groups, sort: 'value' | 'name' | undefined): readonly number[] {
  const own = rest ? names.slice(0, -1) : names
  const last = rest ? [names.length - 1] : []
  if (sort === 'name') return [...nameOrder(own), ...last]
  const totals = names.map(() => 0)
  for (const bar of bars) totals[bar.at] = (totals[bar.at] ?? 0) + bar.value
  return [...own.map((_, at) => at).sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0) || a - b), ...last]
}
