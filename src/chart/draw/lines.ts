import type { Markish } from '@observablehq/plot'
import { figure } from '../figures.ts'
import { placeText } from '../summary.ts'
import type { LinePanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { frame } from './frame.ts'
import { seriesDash, seriesInk } from './paint.ts'
import { tipsOf } from './tips.ts'

interface Point {
  readonly x: number
  readonly y: number
  readonly from: number
  readonly low?: number | undefined
  readonly high?: number | undefined
}
const mostTips = 400

/** A line a series; areas stand on zero and on one another. */
export function drawLines(panel: LinePanel, canvas: Canvas): SvgElement {
  const { Plot, paint } = canvas
  const area = panel.shape === 'area'
  const floor = new Map<number, number>()
  const marks: Markish[] = []
  const ends: number[] = area ? [0] : []
  const places = area && panel.lines.length > 1 ? [...new Set(panel.lines.flatMap(line => line.x))].sort((a, b) => a - b) : undefined
  for (const line of panel.lines) {
    const known = new Map(line.x.map((x, index) => [x, line.y[index] ?? 0]))
    const points = (places ?? line.x).map((x, index): Point => {
      const from = area ? (floor.get(x) ?? 0) : 0
      const y = from + (known.get(x) ?? 0)
      if (area) floor.set(x, y)
      const [low, high] = [line.low?.[index], line.high?.[index]]
      ends.push(y, low ?? y, high ?? y)
      return { x, y, from, low, high }
    })
    const ink = paint(seriesInk(line.series))
    const channels = { x: (point: Point) => point.x, y: (point: Point) => point.y }
    if (area)
      marks.push(Plot.areaY(points, { x: channels.x, y1: (point: Point) => point.from, y2: channels.y, fill: ink, fillOpacity: 0.25 }))
    if (line.low !== undefined && line.high !== undefined)
      marks.push(
        Plot.areaY(points, {
          x: channels.x,
          y1: (point: Point) => point.low,
          y2: (point: Point) => point.high,
          fill: ink,
          fillOpacity: 0.2,
          stroke: ink,
          strokeOpacity: 0.45,
          strokeWidth: 0.75,
        }),
      )
    const dash = seriesDash(line.series)
    // A line of one point is not seen.
    if (points.length === 1) marks.push(Plot.dot(points, { ...channels, fill: ink, r: 3 }))
    else marks.push(Plot.line(points, { ...channels, stroke: ink, strokeWidth: 1.75, ...(dash === '' ? {} : { strokeDasharray: dash }) }))
    if (canvas.tips && points.length * panel.lines.length <= mostTips)
      marks.push(Plot.dot(points, { ...channels, ...tipsOf(canvas, tipOf(panel, line.series, known)), r: 6, fill: ink, fillOpacity: 0 }))
  }
  const low = ends.reduce((a, b) => Math.min(a, b), ends[0] ?? 0)
  const high = ends.reduce((a, b) => Math.max(a, b), ends[0] ?? 0)
  const log = panel.y.scale === 'log'
  // An axis that begins near zero begins at zero.
  const from = !log && low > 0 && low < high * 0.4 ? 0 : low
  const pad = high === from ? (Math.abs(high) || 1) / 2 : (high - from) * 0.04
  if (!log && from <= 0 && high >= 0) marks.push(Plot.ruleY([0], { stroke: paint('line-strong') }))
  return frame(canvas, {
    x: panel.x,
    y: panel.y,
    ...logDomain(panel),
    yDomain: log ? [low / 1.2, high * 1.2] : [from === 0 ? 0 : from - pad, high + pad],
    height: canvas.width < 400 ? 220 : 270,
    left: 50,
    grid: 'y',
    legend: { keys: panel.series.map((label, index) => ({ ink: seriesInk(index), label, dash: seriesDash(index) })) },
    marks,
  })
}

function tipOf(panel: LinePanel, series: number, known: ReadonlyMap<number, number>): (point: Point) => readonly (string | undefined)[] {
  return point => [
    placeText(panel.x, point.x),
    panel.series[series],
    `${panel.y.label}: ${figure(known.get(point.x) ?? 0)}`,
    point.low === undefined || point.high === undefined ? undefined : `from ${figure(point.low)} to ${figure(point.high)}`,
  ]
}

/** A log axis of x needs its ends to have ticks that people can read. */
function logDomain({ x, lines }: LinePanel): { readonly xDomain?: readonly number[] } {
  if (x.scale !== 'log') return {}
  const all = lines.flatMap(line => line.x)
  return { xDomain: [all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), all.reduce((a, b) => Math.max(a, b), 0)] }
}
