/** A chart in the terminal and in notebooks. */
import type { Description, FigureDescription } from '../display/index.ts'
import { labelText } from './figures.ts'
import { placeText } from './summary.ts'
import { tableOf } from './table-of.ts'
import type { ChartData, HeatPanel, LinePanel, Panel } from './types.ts'

/** The drawing in characters, then why it is this one and what was left out. */
export function describeChart(chart: ChartData): Description {
  const facts = [chart.reason, ...chart.notes]
  return {
    kind: 'group',
    items: [
      ...chart.panels.map(panel => describePanel(panel, [chart.title, ...(panel.title === undefined ? [] : [panel.title])].join(': '))),
      { kind: 'text', text: facts.map(fact => labelText(fact, 400)).join('\n') },
    ],
  }
}

function describePanel(panel: Panel, title: string): Description {
  const base = { kind: 'figure', title, xLabel: panel.x.label, yLabel: panel.y.label } as const
  switch (panel.shape) {
    case 'bar':
    case 'dot':
      return panel.series.length > 1 || panel.bars.length === 0 ? describeTable(panel, title) : bars(panel, base)
    case 'histogram': {
      const [counts] = panel.counts
      if (panel.counts.length !== 1 || counts === undefined || counts.length === 0) return describeTable(panel, title)
      const rule = panel.rule === undefined ? [] : [{ mark: 'rule' as const, x: panel.rule.at, label: panel.rule.label }]
      return {
        ...base,
        marks: [
          { mark: 'bars', x: counts.map((_, index) => placeText(panel.x, panel.edges[index])), y: counts, edges: panel.edges },
          ...rule,
        ],
      }
    }
    case 'line':
    case 'area':
      if (panel.x.kind === 'time' || panel.lines.every(line => line.x.length === 0))
        return timeLine(panel, base) ?? describeTable(panel, title)
      return {
        ...base,
        marks: panel.lines.map(line => ({ mark: 'line', x: line.x, y: line.y, ...named(panel.series[line.series]) })),
      }
    case 'scatter':
      if (panel.points.x.length === 0 || panel.x.kind === 'time' || panel.y.kind === 'time') return describeTable(panel, title)
      return { ...base, marks: [{ mark: 'points', x: panel.points.x, y: panel.points.y }] }
    case 'box':
      return describeTable(panel, title)
    case 'heat':
      return panel.xEdges === undefined || panel.yEdges === undefined ? describeTable(panel, title) : shades(panel, title)
  }
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name }
}

function bars(panel: Extract<Panel, { shape: 'bar' | 'dot' }>, base: Omit<FigureDescription, 'marks'>): Description {
  return { ...base, marks: [{ mark: 'bars', x: panel.bars.map(bar => placeText(panel.x, bar.at)), y: panel.bars.map(bar => bar.value) }] }
}

const mostBars = 60

/** A terminal's axis has numbers only: one short line becomes a bar for each place, others are drawn over the time since the first. */
function timeLine(panel: LinePanel, base: Omit<FigureDescription, 'marks'>): Description {
  const [line] = panel.lines
  if (panel.lines.length === 1 && line !== undefined && line.x.length <= mostBars)
    return { ...base, marks: [{ mark: 'bars', x: line.x.map(x => placeText(panel.x, x)), y: line.y }] }
  const all = panel.lines.flatMap(one => one.x)
  const [low, high] = [all.reduce((a, x) => Math.min(a, x)), all.reduce((a, x) => Math.max(a, x))]
  const [unit, ms] = high - low > 2 * 86_400_000 ? ['days', 86_400_000] : high - low > 7_200_000 ? ['hours', 3_600_000] : ['seconds', 1_000]
  return {
    ...base,
    xLabel: `${panel.x.label}: ${unit} since ${placeText(panel.x, low)}, to ${placeText(panel.x, high)}`,
    marks: panel.lines.map(one => ({ mark: 'line', x: one.x.map(x => (x - low) / ms), y: one.y, ...named(panel.series[one.series]) })),
  }
}

function describeTable(panel: Panel, title: string): Description {
  const { columns, rows, total, note } = tableOf(panel)
  return {
    kind: 'table',
    title,
    columns: columns.map(({ name, numeric }) => ({ name, type: '', align: numeric ? 'right' : 'left' })),
    rows,
    total,
    shown: rows.length,
    ...(note === undefined ? {} : { note }),
  }
}

/** A heat map in four shades, the greatest y at the top. */
function shades(panel: HeatPanel, title: string): Description {
  const [across, up] = [(panel.xEdges?.length ?? 1) - 1, (panel.yEdges?.length ?? 1) - 1]
  const greatest = panel.cells.reduce((a, cell) => Math.max(a, cell.value), Number.NEGATIVE_INFINITY)
  const least = panel.cells.reduce((a, cell) => Math.min(a, cell.value), Number.POSITIVE_INFINITY)
  const from = panel.of === 'rows' ? 0 : least
  const lines = Array.from({ length: up }, () => Array.from({ length: across }, () => ' '))
  for (const cell of panel.cells) {
    const share = greatest === from ? 1 : (cell.value - from) / (greatest - from)
    const line = lines[up - 1 - cell.y]
    // Like the drawing, by the root, so that thin parts are seen.
    if (line !== undefined) line[cell.x] = '░▒▓█'.charAt(Math.min(3, Math.floor(Math.sqrt(share) * 4)))
  }
  const ends = (axis: Panel['x'], edges: readonly number[] | undefined): string =>
    `${labelText(axis.label)} from ${placeText(axis, edges?.[0])} to ${placeText(axis, edges?.at(-1))}`
  return {
    kind: 'text',
    text: [
      labelText(title, 120),
      ...lines.map(line => `│${line.join('')}`),
      `└${'─'.repeat(across)}`,
      `${ends(panel.x, panel.xEdges)} across, ${ends(panel.y, panel.yEdges)} up, ${labelText(panel.value)} by shade`,
    ].join('\n'),
  }
}
