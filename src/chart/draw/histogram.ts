import { figure } from '../figures.ts'
import { placeText } from '../summary.ts'
import type { HistogramPanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { frame } from './frame.ts'
import { seriesInk } from './paint.ts'
import { tipsOf } from './tips.ts'

interface Rect {
  readonly x1: number
  readonly x2: number
  readonly y1: number
  readonly y2: number
  readonly count: number
}

/** Bars between edges, series stacked; a dashed line for the mean. */
export function drawHistogram(panel: HistogramPanel, canvas: Canvas): SvgElement {
  const { Plot, paint } = canvas
  const { edges, counts, series, rule } = panel
  const floor = edges.slice(1).map(() => 0)
  const marks = counts.map((list, index) => {
    const rects = list.flatMap((count, bin): readonly Rect[] => {
      const y1 = floor[bin] ?? 0
      floor[bin] = y1 + count
      return count === 0 ? [] : [{ x1: edges[bin] ?? 0, x2: edges[bin + 1] ?? 0, y1, y2: y1 + count, count }]
    })
    return Plot.rect(rects, {
      ...tipsOf(canvas, (rect: Rect) => [
        `${placeText(panel.x, rect.x1)} to ${placeText(panel.x, rect.x2)}`,
        series[index],
        `${panel.y.label}: ${figure(rect.count)}`,
      ]),
      x1: (rect: Rect) => rect.x1,
      x2: (rect: Rect) => rect.x2,
      y1: (rect: Rect) => rect.y1,
      y2: (rect: Rect) => rect.y2,
      fill: paint(series.length === 0 ? 'q4' : seriesInk(index)),
      inset: 0,
      insetLeft: 0.5,
      insetRight: 0.5,
    })
  })
  const [low = 0, high = 1] = [edges[0], edges.at(-1)]
  const isRuled = rule !== undefined && rule.at >= low && rule.at <= high
  return frame(canvas, {
    x: panel.x,
    y: panel.y,
    xDomain: [low, high],
    yDomain: [0, Math.max(1, ...floor)],
    height: canvas.width < 400 ? 210 : 260,
    left: 46,
    grid: 'y',
    legend: {
      keys: [
        ...series.map((label, index) => ({ ink: seriesInk(index), label })),
        ...(isRuled ? [{ ink: 'c2' as const, label: rule.label, dash: '4 2' }] : []),
      ],
    },
    marks: [
      ...marks,
      ...(isRuled ? [Plot.ruleX([rule.at], { stroke: paint('c2'), strokeDasharray: '4 2', strokeWidth: 1.5 })] : []),
      Plot.ruleY([0], { stroke: paint('line-strong') }),
    ],
  })
}
