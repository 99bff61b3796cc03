import { extname } from 'node:path'
import { TidemillError, whatIs } from '../errors/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { chartPng } from './chart-png.ts'
import { chartSvg } from './chart-svg.ts'
import type { ChartData, SaveOptions } from './types.ts'

const endings = ['.svg', '.png', '.html', '.json'] as const

/** A chart as a file; its ending says which. */
export async function saveChart(chart: ChartData, path: string, options: SaveOptions): Promise<number> {
  if (typeof path !== 'string' || path === '')
    throw new TidemillError('chart.argument', `save of a chart wants a path, not ${whatIs(path)}`, { hint: "save('out/chart.svg')" })
  const ending = endings.find(one => one === extname(path).toLowerCase())
  if (ending === undefined)
    throw new TidemillError('chart.argument', `file of a chart with an ending that is not known: ${path} (have ${endings.join(', ')})`, {
      details: { path, have: endings },
    })
  const { signal, theme, width, tips, scale, fonts } = options
  signal?.throwIfAborted()
  if (ending === '.png' && theme === 'auto')
    throw new TidemillError('chart.argument', 'theme of a picture cannot be auto (have light, dark)', { details: { path } })
  return writeFileAtomic(path, await bytes(), { signal })

  async function bytes(): Promise<string | Uint8Array> {
    switch (ending) {
      case '.svg':
        return chartSvg(chart, { theme, width, tips })
      case '.png':
        return chartPng(chart, { theme: theme === 'auto' ? undefined : theme, width, scale, fonts })
      case '.html': {
        const { chartPage } = await import('./chart-page.ts')
        return chartPage(chart)
      }
      case '.json':
      case undefined:
        return `${JSON.stringify({ format: 'tidemill-chart', version: 1, chart })}\n`
    }
  }
}
