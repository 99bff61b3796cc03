import { escapeHtml } from '../display/index.ts'
import { inkStyle } from './draw/paint.ts'
import { chartFigure } from './figure-html.ts'
import { figureStyle } from './figure-style.ts'
import type { ChartData } from './types.ts'

/** Nothing is loaded, whatever the data say. */
export const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** A chart as a whole page: follows light and dark, prints. */
export async function chartPage(chart: ChartData): Promise<string> {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${pagePolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="Tidemill"><title>${escapeHtml(chart.title)}</title><link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark}
${inkStyle(':root')}
${figureStyle}
body{margin:0;background:var(--surface);color:var(--text);font:400 .875rem/1.45 system-ui,sans-serif}
main{max-width:${chart.facet === undefined ? '680px' : '1080px'};margin:0 auto;padding:20px}
h1{font-size:1.125rem;line-height:1.3;margin:0 0 12px;overflow-wrap:anywhere}
@media print{:root{color-scheme:light}details{display:none}}
</style></head><body><main><h1>${escapeHtml(chart.title)}</h1>
${await chartFigure(chart, { titled: false })}
</main></body></html>
`
}
