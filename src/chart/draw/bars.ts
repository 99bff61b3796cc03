import type { Markish } from '@observablehq/plot'
import { figures } from '../figures.ts'
import type { Bar, BarPanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { frame } from './frame.ts'
import { type Ink, seriesInk } from './paint.ts'
import { pixelsOf } from './ticks.ts'

import { inksOf, insets } from './groups.ts'
import { tipsOf } from './tips.ts'

interface Placed extends Bar {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Bars or dots, lying where names have no room below; series are stacked; a thin line from `low` to `high`. */
export function drawBars(panel: BarPanel, canvas: Canvas): SvgElement {
  const names = panel.x.categories ?? []
  const widest = Math.max(0, ...names.map(pixelsOf))
  const band = (canvas.width - 60) / Math.max(1, names.length)
  const lies = panel.level || (panel.ordered !== true && (widest + 6 > band || names.length > 12)) || panel.shape === 'dot'
  const placed = stacked(panel)
  return lies ? lying(panel, canvas, placed, widest) : standing(panel, canvas, placed, widest, band)
}

/** Positive values stack upwards from zero, negative ones downwards; grouped bars all stand on zero. */
function stacked({ bars, grouped }: BarPanel): readonly Placed[] {
  const texts = figures(
    bars.map(bar => bar.value),
    4,
  )
  const ends = new Map<string, number>()
  return bars.map((bar, index) => {
    const key = `${bar.at} ${bar.value < 0}`
    const from = grouped === true ? 0 : (ends.get(key) ?? 0)
    ends.set(key, from + bar.value)
    return { ...bar, from, to: from + bar.value, text: texts[index] ?? '' }
  })
}

function lying(panel: BarPanel, canvas: Canvas, bars: readonly Placed[], widest: number): SvgElement {
  const { Plot, paint, width } = canvas
  const rows = panel.x.categories?.length ?? 0
  const left = Math.min(width * 0.45, widest + 16)
  const single = panel.series.length === 0
  const [low, high] = domainOf(panel, bars)
  const room = single ? Math.max(0, ...bars.map(bar => pixelsOf(bar.text))) + 14 : 14
  const marks: Markish[] = []
  const tall = panel.grouped === true ? Math.max(22, 7 * panel.series.length + 8) : rows > 24 ? 18 : 22
  const tips = tipsOf(canvas, (bar: Placed) => [nameAt(panel, bar.at), panel.series[bar.series], `${panel.y.label}: ${bar.text}`])
  if (panel.shape === 'bar')
    for (const [ink, part] of byInk(panel, bars))
      marks.push(
        Plot.barX(part, {
          ...tips,
          y: (bar: Placed) => bar.at,
          x1: (bar: Placed) => bar.from,
          x2: (bar: Placed) => bar.to,
          fill: paint(ink),
          inset: 0,
          ...insets(panel, part[0]?.series, tall * 0.75, 'y'),
        }),
      )
  const spread = bars.filter(hasSpread)
  marks.push(
    Plot.ruleY(spread, {
      y: (bar: Placed) => bar.at,
      x1: (bar: Placed) => bar.low ?? 0,
      x2: (bar: Placed) => bar.high ?? 0,
      stroke: paint('text-2'),
      strokeWidth: 1.5,
    }),
  )
  if (panel.shape === 'dot')
    for (const [ink, part] of byInk(panel, bars))
      marks.push(
        Plot.dot(part, {
          ...tips,
          y: (bar: Placed) => bar.at,
          x: (bar: Placed) => bar.value,
          r: 4,
          fill: paint(ink),
          stroke: paint('surface'),
        }),
      )
  if (single)
    marks.push(
      Plot.text(bars, {
        y: (bar: Placed) => bar.at,
        x: (bar: Placed) => Math.max(bar.to, bar.high ?? bar.to, panel.shape === 'bar' ? 0 : bar.to),
        text: (bar: Placed) => bar.text,
        textAnchor: 'start',
        dx: 6,
        fill: paint('text-2'),
      }),
    )
  if (low <= 0 && high >= 0) marks.push(Plot.ruleX([0], { stroke: paint('line-strong') }))
  return frame(canvas, {
    x: panel.y,
    y: { ...panel.x, label: panel.shape === 'dot' ? panel.x.label : '' },
    xDomain: [low, high],
    height: 58 + rows * tall,
    left,
    right: room,
    yRoom: left - 14,
    grid: 'x',
    legend: legendOf(panel),
    marks,
  })
}

function standing(panel: BarPanel, canvas: Canvas, bars: readonly Placed[], widest: number, band: number): SvgElement {
  const { Plot, paint } = canvas
  const [low, high] = domainOf(panel, bars)
  const marks: Markish[] = byInk(panel, bars).map(([ink, part]) =>
    Plot.barY(part, {
      ...tipsOf(canvas, (bar: Placed) => [nameAt(panel, bar.at), panel.series[bar.series], `${panel.y.label}: ${bar.text}`]),
      x: (bar: Placed) => bar.at,
      y1: (bar: Placed) => bar.from,
      y2: (bar: Placed) => bar.to,
      fill: paint(ink),
      inset: 0,
      ...insets(panel, part[0]?.series, band * 0.75, 'x'),
    }),
  )
  marks.push(
    Plot.ruleX(bars.filter(hasSpread), {
      x: (bar: Placed) => bar.at,
      y1: (bar: Placed) => bar.low ?? 0,
      y2: (bar: Placed) => bar.high ?? 0,
      stroke: paint('text-2'),
      strokeWidth: 1.5,
    }),
    Plot.ruleY([0], { stroke: paint('line-strong') }),
  )
  const written = panel.series.length === 0 && Math.max(0, ...bars.map(bar => pixelsOf(bar.text))) + 8 < band
  if (written)
    marks.push(
      Plot.text(bars, {
        x: (bar: Placed) => bar.at,
        y: (bar: Placed) => Math.max(bar.to, bar.high ?? bar.to, 0),
        text: (bar: Placed) => bar.text,
        dy: -8,
        fill: paint('text-2'),
      }),
    )
  return frame(canvas, {
    x: panel.x,
    y: panel.y,
    // Room for the numbers above the bars.
    yDomain: [low, written ? high + (high - low) * 0.07 : high],
    height: canvas.width < 400 ? 220 : 270,
    left: 46,
    xEvery: Math.max(1, Math.ceil((widest + 8) / band)),
    grid: 'y',
    legend: legendOf(panel),
    marks,
  })
}

function hasSpread(bar: Bar): boolean {
  return bar.low !== undefined && bar.high !== undefined
}

/** Bars begin at zero, always; dots have an axis that fits them. */
function domainOf(panel: BarPanel, bars: readonly Placed[]): readonly [low: number, high: number] {
  const ends = bars.flatMap(bar => [bar.to, bar.low ?? bar.to, bar.high ?? bar.to]).filter(Number.isFinite)
  const all = panel.shape === 'bar' ? [0, ...ends] : ends
  const low = all.reduce((a, b) => Math.min(a, b), all[0] ?? 0)
  const high = all.reduce((a, b) => Math.max(a, b), all[0] ?? 0)
  if (low === high) return [low - (low < 0 ? Math.abs(low) : panel.shape === 'bar' ? 0 : 0.5), high + (Math.abs(high) || 1) / 2]
  return panel.shape === 'bar' ? [low, high] : [low - (high - low) * 0.05, high + (high - low) * 0.05]
}

function byInk(panel: BarPanel, bars: readonly Placed[]): readonly (readonly [Ink, readonly Placed[]])[] {
  const known = bars.filter(bar => Number.isFinite(bar.value))
  return inksOf(known, bar => (panel.series.length > 0 ? seriesInk(bar.series) : bar.marked === true ? 'c2' : 'q4'))
}

function nameAt({ x }: BarPanel, at: number): string {
  return x.categories?.[at] ?? ''
}

function legendOf({ series }: BarPanel): { readonly keys: readonly { readonly ink: Ink; readonly label: string }[] } {
  return { keys: series.map((label, index) => ({ ink: seriesInk(index), label })) }
}
