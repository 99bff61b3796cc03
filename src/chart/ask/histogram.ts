import { callNode, columnNode } from '../../expr/index.ts'
import { binsFor, binsOf, withoutTails } from '../bins.ts'
import { realOf } from '../columns.ts'
import { aggregated, ask, countOf, numberAt, selected } from '../query.ts'
import { levelsOf, oneLevel } from '../survey.ts'
import { axisOf, type Found, mostSeries, type Part, rowsAxis } from './part.ts'

/** Rows between edges, counted by the engine; the mean as a dashed line. */
export async function askHistogram({ asking, columns: { x, color }, survey, bins }: Part): Promise<Found> {
  const range = survey.ranges.x
  if (range === undefined) return { panel: { shape: 'histogram', x: axisOf(x), y: rowsAxis, series: [], edges: [], counts: [] }, notes: [] }
  const middle = await withoutTails(asking, survey.plan, x, range, survey.rows)
  const cut = binsOf(x, { range: middle.range, whole: survey.whole.has(x.key) }, x.role === 'time' ? 60 : binsFor(survey.rows), bins)
  const levels = color === undefined ? oneLevel : await levelsOf(asking, survey.plan, color, mostSeries)
  const coded = selected(middle.plan, { bin: cut.key, color: levels.key })
  const [bin, series] = coded.fields.map(columnNode)
  if (bin === undefined || series === undefined) throw new RangeError('a plan lost its columns')
  const answer = await ask(asking, aggregated(coded, { bin, color: series }, { rows: countOf() }))
  const counts = (color === undefined ? [''] : levels.names).map(() => Array.from({ length: cut.edges.length - 1 }, () => 0))
  for (const row of answer) {
    const list = counts[levels.place(row[1])]
    if (list !== undefined) list[cut.place(numberAt(row, 0))] = numberAt(row, 2)
  }
  const [mean] = x.role === 'time' ? [] : await ask(asking, aggregated(survey.plan, {}, { mean: callNode('mean', [realOf(x)]) }))
  const at = numberAt(mean, 0)
  const inside = at >= middle.range.low && at <= middle.range.high
  return {
    panel: {
      shape: 'histogram',
      x: axisOf(x),
      y: rowsAxis,
      series: levels.names,
      edges: cut.edges,
      counts,
      ...(inside ? { rule: { label: 'mean', at } } : {}),
    },
    notes: [...middle.notes, ...levels.notes, ...(cut.period === undefined ? [] : [`a bar for each ${cut.period.unit}, UTC`])],
  }
}
