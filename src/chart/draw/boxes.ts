import type { Markish } from '@observablehq/plot'
import { figure } from '../figures.ts'
import { placeText } from '../summary.ts'
import type { Box, BoxPanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { frame } from './frame.ts'
import { pixelsOf } from './ticks.ts'
import { tipsOf } from './tips.ts'

/** Box from the first to the third quartile, the median across, whiskers, and dots at the ends where they lie beyond. */
export function drawBoxes(panel: BoxPanel, canvas: Canvas): SvgElement {
  const { Plot, paint, width } = canvas
  const names = panel.x.categories ?? []
  const widest = Math.max(0, ...names.map(pixelsOf))
  const band = (width - 60) / Math.max(1, names.length)
  const lies = panel.level || widest + 6 > band || names.length > 10
  const at = (box: Box): number => box.at
  const [q1, q3, median] = [(box: Box) => box.q1, (box: Box) => box.q3, (box: Box) => box.median]
  const [low, high] = [(box: Box) => box.low, (box: Box) => box.high]
  const ends = panel.boxes.flatMap(box => [
    ...(box.min < box.low ? [{ at: box.at, value: box.min }] : []),
    ...(box.max > box.high ? [{ at: box.at, value: box.max }] : []),
  ])
  type End = (typeof ends)[number]
  const whisker = { stroke: paint('text-2'), strokeWidth: 1.25 } as const
  const fill = { fill: paint('q2'), stroke: paint('q5'), inset: 0 } as const
  const middle = { stroke: paint('text'), strokeWidth: 2 } as const
  const dot = { r: 2.5, stroke: paint('text-2'), fill: 'none' } as const
  const tips = tipsOf(canvas, (box: Box) => [
    names[box.at],
    `rows: ${figure(box.count)}`,
    ...(['max', 'high', 'q3', 'median', 'q1', 'low', 'min'] as const).map(
      (part, index) => `${tipNames[index]}: ${placeText(panel.y, box[part])}`,
    ),
  ])
  const marks: readonly Markish[] = lies
    ? [
        Plot.ruleY(panel.boxes, { y: at, x1: low, x2: high, ...whisker }),
        Plot.barX(panel.boxes, { ...tips, y: at, x1: q1, x2: q3, ...fill }),
        Plot.tickX(panel.boxes, { y: at, x: median, ...middle }),
        Plot.dot(ends, { y: (end: End) => end.at, x: (end: End) => end.value, ...dot }),
      ]
    : [
        Plot.ruleX(panel.boxes, { x: at, y1: low, y2: high, ...whisker }),
        Plot.barY(panel.boxes, { ...tips, x: at, y1: q1, y2: q3, ...fill }),
        Plot.tickY(panel.boxes, { x: at, y: median, ...middle }),
        Plot.dot(ends, { x: (end: End) => end.at, y: (end: End) => end.value, ...dot }),
      ]
  const domain = domainOf(panel)
  const left = Math.min(width * 0.45, widest + 16)
  return lies
    ? frame(canvas, {
        x: panel.y,
        y: { ...panel.x, label: '' },
        xDomain: domain,
        height: 58 + names.length * 26,
        left,
        yRoom: left - 14,
        grid: 'x',
        marks,
      })
    : frame(canvas, { x: panel.x, y: panel.y, yDomain: domain, height: width < 400 ? 240 : 300, left: 50, grid: 'y', marks })
}

const tipNames = ['greatest', 'upper whisker', 'third quartile', 'median', 'first quartile', 'lower whisker', 'least']

/** From the least to the greatest value, with room for whole dots. */
function domainOf({ boxes, y }: BoxPanel): readonly number[] {
  const low = boxes.reduce((a, box) => Math.min(a, box.min), Number.POSITIVE_INFINITY)
  const high = boxes.reduce((a, box) => Math.max(a, box.max), Number.NEGATIVE_INFINITY)
  if (y.scale === 'log') return [low / 1.2, high * 1.2]
  const room = high > low ? (high - low) * 0.04 : Math.abs(high) / 2 || 1
  return [low - room, high + room]
}
