import type { Panel } from '../types.ts'
import { drawBars } from './bars.ts'
import { drawBoxes } from './boxes.ts'
import { type Canvas, element, type SvgElement } from './canvas.ts'
import { drawHeat } from './heat.ts'
import { drawHistogram } from './histogram.ts'
import { drawLines } from './lines.ts'
import { drawScatter } from './scatter.ts'

/** A panel as an SVG element of the width of the canvas. */
export function drawPanel(panel: Panel, canvas: Canvas): SvgElement {
  if (isEmpty(panel)) return nothing(canvas)
  switch (panel.shape) {
    case 'bar':
    case 'dot':
      return drawBars(panel, canvas)
    case 'histogram':
      return drawHistogram(panel, canvas)
    case 'line':
    case 'area':
      return drawLines(panel, canvas)
    case 'scatter':
      return drawScatter(panel, canvas)
    case 'box':
      return drawBoxes(panel, canvas)
    case 'heat':
      return drawHeat(panel, canvas)
  }
}

function isEmpty(panel: Panel): boolean {
  switch (panel.shape) {
    case 'bar':
    case 'dot':
      return panel.bars.length === 0
    case 'histogram':
      return panel.edges.length < 2
    case 'line':
    case 'area':
      return panel.lines.every(line => line.x.length === 0)
    case 'scatter':
      return panel.points.x.length === 0
    case 'box':
      return panel.boxes.length === 0
    case 'heat':
      return panel.cells.length === 0
  }
}

function nothing({ document, paint, width }: Canvas): SvgElement {
  const height = 80
  const svg = element(document, 'svg', {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'aria-hidden': 'true',
    'font-size': '11.5',
    'font-family': 'system-ui, sans-serif',
  })
  svg.append(element(document, 'text', { x: width / 2, y: height / 2, fill: paint('text-3'), 'text-anchor': 'middle' }, 'no rows to draw'))
  return svg
}
