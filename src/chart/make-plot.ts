import { knownOptions, TidemillError, whatIs } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import { makeChart } from './chart.ts'
import { choose } from './choose.ts'
import { type ChartColumns, columnsOf } from './columns.ts'
import { inNameOrder, levelsOf, oneLevel, survey } from './survey.ts'
import { shareAxes } from './share-axes.ts'
import type { Asking } from './query.ts'
import type { Chart, ChartType, Panel, PlotOptions } from './types.ts'
import { askBars } from './ask/bars.ts'
import { askBoxes } from './ask/boxes.ts'
import { askHeat } from './ask/heat.ts'
import { askHistogram } from './ask/histogram.ts'
import { askLines } from './ask/lines.ts'
import { askScatter } from './ask/scatter.ts'
import type { Found, Part } from './ask/part.ts'

const known = [
  'x',
  'y',
  'color',
  'facet',
  'type',
  'aggregate',
  'bins',
  'sort',
  'top',
  'bars',
  'xScale',
  'yScale',
  'timeZone',
  'title',
  'signal',
] as const satisfies readonly (keyof PlotOptions)[]
const mostFacets = 12

/** The body of `plot`. */
export async function makePlot(given: Relation<unknown>, options: PlotOptions): Promise<Chart> {
  if (typeof given !== 'object' || given === null || !('plan' in given && 'engine' in given))
    throw new TidemillError('chart.argument', `plot wants a table, not ${whatIs(given)}`, {
      hint: "plot(await tm.read(...), { x: '...' })",
    })
  knownOptions('plot', options, known, 'chart.argument')
  const { signal } = options
  signal?.throwIfAborted()
  const data = given.plan.open ? given.derive(await given.engine.learn(given.plan, { signal })) : given
  const asking: Asking = { data, signal }
  const columns = columnsOf(data.schema, options)
  const facts = await survey(asking, columns)
  const { x, y, color, facet } = columns
  const { type, aggregate, bins } = options
  const logs = [x, y].filter(column => column?.log === true).map(column => column?.key)
  const choice = choose({ x: x.role, y: y?.role, color: color?.role, rows: facts.rows, type, aggregate, bins, logs, options })
  const facets = facet === undefined ? oneLevel : inNameOrder(await levelsOf(asking, facts.plan, facet, mostFacets))
  const found = await asks[choice.type]({ asking, columns, survey: facts, aggregate, bins, options, facets })
  const titled =
    facet === undefined ? found.panels : shareAxes(found.panels).map((panel, at) => ({ ...panel, title: facets.names[at] ?? '' }))
  const [first] = titled
  return makeChart({
    type: choice.type,
    title: options.title ?? (first === undefined ? x.name : titleOf(first, columns)),
    reason: choice.reason,
    notes: [...facts.notes, ...facets.notes, ...found.notes],
    rows: facts.rows,
    panels: titled,
    ...(facet === undefined ? {} : { facet: facet.name }),
  })
}

const asks: Readonly<Record<ChartType, (part: Part) => Promise<Found>>> = {
  bar: askBars,
  line: part => askLines(part, 'line'),
  area: part => askLines(part, 'area'),
  scatter: askScatter,
  histogram: askHistogram,
  box: askBoxes,
  heat: askHeat,
}

function titleOf(panel: Panel, { x, y, color, facet }: ChartColumns): string {
  const by = `${color === undefined ? '' : `, by ${color.name}`}${facet === undefined ? '' : `, for each ${facet.name}`}`
  if (y === undefined) return `${x.name}${by}`
  if (panel.shape === 'bar' || panel.shape === 'box') return `${panel.y.label} by ${panel.x.label}${by}`
  return `${panel.shape === 'line' || panel.shape === 'area' ? panel.y.label : y.name} by ${x.name}${by}`
}
