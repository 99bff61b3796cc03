import { labelText } from '../figures.ts'
import type { ChartData, Panel } from '../types.ts'
import { type Canvas, element, type SvgElement } from './canvas.ts'
import { drawPanel } from './draw-panel.ts'
import { type Key, legendOf } from './legend.ts'
import { seriesDash, seriesInk } from './paint.ts'

const titleHeight = 22
const gap = 12
const least = 190

/** All panels of a chart: one under the other, those of a facet in a grid below one legend. */
export function drawPanels(
  chart: ChartData,
  canvas: Canvas,
  from: { readonly x: number; readonly y: number },
): { readonly height: number; readonly parts: readonly SvgElement[] } {
  const { document, paint, width } = canvas
  const across = columnsOf(chart, width)
  const cell = (width - gap * (across - 1)) / across
  const parts: SvgElement[] = []
  const legend = facetLegend(chart, canvas)
  for (const part of legend.parts) part.setAttribute('transform', `translate(${from.x} ${from.y})`)
  parts.push(...legend.parts)
  let y = from.y + legend.height
  for (let index = 0; index < chart.panels.length; index += across) {
    let tallest = 0
    for (const [at, panel] of chart.panels.slice(index, index + across).entries()) {
      const x = from.x + at * (cell + gap)
      const drawn = panelParts(panel, { ...canvas, width: Math.floor(cell), legends: chart.facet === undefined || isShaded(panel) })
      if (panel.title !== undefined)
        parts.push(
          element(
            document,
            'text',
            { x, y: y + 13, fill: paint('text-2'), 'font-size': 12, 'font-weight': 600 },
            labelText(panel.title, Math.floor(cell / 8)),
          ),
        )
      drawn.svg.setAttribute('x', String(x))
      drawn.svg.setAttribute('y', String(y + drawn.top))
      parts.push(drawn.svg)
      tallest = Math.max(tallest, drawn.top + Number(drawn.svg.getAttribute('height')))
    }
    y += tallest + 8
  }
  return { height: y - from.y, parts }
}

function panelParts(panel: Panel, canvas: Canvas): { readonly svg: SvgElement; readonly top: number } {
  return { svg: drawPanel(panel, canvas), top: panel.title === undefined ? 0 : titleHeight }
}

/** How many panels of a facet stand side by side. */
function columnsOf({ facet, panels }: ChartData, width: number): number {
  if (facet === undefined) return 1
  const most = Math.max(1, Math.floor((width + gap) / (least + gap)))
  return Math.min(most, panels.length === 4 ? 2 : panels.length < 4 ? 3 : Math.ceil(Math.sqrt(panels.length)), panels.length)
}

/** Colours by amount keep a legend of their own. */
function isShaded(panel: Panel): boolean {
  return panel.shape === 'heat' || (panel.shape === 'scatter' && panel.colorAxis !== undefined)
}

/** The colours that all panels of a facet share, said once. */
export function facetLegend({ facet, panels }: ChartData, canvas: Canvas): ReturnType<typeof legendOf> {
  const [panel] = panels
  if (facet === undefined || panel === undefined || !('series' in panel)) return legendOf(canvas, undefined, [])
  const lines = panel.shape === 'line' || panel.shape === 'area'
  const keys = panel.series.map((label, index): Key => ({ ink: seriesInk(index), label, ...(lines ? { dash: seriesDash(index) } : {}) }))
  return legendOf(canvas, undefined, keys)
}
