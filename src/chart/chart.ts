import { showing } from '../display/index.ts'
import { describeChart } from './describe-chart.ts'
import { summaryOf } from './summary.ts'
import type { Chart, ChartData, SvgOptions } from './types.ts'

/** A chart from its plain data. What draws is loaded when it is first asked to. */
export function makeChart(data: ChartData): Chart {
  const plain = freeze(data)
  return Object.freeze({
    ...plain,
    summary: summaryOf(plain),
    async toSvg(options: SvgOptions = {}) {
      const { chartSvg } = await import('./chart-svg.ts')
      return chartSvg(plain, options)
    },
    async toHtml() {
      const { chartFragment } = await import('./figure-html.ts')
      return chartFragment(plain)
    },
    ...showing(() => describeChart(plain)),
  })
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
