/** The figures of a chart as a table, for those who cannot see the drawing and those who want the numbers. */
import { figure, figures, labelText } from './figures.ts'
import { cellText, placeText } from './summary.ts'
import type { BarPanel, HeatPanel, LinePanel, Panel, ScatterPanel } from './types.ts'

export interface PlainTable {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Rows there would be. */
  readonly total: number
  readonly note?: string
}

const mostRows = 200
const slices = 10

/** At most 200 rows; of points and of many cells a summary. */
export function tableOf(panel: Panel): PlainTable {
  switch (panel.shape) {
    case 'bar':
    case 'dot':
      return barTable(panel)
    case 'histogram': {
      const names = panel.series.length === 0 ? [panel.y.label] : panel.series
      const places = panel.counts[0]?.map((_, index) => [panel.edges[index] ?? 0, panel.edges[index + 1] ?? 0] as const) ?? []
      return cut(
        [text(`${panel.x.label} from`), text('to'), ...names.map(number)],
        places.map(([from, to], index) => [
          placeText(panel.x, from),
          placeText(panel.x, to),
          ...panel.counts.map(counts => figure(counts[index] ?? 0)),
        ]),
      )
    }
    case 'line':
    case 'area':
      return lineTable(panel)
    case 'scatter':
      return scatterTable(panel)
    case 'box': {
      const parts = ['min', 'low', 'q1', 'median', 'q3', 'high', 'max'] as const
      const names = ['least', 'lower whisker', 'first quartile', 'median', 'third quartile', 'upper whisker', 'greatest']
      const columns = parts.map(part =>
        places(
          panel.boxes.map(box => box[part]),
          panel.y,
        ),
      )
      return cut(
        [text(panel.x.label), number('rows'), ...names.map(number), number('beyond whiskers')],
        panel.boxes.map((box, index) => [
          placeText(panel.x, box.at),
          figure(box.count),
          ...columns.map(column => column[index] ?? null),
          figure(box.beyond),
        ]),
      )
    }
    case 'heat':
      return panel.xEdges === undefined && panel.yEdges === undefined ? matrix(panel) : cellTable(panel)
  }
}

type Column = PlainTable['columns'][number]
function text(name: string): Column {
  return { name: labelText(name), numeric: false }
}
function number(name: string): Column {
  return { name: labelText(name), numeric: true }
}

function cut(columns: readonly Column[], rows: PlainTable['rows'], note?: string): PlainTable {
  return { columns, rows: rows.slice(0, mostRows), total: rows.length, ...(note === undefined ? {} : { note }) }
}

function places(values: readonly number[], axis: Panel['y']): readonly (string | null)[] {
  return axis.kind === 'number' ? figures(values) : values.map(value => placeText(axis, value))
}

function barTable(panel: BarPanel): PlainTable {
  const { bars, series } = panel
  const spread = bars.some(bar => bar.low !== undefined)
  const values = figures(bars.map(bar => bar.value))
  const [low, high] = [figures(bars.map(bar => bar.low ?? null)), figures(bars.map(bar => bar.high ?? null))]
  return cut(
    [
      text(panel.x.label),
      ...(series.length === 0 ? [] : [text('series')]),
      number(panel.y.label),
      ...(spread ? [number('low'), number('high')] : []),
    ],
    bars.map((bar, index) => [
      placeText(panel.x, bar.at),
      ...(series.length === 0 ? [] : [labelText(series[bar.series] ?? '')]),
      values[index] ?? null,
      ...(spread ? [low[index] ?? null, high[index] ?? null] : []),
    ]),
  )
}

function lineTable(panel: LinePanel): PlainTable {
  const at = [...new Set(panel.lines.flatMap(line => line.x))].sort((a, b) => a - b)
  const columns = panel.lines.map(line => {
    const known = new Map(line.x.map((x, index) => [x, line.y[index] ?? null]))
    return figures(at.map(x => known.get(x) ?? null))
  })
  const names = panel.series.length === 0 ? [panel.y.label] : panel.series
  return cut(
    [text(panel.x.label), ...names.map(number)],
    at.map((x, index) => [placeText(panel.x, x), ...columns.map(column => column[index] ?? null)]),
  )
}

/** Points are single rows of the data: the table has slices of x instead. */
function scatterTable({ x, y, points }: ScatterPanel): PlainTable {
  const low = points.x.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = points.x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const width = (high - low) / slices || 1
  const parts = Array.from({ length: slices }, () => [] as number[])
  for (const [index, at] of points.x.entries())
    parts[Math.min(slices - 1, Math.floor((at - low) / width))]?.push(points.y[index] ?? Number.NaN)
  const found = parts
    .map((values, index) => ({ from: low + index * width, to: low + (index + 1) * width, values }))
    .filter(part => part.values.length > 0)
  const columns = [
    places(
      found.map(part => part.values.reduce((a, b) => Math.min(a, b))),
      y,
    ),
    places(
      found.map(part => part.values.reduce((a, b) => a + b / part.values.length, 0)),
      y,
    ),
    places(
      found.map(part => part.values.reduce((a, b) => Math.max(a, b))),
      y,
    ),
  ]
  return cut(
    [text(`${x.label} from`), text('to'), number('points'), number(`least ${y.label}`), number('mean'), number('greatest')],
    found.map((part, index) => [
      placeText(x, part.from),
      placeText(x, part.to),
      figure(part.values.length),
      ...columns.map(column => column[index] ?? null),
    ]),
    'points in ten slices of equal width',
  )
}

function matrix({ x, y, cells, of }: HeatPanel): PlainTable {
  const [across, up] = [x.categories ?? [], y.categories ?? []]
  const known = new Map(cells.map(cell => [`${cell.x} ${cell.y}`, cell]))
  return cut(
    [text(`${y.label} \\ ${x.label}`), ...across.map(number)],
    up.map((name, row) => [
      labelText(name),
      ...across.map((_, column) => {
        const cell = known.get(`${column} ${row}`)
        return cell === undefined ? (of === 'rows' ? '0' : null) : (cell.text?.replace('\n', ', ') ?? figure(cell.value))
      }),
    ]),
  )
}

function cellTable(panel: HeatPanel): PlainTable {
  const most = 50
  const fullest = panel.cells.toSorted((a, b) => b.rows - a.rows || a.y - b.y || a.x - b.x).slice(0, most)
  const values = figures(fullest.map(cell => cell.value))
  const counted = panel.of === 'rows'
  return {
    columns: [text(panel.x.label), text(panel.y.label), number('rows'), ...(counted ? [] : [number(panel.value)])],
    rows: fullest.map((cell, index) => [
      cellText(panel.x, panel.xEdges, cell.x),
      cellText(panel.y, panel.yEdges, cell.y),
      figure(cell.rows),
      ...(counted ? [] : [values[index] ?? null]),
    ]),
    total: panel.cells.length,
    ...(panel.cells.length > most ? { note: 'the cells with most rows' } : {}),
  }
}
