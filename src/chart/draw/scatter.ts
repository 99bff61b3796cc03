import type { Markish } from '@observablehq/plot'
import { figure } from '../figures.ts'
import { placeText } from '../summary.ts'
import type { Axis, ScatterPanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { classesOf } from './classes.ts'
import { dotsPath } from './dots-path.ts'
import { frame } from './frame.ts'
import { amountInk, type Ink, seriesInk } from './paint.ts'
import type { Key } from './legend.ts'
import { tipsOf } from './tips.ts'

const mostTips = 500

/** A dot each; colours by series or by class of amount. */
export function drawScatter(panel: ScatterPanel, canvas: Canvas): SvgElement {
  const { Plot, paint } = canvas
  const { points, rule } = panel
  const { name, inkOf, keys } = colorsOf(panel)
  const groups = new Map<Ink, number[]>()
  for (const index of points.x.keys()) {
    const ink = inkOf(index)
    const group = groups.get(ink)
    if (group === undefined) groups.set(ink, [index])
    else group.push(index)
  }
  const many = points.x.length > 500
  const marks: Markish[] = [...groups].map(([ink, indices]) =>
    Plot.dot(indices, {
      x: (index: number) => points.x[index],
      y: (index: number) => points.y[index],
      r: 2,
      render: dotsPath(canvas, paint(ink), many ? 3.5 : 5, many ? 0.55 : 0.75),
    }),
  )
  if (canvas.tips && points.x.length <= mostTips)
    marks.push(
      Plot.dot([...points.x.keys()], {
        ...tipsOf(canvas, (index: number) => [
          `${panel.x.label}: ${placeText(panel.x, points.x[index])}`,
          `${panel.y.label}: ${placeText(panel.y, points.y[index])}`,
          colorText(panel, index),
        ]),
        x: (index: number) => points.x[index],
        y: (index: number) => points.y[index],
        r: 5,
        fill: paint('text'),
        fillOpacity: 0,
      }),
    )
  if (rule !== undefined) marks.push(Plot.ruleY([rule.at], { stroke: paint('c2'), strokeDasharray: '4 2', strokeWidth: 1.5 }))
  return frame(canvas, {
    x: panel.x,
    y: panel.y,
    xDomain: padded(points.x, panel.x),
    yDomain: padded(points.y, panel.y, rule?.at),
    height: canvas.width < 400 ? 260 : 320,
    left: 50,
    grid: 'y',
    legend: {
      ...(name === undefined ? {} : { name }),
      keys: [...keys, ...(rule === undefined ? [] : [{ ink: 'c2' as const, label: rule.label, dash: '4 2' }])],
    },
    marks,
  })
}

function colorText({ series, colorAxis, points }: ScatterPanel, index: number): string | undefined {
  const value = points.color?.[index]
  if (value === undefined) return undefined
  return colorAxis === undefined ? series[value] : `${colorAxis.label}: ${figure(value)}`
}

/** The ends of the values with room for whole dots. */
function padded(values: readonly number[], axis: Axis, besides?: number): readonly number[] {
  const low = values.reduce((a, b) => Math.min(a, b), besides ?? Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), besides ?? Number.NEGATIVE_INFINITY)
  if (axis.scale === 'log') return [low / 1.15, high * 1.15]
  const room = high > low ? (high - low) * 0.03 : Math.abs(high) / 2 || 1
  return [low - room, high + room]
}

function colorsOf({ points, series, colorAxis }: ScatterPanel): {
  readonly name?: string
  readonly inkOf: (index: number) => Ink
  readonly keys: readonly Key[]
} {
  const { color } = points
  if (color === undefined) return { inkOf: () => 'c1', keys: [] }
  if (series.length > 0)
    return { inkOf: index => seriesInk(color[index] ?? 0), keys: series.map((label, index) => ({ ink: seriesInk(index), label })) }
  const classes = classesOf(color, 'amount')
  return {
    ...(colorAxis === undefined ? {} : { name: colorAxis.label }),
    inkOf: index => amountInk(classes.of(color[index] ?? 0)).fill,
    keys: classes.legend.map(({ index, label }) => ({ ink: amountInk(index).fill, label })),
  }
}
