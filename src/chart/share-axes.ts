/** Small charts beside one another are compared: they have the same axes and the same classes of colour. */
import type { Axis, BarPanel, LinePanel, Panel } from './types.ts'

/** The panels with ends of axes that hold the values of all. */
export function shareAxes(panels: readonly Panel[]): readonly Panel[] {
  const all = panels.map(valuesOf)
  const x = endsOf(all.flatMap(one => one.x))
  const y = endsOf(all.flatMap(one => one.y))
  const scale = endsOf(panels.flatMap(panel => (panel.shape === 'heat' ? panel.cells.map(cell => cell.value) : [])))
  return panels.map((panel): Panel => {
    const zero = panel.shape === 'bar' || panel.shape === 'histogram' || panel.shape === 'area'
    const shared = { ...panel, x: withDomain(panel.x, x, 0.03, false), y: withDomain(panel.y, y, 0.05, zero) }
    return shared.shape === 'heat' && scale !== undefined ? { ...shared, scale } : shared
  })
}

interface Values {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** The values along each axis that no edges say already. */
function valuesOf(panel: Panel): Values {
  switch (panel.shape) {
    case 'bar':
    case 'dot':
      return { x: [], y: [0, ...barEnds(panel)] }
    case 'histogram':
      return { x: [], y: [0, ...panel.edges.slice(1).map((_, bin) => panel.counts.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0))] }
    case 'line':
    case 'area':
      return { x: panel.lines.flatMap(line => line.x), y: lineEnds(panel) }
    case 'scatter':
      return panel.points
    case 'box':
      return { x: [], y: panel.boxes.flatMap(box => [box.min, box.max]) }
    case 'heat':
      return { x: [], y: [] }
  }
}

function barEnds({ bars, grouped }: BarPanel): readonly number[] {
  if (grouped === true) return bars.map(bar => bar.value)
  const ends = new Map<string, number>()
  for (const { at, value } of bars) ends.set(`${at} ${value < 0}`, (ends.get(`${at} ${value < 0}`) ?? 0) + value)
  return [...ends.values()]
}

function lineEnds({ shape, lines }: LinePanel): readonly number[] {
  if (shape === 'line') return lines.flatMap(line => [...line.y, ...(line.low ?? []), ...(line.high ?? [])])
  const totals = new Map<number, number>()
  for (const line of lines) for (const [index, x] of line.x.entries()) totals.set(x, (totals.get(x) ?? 0) + (line.y[index] ?? 0))
  return [0, ...totals.values()]
}

function endsOf(values: readonly number[]): readonly [number, number] | undefined {
  let ends: readonly [number, number] | undefined
  for (const value of values)
    if (Number.isFinite(value)) ends = ends === undefined ? [value, value] : [Math.min(ends[0], value), Math.max(ends[1], value)]
  return ends
}

function withDomain(axis: Axis, ends: readonly [number, number] | undefined, share: number, zero: boolean): Axis {
  if (ends === undefined || axis.kind === 'category') return axis
  const [low, high] = ends
  if (axis.scale === 'log') return { ...axis, domain: [low / 1.2, high * 1.2] }
  const room = high > low ? (high - low) * share : Math.abs(high) / 2 || 1
  if (axis.kind === 'time') return { ...axis, domain: high > low ? [low, high] : [low - room, high + room] }
  return { ...axis, domain: [low === 0 || (zero && low >= 0) ? 0 : low - room, high === 0 ? 0 : high + room] }
}
