/** A chart in one sentence: title, kind, axes, extremes. */
import { figure, instant, labelText, percent } from './figures.ts'
import type { Axis, ChartData, Panel } from './types.ts'

/** What a reader who cannot see the drawing is told. */
export function summaryOf({ title, panels }: ChartData): string {
  const parts = panels.map(panel => (panel.title === undefined ? '' : `${labelText(panel.title)}: `) + panelSummary(panel))
  return `${labelText(title, 120)}. ${parts.join('. ')}.`
}

function panelSummary(panel: Panel): string {
  const axes = `${axisText(panel.x)} across, ${axisText(panel.y)} up`
  switch (panel.shape) {
    case 'bar':
    case 'dot': {
      const noun = panel.shape === 'bar' ? 'Bars' : 'Dots'
      const values = panel.bars.map(bar => ({ at: bar.value, name: nameOf(panel.x, bar.at) + seriesOf(panel.series, bar.series) }))
      return `${noun} of ${axisText(panel.y)} for ${plural(panel.x.categories?.length ?? 0, 'category', 'categories')} of ${axisText(panel.x)}${extremes(values)}`
    }
    case 'histogram': {
      const totals = panel.edges.slice(1).map((_, index) => panel.counts.reduce((sum, counts) => sum + (counts[index] ?? 0), 0))
      const values = totals.map((at, index) => ({
        at,
        name: `${placeText(panel.x, panel.edges[index])} to ${placeText(panel.x, panel.edges[index + 1])}`,
      }))
      const range = totals.length === 0 ? '' : ` from ${placeText(panel.x, panel.edges[0])} to ${placeText(panel.x, panel.edges.at(-1))}`
      return `Histogram, ${axes}: ${plural(totals.length, 'bar', 'bars')}${range}${extremes(values)}`
    }
    case 'line':
    case 'area': {
      const values = panel.lines.flatMap(line =>
        line.y.map((at, index) => ({ at, name: placeText(panel.x, line.x[index]) + seriesOf(panel.series, line.series) })),
      )
      return `${panel.shape === 'line' ? 'Line' : 'Area'}, ${axes}: ${plural(panel.lines.length, 'line', 'lines')} through ${plural(values.length, 'point', 'points')}${extremes(values)}`
    }
    case 'scatter': {
      const { x, y } = panel.points
      return `Scatter, ${axes}: ${plural(x.length, 'point', 'points')}${range(panel.x, x)}${range(panel.y, y)}`
    }
    case 'box': {
      const values = panel.boxes.map(box => ({ at: box.median, name: nameOf(panel.x, box.at) }))
      return `Boxes of ${axisText(panel.y)} for ${plural(panel.boxes.length, 'category', 'categories')}${panel.x.label === '' ? '' : ` of ${axisText(panel.x)}`}${extremes(values, 'median')}`
    }
    case 'heat': {
      const values = panel.cells.map(cell => ({
        at: cell.value,
        name: `${cellText(panel.x, panel.xEdges, cell.x)} and ${cellText(panel.y, panel.yEdges, cell.y)}`,
      }))
      return `Heat map, ${axes}, ${labelText(panel.value)} by colour: ${plural(values.length, 'cell', 'cells')}${extremes(values, 'value', panel.of === 'share' ? percent : figure)}`
    }
  }
}

interface Value {
  readonly at: number
  readonly name: string
}

function extremes(values: readonly Value[], noun = 'value', print = figure): string {
  const known = values.filter(value => Number.isFinite(value.at))
  const [first] = known
  if (first === undefined) return ', no value'
  const most = known.reduce((a, b) => (b.at > a.at ? b : a))
  const least = known.reduce((a, b) => (b.at < a.at ? b : a))
  const text = ({ at, name }: Value): string => `${print(at)}${name === '' ? '' : ` (${name})`}`
  return known.length === 1 ? `; ${noun} ${text(first)}` : `; greatest ${noun} ${text(most)}, least ${text(least)}`
}

function range(axis: Axis, values: readonly number[]): string {
  if (values.length === 0) return ''
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return `; ${axisText(axis)} from ${placeText(axis, low)} to ${placeText(axis, high)}`
}

/** A place of an axis for people. */
export function placeText(axis: Axis, at: number | undefined): string {
  if (at === undefined) return ''
  return axis.kind === 'category' ? nameOf(axis, at) : axis.kind === 'time' ? instant(at) : figure(at)
}

/** `3 to 3.5`, or the category. */
export function cellText(axis: Axis, edges: readonly number[] | undefined, at: number): string {
  return edges === undefined ? nameOf(axis, at) : `${placeText(axis, edges[at])} to ${placeText(axis, edges[at + 1])}`
}

function nameOf(axis: Axis, at: number): string {
  return labelText(axis.categories?.[at] ?? '')
}

function axisText(axis: Axis): string {
  return labelText(axis.label)
}

function seriesOf(series: readonly string[], at: number): string {
  const name = series[at]
  return name === undefined ? '' : `, ${labelText(name)}`
}

function plural(count: number, one: string, many: string): string {
  return `${figure(count)} ${count === 1 ? one : many}`
}
