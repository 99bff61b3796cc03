/** A chart as a piece of a page. */
import { escapeHtml } from '../display/index.ts'
import { type Canvas, canvas, element } from './draw/canvas.ts'
import { drawPanel } from './draw/draw-panel.ts'
import { facetLegend } from './draw/draw-panels.ts'
import { inkStyle, paintOf } from './draw/paint.ts'
import { figureStyle } from './figure-style.ts'
import { figure, sentences } from './figures.ts'
import { tableOf } from './table-of.ts'
import { summaryOf } from './summary.ts'
import type { ChartData, Panel } from './types.ts'

const wide = 600
const narrow = 320

/** The figure with its own colours and style: what `toHtml` of a chart gives. */
export async function chartFragment(chart: ChartData): Promise<string> {
  return `<style>${inkStyle('.tm-chart')}${figureStyle}</style>${await chartFigure(chart)}`
}

/**
 * Title, drawings, why it is this chart and what was left out, the figures as a table. Every drawing is there for wide and for narrow places, so that its text
 * can be read in both.
 */
export async function chartFigure(chart: ChartData, { titled = true }: { readonly titled?: boolean } = {}): Promise<string> {
  const paint = paintOf('auto')
  const [large, small] = await Promise.all([canvas(wide, paint, true), canvas(narrow, paint, true)])
  const drawings = chart.panels.map(panel => {
    const title = panel.title === undefined ? '' : `<p class="tm-panel">${escapeHtml(panel.title)}</p>`
    if (chart.facet !== undefined) {
      const own = panel.shape === 'heat' || (panel.shape === 'scatter' && panel.colorAxis !== undefined)
      return `<div>${title}${drawPanel(panel, { ...small, legends: own }).outerHTML}</div>`
    }
    return `<div>${title}<div class="tm-wide">${drawPanel(panel, large).outerHTML}</div><div class="tm-narrow">${drawPanel(panel, small).outerHTML}</div></div>`
  })
  const caption = titled ? `<figcaption>${escapeHtml(chart.title)}</figcaption>` : ''
  const facts = escapeHtml(sentences([chart.reason, ...chart.notes]))
  const tables = chart.panels.map(panel => tableHtml(panel)).join('')
  return `<figure class="tm-chart">${caption}<div class="tm-drawing${chart.facet !== undefined ? ' tm-facets' : chart.panels.length > 1 ? ' tm-two' : ''}" role="img" aria-label="${escapeHtml(summaryOf(chart))}">${legendHtml(chart, small)}${drawings.join('')}</div><p class="tm-facts">${facts}</p><details><summary>Show as a table</summary>${tables}</details></figure>`
}

/** The colours that all panels of a facet share. */
function legendHtml(chart: ChartData, place: Canvas): string {
  const { height, parts } = facetLegend(chart, { ...place, width: 600 })
  if (parts.length === 0) return ''
  const svg = element(place.document, 'svg', { width: 600, height, viewBox: `0 0 600 ${height}`, 'font-size': 11.5, 'aria-hidden': 'true' })
  svg.append(...parts)
  return `<div class="tm-legend">${svg.outerHTML}</div>`
}

function tableHtml(panel: Panel): string {
  const { columns, rows, total, note } = tableOf(panel)
  const head = columns.map(({ name, numeric }) => `<th scope="col"${numeric ? ' class="n"' : ''}>${escapeHtml(name)}</th>`).join('')
  const cell = (value: string | null, index: number): string => {
    const text = value === null ? '<span class="null">none</span>' : escapeHtml(value)
    if (index === 0) return `<th scope="row">${text}</th>`
    return `<td${columns[index]?.numeric === true ? ' class="n"' : ''}>${text}</td>`
  }
  const body = rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('')
  const facts = [
    ...(rows.length < total ? [`${figure(rows.length)} of ${figure(total)} lines`] : []),
    ...(note === undefined ? [] : [note]),
  ]
  const below = facts.length === 0 ? '' : `<p class="tm-facts">${escapeHtml(facts.join(' · '))}</p>`
  const label = escapeHtml(panel.title ?? `${panel.y.label} by ${panel.x.label}`)
  return `<div class="tm-scroll" role="group" tabindex="0" aria-label="${label}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${below}`
}
