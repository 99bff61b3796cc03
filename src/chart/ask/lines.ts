import { TidemillError } from '../../errors/index.ts'
import { callNode, type ExprNode } from '../../expr/index.ts'
import { type Bins, binsOf } from '../bins.ts'
import { mostPoints } from '../choose.ts'
import { type ChartColumn, realOf } from '../columns.ts'
import { figure, rowsText } from '../figures.ts'
import { type Answer, aggregateOf, countOf, numberAt, real } from '../query.ts'
import { levelsOf, oneLevel } from '../survey.ts'
import type { LinePanel, PlotLine } from '../types.ts'
import { askEach, axisOf, type Found, mostColors, type Part, valueLabel } from './part.ts'

const mostPlaces = 400

/**
 * A value along a time or a number. Few rows are drawn each at its own place; many are brought together by periods or bins, and a band around the means of one
 * line goes from the least to the greatest value of each, so that no peak is lost.
 */
export async function askLines(part: Part, shape: 'line' | 'area'): Promise<Found> {
  const { asking, survey, aggregate: given, bins, columns, options } = part
  const { x, y, color } = columns
  const aggregate = given ?? (y === undefined ? 'count' : 'mean')
  const additive = aggregate === 'count' || aggregate === 'sum'
  if (shape === 'area' && color !== undefined && !additive)
    throw new TidemillError('chart.argument', `stacked areas of what cannot be added: ${aggregate} (have count, sum)`, {
      hint: "type: 'line'",
    })
  const range = survey.ranges.x
  const exact = y !== undefined && bins === undefined && survey.rows <= mostPoints
  const cut = range === undefined || exact ? undefined : binsOf(x, { range, whole: survey.whole.has(x.key) }, mostPlaces, bins)
  const levels = color === undefined ? oneLevel : await levelsOf(asking, survey.plan, color, mostColors(options))
  const banded = shape === 'line' && cut !== undefined && color === undefined && given === undefined && y !== undefined
  const value = y === undefined ? real(0) : realOf(y)
  const answers = await askEach(part, survey.plan, { at: cut?.key ?? realOf(x), color: levels.key, y: value }, (at, series, of) => {
    const node = of as ExprNode
    const ends = banded ? { low: callNode('min', [node]), high: callNode('max', [node]) } : {}
    return [
      { at: at as ExprNode, color: series as ExprNode },
      { value: aggregateOf(aggregate, node), rows: countOf(), ...ends },
    ]
  })
  const single = answers.every(answer => answer.every(row => numberAt(row, 3) === 1))
  const { names } = levels
  const label = single && y !== undefined && aggregate !== 'count' ? y.name : valueLabel(aggregate, y)
  const log = y?.log === true
  let below = 0
  const panels = answers.map((answer): LinePanel => {
    const lines = (names.length === 0 ? [''] : names).map((_, index): PlotLine => {
      const own = answer.filter(row => levels.place(row[1]) === index)
      const drawn = log ? own.filter(row => numberAt(row, 2) > 0) : own
      below += own.length - drawn.length
      return { series: index, ...along(drawn, cut, additive && !log, banded) }
    })
    return { shape, x: axisOf(x), y: { label, kind: 'number', ...(log ? { scale: 'log' } : {}) }, series: names, lines }
  })
  const notes = placeNotes(label, x, cut, exact && !single, panels.length === 1 ? (panels[0]?.lines ?? []) : [], additive)
  return {
    panels,
    notes: [
      ...levels.notes,
      ...notes,
      ...(banded && !single ? ['the band goes from the least to the greatest value'] : []),
      ...(below > 0 ? [`${rowsText(below).replace('row', 'place')} with ${label} not above zero left out: the axis is logarithmic`] : []),
    ],
  }
}

/** Points in the order of x. Periods and bins without rows are zero for counts and sums, and left out else. */
function along(answer: Answer, cut: Bins | undefined, additive: boolean, banded: boolean): Omit<PlotLine, 'series'> {
  const rows = new Map(answer.map(row => [cut === undefined ? numberAt(row, 0) : cut.place(numberAt(row, 0)), row]))
  const [x, y, low, high]: number[][] = [[], [], [], []]
  const push = (at: number, row: readonly unknown[] | undefined): void => {
    if (row === undefined && !additive) return
    x?.push(at)
    y?.push(row === undefined ? 0 : numberAt(row, 2))
    low?.push(numberAt(row, 4))
    high?.push(numberAt(row, 5))
  }
  if (cut === undefined) for (const at of [...rows.keys()].sort((a, b) => a - b)) push(at, rows.get(at))
  else
    for (let index = 0; index + 1 < cut.edges.length; index++) {
      const [from, to] = [cut.edges[index] ?? 0, cut.edges[index + 1] ?? 0]
      push(cut.period === undefined ? (from + to) / 2 : from, rows.get(index))
    }
  return { x: x ?? [], y: y ?? [], ...(banded && low !== undefined && high !== undefined ? { low, high } : {}) }
}

function placeNotes(
  value: string,
  x: ChartColumn,
  cut: Bins | undefined,
  shared: boolean,
  lines: readonly { readonly x: readonly number[] }[],
  additive: boolean,
): readonly string[] {
  if (cut === undefined) return shared ? [`rows of the same place are brought together: ${value}`] : []
  const places = cut.edges.length - 1
  const each = cut.period === undefined ? `each of ${figure(places)} bins` : `each ${cut.period.unit}${x.clock}`
  const [only] = lines
  const empty = lines.length === 1 && only !== undefined ? places - only.x.length : 0
  return [
    `${value} for ${each}`,
    ...(empty > 0 && !additive ? [`${figure(empty)} of ${figure(places)} have no rows: the line runs across`] : []),
  ]
}
