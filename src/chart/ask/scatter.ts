import { verbs } from '../../plan/index.ts'
import { mostPoints } from '../choose.ts'
import { realOf } from '../columns.ts'
import { figure } from '../figures.ts'
import { ask, numberAt, real, selected } from '../query.ts'
import { levelsOf } from '../survey.ts'
import type { ScatterPanel } from '../types.ts'
import { axisOf, byFacet, type Found, mostColors, type Part } from './part.ts'

/** A point for each row, or for each of a sample of 2000. */
export async function askScatter(part: Part): Promise<Found> {
  const { asking, survey, columns, options, facets } = part
  const { x, y = x, color } = columns
  const levels = color?.role === 'category' ? await levelsOf(asking, survey.plan, color, mostColors(options)) : undefined
  const sampled = survey.rows > mostPoints
  const plan = sampled ? verbs.sample(survey.plan, { size: { rows: mostPoints }, seed: 0 }) : survey.plan
  const colored = levels?.key ?? (color === undefined ? real(0) : realOf(color))
  const answer = await ask(asking, selected(plan, { facet: facets.key, x: realOf(x), y: realOf(y), color: colored }))
  const panels = byFacet(part, answer).map((rows): ScatterPanel => {
    const points = rows
      .map(row => [numberAt(row, 0), numberAt(row, 1), levels?.place(row[2]) ?? numberAt(row, 2)] as const)
      // Engines hand rows out in any order; the drawing does not change with it.
      .sort((a, b) => a[2] - b[2] || a[0] - b[0] || a[1] - b[1])
    return {
      shape: 'scatter',
      x: axisOf(x),
      y: axisOf(y),
      series: levels?.names ?? [],
      ...(color !== undefined && levels === undefined ? { colorAxis: axisOf(color) } : {}),
      points: {
        x: points.map(point => point[0]),
        y: points.map(point => point[1]),
        ...(color === undefined ? {} : { color: points.map(point => point[2]) }),
      },
    }
  })
  return {
    panels,
    notes: [
      ...(sampled ? [`a sample of ${figure(mostPoints)} of ${figure(survey.rows)} rows, chosen by seed 0`] : []),
      ...(levels?.notes ?? []),
    ],
  }
}
