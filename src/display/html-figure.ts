import type { BarsMark, FigureDescription, RuleMark, XyMark } from './description.ts'
import { escapeHtml } from './escape-html.ts'
import { barOfRule, extent, finite, readable, ruleText, ticks } from './scale.ts'
import { elide } from './width.ts'

const width = 640
const height = 320
const edge = { left: 64, right: 16, top: 16, bottom: 48 }
const inner = { width: width - edge.left - edge.right, height: height - edge.top - edge.bottom }
// Both stand out on white and on near-black paper.
const ink = '#3b82f6'
const ruleInk = '#d97706'

interface Scales {
  /** Place of a number on the x axis; undefined where the axis has no numbers. */
  readonly x: (value: number) => number | undefined
  readonly y: (value: number) => number
  readonly xTicks: readonly (readonly [at: number, text: string])[]
  readonly yTicks: readonly (readonly [at: number, text: string])[]
  /** Left and right of a bar. */
  readonly bar: (mark: BarsMark, index: number) => readonly [from: number, to: number]
}

/** A figure as inline SVG. The drawing is hidden from screen readers, which get a sentence instead. */
export function figureHtml(figure: FigureDescription): string {
  const scales = scalesOf(figure)
  const parts: string[] = []
  for (const [at, text] of scales.yTicks)
    parts.push(
      `<line x1="${edge.left}" x2="${width - edge.right}" y1="${n(at)}" y2="${n(at)}" stroke="currentColor" stroke-opacity=".15"/>`,
      label(edge.left - 6, at + 4, text, 'end'),
    )
  for (const [at, text] of scales.xTicks) parts.push(label(at, height - edge.bottom + 16, text, 'middle'))
  for (const mark of figure.marks)
    parts.push(...(mark.mark === 'rule' ? drawRule(mark, scales) : mark.mark === 'bars' ? drawBars(mark, scales) : drawXy(mark, scales)))
  const base = height - edge.bottom
  parts.push(`<line x1="${edge.left}" x2="${width - edge.right}" y1="${base}" y2="${base}" stroke="currentColor" stroke-opacity=".5"/>`)
  if (figure.xLabel !== undefined) parts.push(label(edge.left + inner.width / 2, height - 8, figure.xLabel, 'middle'))
  if (figure.yLabel !== undefined) parts.push(label(4, 11, figure.yLabel, 'start'))
  const svg = `<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">${parts.join('')}</svg>`
  return `<figure><figcaption>${escapeHtml(figure.title)}</figcaption><div role="img" style="max-width:${width}px" aria-label="${escapeHtml(summary(figure))}">${svg}</div></figure>`
}

/** What a reader who cannot see the drawing is told. */
function summary(figure: FigureDescription): string {
  const facts = figure.marks.map(mark => {
    if (mark.mark === 'rule') return `${mark.y === undefined ? 'upright' : 'level'} line at ${ruleText(mark.label, mark.y ?? mark.x ?? 0)}`
    const known = finite(mark.y)
    const range = known.length === 0 ? '' : ` from ${readable(extent1(known, Math.min))} to ${readable(extent1(known, Math.max))}`
    const noun = mark.mark === 'bars' ? 'bars' : mark.mark === 'line' ? 'line through points' : 'points'
    return `${mark.y.length} ${noun}${range}`
  })
  return [figure.title, ...facts].join('; ')
}

function extent1(values: readonly number[], pick: (a: number, b: number) => number): number {
  return values.reduce((a, b) => pick(a, b))
}

function scalesOf(figure: FigureDescription): Scales {
  const bars = figure.marks.filter(mark => mark.mark === 'bars')
  const xy = figure.marks.filter((mark): mark is XyMark => mark.mark === 'line' || mark.mark === 'points')
  const rules = figure.marks.filter(mark => mark.mark === 'rule')
  const yRange = extent([
    ...bars.flatMap(mark => mark.y),
    ...xy.flatMap(mark => mark.y),
    ...rules.flatMap(rule => rule.y ?? []),
    ...(bars.length > 0 ? [0] : []),
  ])
  const y = (value: number): number => edge.top + ((yRange[1] - value) / (yRange[1] - yRange[0])) * inner.height
  const yTicks = ticks(yRange, 6).map(value => [y(value), readable(value)] as const)
  const band = bars.find(mark => mark.edges === undefined)
  if (band !== undefined) return { ...bandScale(band), y, yTicks }

  const xRange = extent([...bars.flatMap(mark => mark.edges ?? []), ...xy.flatMap(mark => mark.x), ...rules.flatMap(rule => rule.x ?? [])])
  const x = (value: number): number => edge.left + ((value - xRange[0]) / (xRange[1] - xRange[0])) * inner.width
  return {
    x,
    y,
    yTicks,
    xTicks: ticks(xRange, 7).map(value => [x(value), readable(value)] as const),
    bar: (mark, index) => [x(mark.edges?.[index] ?? 0), x(mark.edges?.[index + 1] ?? 0)],
  }
}

/** Bars side by side with their names below; every so many names where they would touch. */
function bandScale(band: BarsMark): Pick<Scales, 'x' | 'xTicks' | 'bar'> {
  const step = inner.width / Math.max(1, band.x.length)
  const centre = (index: number): number => edge.left + (index + 0.5) * step
  const every = Math.max(1, Math.ceil(band.x.length / 10))
  return {
    x: value => {
      const index = barOfRule(band, value)
      return index === undefined ? undefined : centre(index)
    },
    xTicks: band.x.flatMap((x, index) =>
      index % every === 0 ? [[centre(index), elide(typeof x === 'number' ? readable(x) : x, 14)] as const] : [],
    ),
    bar: (_, index) => [centre(index) - step * 0.45, centre(index) + step * 0.45],
  }
}

function drawBars(mark: BarsMark, { bar, y }: Scales): string[] {
  return mark.y.flatMap((value, index) => {
    if (!Number.isFinite(value)) return []
    const [from, to] = bar(mark, index)
    const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))]
    const gap = mark.edges === undefined ? 0 : 0.5
    return [
      `<rect x="${n(from + gap)}" y="${n(top)}" width="${n(Math.max(0.5, to - from - 2 * gap))}" height="${n(bottom - top)}" fill="${ink}"/>`,
    ]
  })
}

function drawXy(mark: XyMark, { x, y }: Scales): string[] {
  const runs: string[][] = [[]]
  for (let index = 0; index < Math.min(mark.x.length, mark.y.length); index++) {
    const [value, level] = [mark.x[index] ?? Number.NaN, mark.y[index] ?? Number.NaN]
    const at = Number.isFinite(value) ? x(value) : undefined
    if (at === undefined || !Number.isFinite(level)) runs.push([])
    else runs.at(-1)?.push(`${n(at)},${n(y(level))}`)
  }
  const known = runs.filter(run => run.length > 0)
  if (mark.mark === 'line') return known.map(run => `<polyline points="${run.join(' ')}" fill="none" stroke="${ink}" stroke-width="1.5"/>`)
  return known
    .flat()
    .map(point => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="2.5" fill="${ink}" fill-opacity=".7"/>`)
}

function drawRule(rule: RuleMark, { x, y }: Scales): string[] {
  const line = (x1: number, y1: number, x2: number, y2: number): string =>
    `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${ruleInk}" stroke-width="1.5" stroke-dasharray="5 3"/>`
  const right = width - edge.right
  const parts: string[] = []
  if (rule.y !== undefined && Number.isFinite(rule.y))
    parts.push(line(edge.left, y(rule.y), right, y(rule.y)), label(right, y(rule.y) - 4, ruleText(rule.label, rule.y), 'end'))
  const at = rule.x === undefined || !Number.isFinite(rule.x) ? undefined : x(rule.x)
  if (at !== undefined && rule.x !== undefined)
    parts.push(
      line(at, edge.top, at, height - edge.bottom),
      label(at > width / 2 ? at - 4 : at + 4, edge.top + 8, ruleText(rule.label, rule.x), at > width / 2 ? 'end' : 'start'),
    )
  return parts
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`
}

/** Two decimals are enough on a drawing of 640. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}
