import { TidemillError } from '../errors/index.ts'
import { chartSvg } from './chart-svg.ts'
import { fontsFor } from './png/fonts.ts'
import { rasterize } from './png/rasterize.ts'
import type { ChartData, PngOptions } from './types.ts'

const mostPixels = 20_000_000

/** The chart as a picture: the drawing of `chartSvg` on its paper, with margins. */
export async function chartPng(chart: ChartData, { theme = 'light', width = 640, scale = 2, fonts = [] }: PngOptions): Promise<Uint8Array> {
  if (!(typeof scale === 'number' && scale >= 0.25 && scale <= 8))
    throw new TidemillError('chart.argument', `scale is a number from 0.25 to 8, not ${String(scale)}`, { details: { scale } })
  if (theme !== 'light' && theme !== 'dark')
    throw new TidemillError('chart.argument', `theme of a picture that is not known: ${String(theme)} (have light, dark)`)
  const drawing = await chartSvg(chart, { theme, width, margin: 12 })
  const height = Number(/ height="(\d+(?:\.\d+)?)"/.exec(drawing)?.[1])
  if (width * height * scale * scale > mostPixels)
    throw new TidemillError('chart.argument', `picture of more than 20 million pixels: ${width} x ${height} at scale ${scale}`, {
      hint: 'a smaller scale, or toSvg()',
    })
  return rasterize(drawing, scale, await fontsFor(textsOf(drawing), fonts))
}

/** The texts of a drawing, entities resolved. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/>([^<]+)</g)].map(([, text = '']) => text.replaceAll(/&(?:#\d+|#x[0-9a-f]+|\w+);/gi, ' '))
}
