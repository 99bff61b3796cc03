import { show, showing, type ShowOptions } from '../display/index.ts'
import { describeChart } from './describe-chart.ts'
import { summaryOf } from './summary.ts'
import type { Chart, ChartData, PngOptions, SaveOptions, SvgOptions } from './types.ts'

/** A chart from its plain data. What draws is loaded when it is first asked to. */
export function makeChart(data: ChartData): Chart {
  const plain = freeze(data)
  const chart: Chart = Object.freeze({
    ...plain,
    summary: summaryOf(plain),
    async toSvg(options: SvgOptions = {}) {
      const { chartSvg } = await import('./chart-svg.ts')
      return chartSvg(plain, options)
    },
    async toPng(options: PngOptions = {}) {
      const { chartPng } = await import('./chart-png.ts')
      return chartPng(plain, options)
    },
    async toHtml() {
      const { chartFragment } = await import('./figure-html.ts')
      return chartFragment(plain)
    },
    async save(path: string, options: SaveOptions = {}) {
      const { saveChart } = await import('./save-chart.ts')
      return saveChart(plain, path, options)
    },
    show(options: ShowOptions = {}) {
      show(chart, options)
    },
    async open() {
      const { openChart } = await import('./open-chart.ts')
      return openChart(plain)
    },
    ...showing(() => describeChart(plain)),
  })
  return chart
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
