import { canvas, element, svgSpace } from './draw/canvas.ts'
import { drawPanels } from './draw/draw-panels.ts'
import { inkStyle, paintOf } from './draw/paint.ts'
import { labelText } from './figures.ts'
import { summaryOf } from './summary.ts'
import { TidemillError } from '../errors/index.ts'
import type { ChartData, SvgOptions } from './types.ts'

const titleHeight = 24
const narrowest = 240

/** The drawings of a chart under a title, as one file; `margin` is paper around them, painted. */
export async function chartSvg(
  chart: ChartData,
  { theme = 'auto', width = 640, tips = false, margin = 0 }: SvgOptions & { readonly margin?: number },
): Promise<string> {
  if (!(Number.isInteger(width) && width >= narrowest && width <= 4_000))
    throw new TidemillError('chart.argument', `width is a whole number of pixels from ${narrowest} to 4000, not ${width}`, {
      details: { width },
    })
  if (!['auto', 'light', 'dark'].includes(theme))
    throw new TidemillError('chart.argument', `unknown theme: ${String(theme)} (have auto, light, dark)`, { details: { theme } })
  const paint = paintOf(theme)
  const inner = width - 2 * margin
  const place = await canvas(inner, paint, tips)
  const { document } = place
  const title = element(
    document,
    'text',
    { x: margin, y: margin + 15, fill: paint('text'), 'font-size': 13, 'font-weight': 600 },
    labelText(chart.title, Math.floor(inner / 8)),
  )
  const { height, parts } = drawPanels(chart, place, { x: margin, y: margin + titleHeight })
  const whole = Math.ceil(height + titleHeight + 2 * margin)
  const root = element(document, 'svg', {
    xmlns: svgSpace,
    width,
    height: whole,
    viewBox: `0 0 ${width} ${whole}`,
    role: 'img',
    'font-family': 'system-ui, sans-serif',
    class: 'tidemill-chart',
  })
  root.append(element(document, 'title', {}, labelText(chart.title, 200)), element(document, 'desc', {}, summaryOf(chart)))
  if (theme === 'auto')
    root.append(element(document, 'style', {}, `.tidemill-chart{color-scheme:light dark}${inkStyle('.tidemill-chart')}`))
  if (margin > 0) root.append(element(document, 'rect', { width, height: whole, fill: paint('surface') }))
  root.append(title, ...parts)
  return root.outerHTML
}
