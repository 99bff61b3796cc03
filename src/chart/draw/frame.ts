import type { Markish, PlotOptions } from '@observablehq/plot'
import type { Axis } from '../types.ts'
import { labelText } from '../figures.ts'
import { type Canvas, element, type SvgElement, tidy } from './canvas.ts'
import { type Key, legendOf } from './legend.ts'
import { logTicks, tickText } from './ticks.ts'

/** What stands around the marks of a drawing. */
export interface Frame {
  readonly x: Axis
  readonly y: Axis
  /** Ends of axes that do not follow from the marks. */
  readonly xDomain?: readonly number[]
  readonly yDomain?: readonly number[]
  /** Height of the drawing without its legend, in pixels. */
  readonly height: number
  readonly left: number
  readonly right?: number
  /** Pixels for the names of categories; names below are left out but for every so many. */
  readonly xRoom?: number
  readonly yRoom?: number
  readonly xEvery?: number
  /** Share of a category's place that stays free. Default: 0.25. */
  readonly gap?: number
  readonly legend?: { readonly name?: string; readonly keys: readonly Key[] }
  /** Lines across at the ticks of the upright axis (`y`), or down at those of the level one. */
  readonly grid: 'x' | 'y' | 'none'
  readonly marks: readonly Markish[]
}

const labelHeight = 16

/** Axes, grid and marks as one element. */
export function frame(canvas: Canvas, given: Frame): SvgElement {
  const { Plot, document, paint, width } = canvas
  const { x, y, height, left, right = 14, grid, marks } = given
  const legend = canvas.legends ? legendOf(canvas, given.legend?.name, given.legend?.keys ?? []) : legendOf(canvas, undefined, [])
  const labelled = x.label !== ''
  const bottom = 22 + (labelled ? labelHeight : 0) + (x.kind === 'time' ? 12 : 0)
  const top = legend.height + (y.label === '' ? 10 : 26)
  const axis = { tickSize: 0, tickPadding: 7, fill: paint('text-3'), label: null } as const
  const line = { stroke: paint('line'), strokeOpacity: 1 } as const
  const options: PlotOptions = {
    // A program that checks our sources with the types of browsers wants one of their documents; Plot uses what SvgDocument has.
    document: document as unknown as NonNullable<PlotOptions['document']>,
    width,
    height: legend.height + height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: bottom,
    style: { fontSize: '11.5px', background: 'none' },
    x: scaleOf(x, given.xDomain, given.gap),
    y: scaleOf(y, given.yDomain, given.gap),
    marks: [
      ...(grid === 'y'
        ? [Plot.gridY({ ...line, ...ticksOf(y, ticksFor(height, 45), 1, given.yDomain) })]
        : grid === 'x'
          ? [Plot.gridX({ ...line, ...ticksOf(x, ticksFor(width - left, 80), 1, given.xDomain) })]
          : []),
      ...marks,
      Plot.axisX({
        ...axis,
        ...ticksOf(x, ticksFor(width - left, x.kind === 'time' ? 70 : 75), given.xEvery, given.xDomain),
        tickFormat: tickText(x, given.xRoom) as never,
      }),
      Plot.axisY({ ...axis, ...ticksOf(y, ticksFor(height, 45), 1, given.yDomain), tickFormat: tickText(y, given.yRoom) as never }),
    ],
  }
  const svg = Plot.plot(options) as unknown as SvgElement
  tidy(svg)
  const text = (label: string, at: Readonly<Record<string, string | number>>): SvgElement =>
    element(document, 'text', { fill: paint('text-2'), ...at }, label)
  if (y.label !== '') svg.append(text(labelText(y.label, 50), { x: 0, y: legend.height + 11, 'text-anchor': 'start' }))
  if (labelled) svg.append(text(labelText(x.label, 60), { x: width - right, y: legend.height + height - 5, 'text-anchor': 'end' }))
  svg.append(...legend.parts)
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('font-size', '11.5')
  svg.removeAttribute('style')
  return svg
}

function ticksFor(pixels: number, each: number): number {
  return Math.max(2, Math.floor(pixels / each))
}

function ticksOf(
  axis: Axis,
  ticks: number,
  every: number | undefined,
  domain: readonly number[] | undefined,
): { readonly ticks: number | readonly number[] } {
  const [low, high] = axis.domain ?? domain ?? []
  if (axis.scale === 'log' && low !== undefined && high !== undefined) return { ticks: logTicks(low, high, ticks) }
  if (axis.kind !== 'category') return { ticks }
  return { ticks: (axis.categories ?? []).map((_, index) => index).filter(index => index % (every ?? 1) === 0) }
}

function scaleOf(axis: Axis, domain: readonly number[] | undefined, gap = 0.25): NonNullable<PlotOptions['x']> {
  if (axis.kind === 'category') {
    const places = (axis.categories ?? []).map((_, index) => index)
    return { type: 'band', domain: places, paddingInner: gap, paddingOuter: gap / 2, axis: null }
  }
  const ends = axis.domain ?? domain
  const type = axis.kind === 'time' ? 'utc' : axis.scale === 'log' ? 'log' : 'linear'
  return { type, axis: null, ...(ends === undefined ? {} : { domain: ends }) }
}
