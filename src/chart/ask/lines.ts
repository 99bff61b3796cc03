import { TidemillError } from '../../errors/index.ts'
import { columnNode } from '../../expr/index.ts'
import { type Bins, binsOf } from '../bins.ts'
import { mostPoints } from '../choose.ts'
import { realOf } from '../columns.ts'
import { figure } from '../figures.ts'
import { aggregated, aggregateOf, ask, countOf, numberAt, real, selected } from '../query.ts'
import { levelsOf, oneLevel } from '../survey.ts'
import { axisOf, type Found, mostSeries, type Part, valueLabel } from './part.ts'

const mostPlaces = 400

/** A value along a time or a number. Few rows are drawn each at its own place; many are brought together by periods or bins. */
export async function askLines(part: Part, shape: 'line' | 'area'): Promise<Found> {
  const { asking, survey, aggregate: given, bins, columns } = part
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
  const levels = color === undefined ? oneLevel : await levelsOf(asking, survey.plan, color, mostSeries)
  const coded = selected(survey.plan, {
    at: cut?.key ?? realOf(x),
    color: levels.key,
    y: y === undefined ? real(0) : realOf(y),
  })
  const [at, series, of] = coded.fields.map(columnNode)
  if (at === undefined || series === undefined || of === undefined) throw new RangeError('a plan lost its columns')
  const plan = aggregated(coded, { at, color: series }, { value: aggregateOf(aggregate, of), rows: countOf() })
  const answer = survey.rows === 0 ? [] : await ask(asking, plan)
  const single = answer.every(row => numberAt(row, 3) === 1)
  const { names } = levels
  const lines = (names.length === 0 ? [''] : names).map((_, index) => {
    const points = new Map(answer.filter(row => levels.place(row[1]) === index).map(row => [numberAt(row, 0), numberAt(row, 2)]))
    return { series: index, ...along(points, cut, additive) }
  })
  const value = single && y !== undefined && aggregate !== 'count' ? y.name : valueLabel(aggregate, y)
  return {
    panel: { shape, x: axisOf(x), y: { label: value, kind: 'number' }, series: names, lines },
    notes: [...levels.notes, ...placeNotes(value, cut, exact && !single, lines, additive)],
  }
}

/** Points in the order of x. Periods and bins without rows are zero for counts and sums, and left out else. */
function along(
  points: ReadonlyMap<number, number>,
  cut: Bins | undefined,
  additive: boolean,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  if (cut === undefined) {
    const x = [...points.keys()].sort((a, b) => a - b)
    return { x, y: x.map(at => points.get(at) ?? Number.NaN) }
  }
  const placed = new Map([...points].map(([key, value]) => [cut.place(key), value]))
  const x: number[] = []
  const y: number[] = []
  for (let index = 0; index + 1 < cut.edges.length; index++) {
    const value = placed.get(index) ?? (additive ? 0 : undefined)
    if (value === undefined) continue
    const [from, to] = [cut.edges[index] ?? 0, cut.edges[index + 1] ?? 0]
    x.push(cut.period === undefined ? (from + to) / 2 : from)
    y.push(value)
  }
  return { x, y }
}

function placeNotes(
  value: string,
  cut: Bins | undefined,
  shared: boolean,
  lines: readonly { readonly x: readonly number[] }[],
  additive: boolean,
): readonly string[] {
  if (cut === undefined) return shared ? [`rows of the same place are brought together: ${value}`] : []
  const places = cut.edges.length - 1
  const each = cut.period === undefined ? `each of ${figure(places)} bins` : `each ${cut.period.unit}, UTC`
  const [only] = lines
  const empty = lines.length === 1 && only !== undefined ? places - only.x.length : 0
  return [
    `${value} for ${each}`,
    ...(empty > 0 && !additive ? [`${figure(empty)} of ${figure(places)} have no rows: the line runs across`] : []),
  ]
}
