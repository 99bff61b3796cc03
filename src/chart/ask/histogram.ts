import { callNode } from '../../expr/index.ts'
import { binsFor, binsOf, withoutTails } from '../bins.ts'
import { realOf } from '../columns.ts'
import { countOf, numberAt, real } from '../query.ts'
import { levelsOf, oneLevel } from '../survey.ts'
import type { HistogramPanel } from '../types.ts'
import { askEach, axisOf, type Found, mostColors, type Part, rowsAxis } from './part.ts'

/** Rows between edges, counted by the engine; the mean as a dashed line. */
export async function askHistogram(part: Part): Promise<Found> {
  const { asking, columns, survey, bins, options } = part
  const { x, color } = columns
  const range = survey.ranges.x
  const empty: HistogramPanel = { shape: 'histogram', x: axisOf(x), y: rowsAxis, series: [], edges: [], counts: [] }
  if (range === undefined) return { panels: [empty], notes: [] }
  const middle = await withoutTails(asking, survey.plan, x, range, survey.rows)
  const cut = binsOf(x, { range: middle.range, whole: survey.whole.has(x.key) }, x.role === 'time' ? 60 : binsFor(survey.rows), bins)
  const levels = color === undefined ? oneLevel : await levelsOf(asking, survey.plan, color, mostColors(options))
  const answers = await askEach(part, middle.plan, { bin: cut.key, color: levels.key }, (bin, series) => [
    { bin: bin ?? real(0), color: series ?? real(0) },
    { rows: countOf() },
  ])
  // A mean says little where values grow by factors, and of a time it is none.
  const isRuled = x.role !== 'time' && !x.log
  const means = isRuled ? await askEach(part, survey.plan, { x: realOf(x) }, of => [{}, { mean: callNode('mean', [of ?? real(0)]) }]) : []
  const panels = answers.map((answer, facet): HistogramPanel => {
    const counts = (color === undefined ? [''] : levels.names).map(() => Array.from({ length: cut.edges.length - 1 }, () => 0))
    for (const row of answer) {
      const list = counts[levels.place(row[1])]
      if (list !== undefined) list[cut.place(numberAt(row, 0))] = numberAt(row, 2)
    }
    const at = numberAt(means[facet]?.[0], 0)
    const inside = at >= middle.range.low && at <= middle.range.high
    return { ...empty, series: levels.names, edges: cut.edges, counts, ...(inside ? { rule: { label: 'mean', at } } : {}) }
  })
  return {
    panels,
    notes: [...middle.notes, ...levels.notes, ...(cut.period === undefined ? [] : [`a bar for each ${cut.period.unit}${x.clock}`])],
  }
}
