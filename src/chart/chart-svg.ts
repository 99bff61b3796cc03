import { element, canvas, type SvgElement, svgSpace } from './draw/canvas.ts'
import { drawPanel } from './draw/draw-panel.ts'
import { inkStyle, paintOf } from './draw/paint.ts'
import { labelText } from './figures.ts'
import { TidemillError } from '../errors/index.ts'
import type { ChartData, SvgOptions } from './types.ts'

const titleHeight = 24
const narrowest = 240

/** The drawings of a chart under each other, with titles, as one file. */
export async function chartSvg(chart: ChartData, { theme = 'auto', width = 640 }: SvgOptions): Promise<string> {
  if (!(Number.isInteger(width) && width >= narrowest && width <= 4_000))
    throw new TidemillError('chart.argument', `width is a whole number of pixels from ${narrowest} to 4000, not ${width}`, {
      details: { width },
    })
  const paint = paintOf(theme)
  const place = await canvas(width, paint)
  const { document } = place
  const parts: SvgElement[] = []
  let y = 0
  const write = (text: string, size: number): void => {
    parts.push(
      element(
        document,
        'text',
        { x: 0, y: y + 15, fill: paint('text'), 'font-size': size, 'font-weight': 600 },
        labelText(text, Math.floor(width / 8)),
      ),
    )
    y += titleHeight
  }
  write(chart.title, 13)
  for (const panel of chart.panels) {
    if (panel.title !== undefined) write(panel.title, 12)
    const svg = drawPanel(panel, place)
    svg.setAttribute('y', String(y))
    parts.push(svg)
    y += Number(svg.getAttribute('height')) + 8
  }
  const root = element(document, 'svg', {
    xmlns: svgSpace,
    width,
    height: y,
    viewBox: `0 0 ${width} ${y}`,
    'aria-hidden': 'true',
    'font-family': 'system-ui, sans-serif',
    class: 'tidemill-chart',
  })
  if (theme === 'auto')
    root.append(element(document, 'style', {}, `.tidemill-chart{color-scheme:light dark}${inkStyle('.tidemill-chart')}`))
  root.append(...parts)
  return root.outerHTML
}
