import type { RenderFunction } from '@observablehq/plot'
import { type Canvas, element, shortNumber } from './canvas.ts'

/** Draws the points of a mark as one path of round strokes of no length: a tenth of the size of circles. */
export function dotsPath({ document }: Canvas, stroke: string, size: number, opacity: number): RenderFunction {
  return (index, _, values) => {
    const [x, y] = [values['x'] as ArrayLike<number>, values['y'] as ArrayLike<number>]
    let d = ''
    for (const i of index) d += `M${tenth(x[i])} ${tenth(y[i])}h0`
    return element(document, 'path', {
      d,
      fill: 'none',
      stroke,
      'stroke-width': size,
      'stroke-linecap': 'round',
      'stroke-opacity': opacity,
    }) as never
  }
}

/** Draws rectangles of one colour as one path. */
export function cellsPath({ document }: Canvas, fill: string): RenderFunction {
  return (index, _, values) => {
    const [x1, x2, y1, y2] = ['x1', 'x2', 'y1', 'y2'].map(name => values[name] as ArrayLike<number>)
    let d = ''
    for (const i of index) {
      const [left, right] = [Math.min(x1?.[i] ?? 0, x2?.[i] ?? 0), Math.max(x1?.[i] ?? 0, x2?.[i] ?? 0)]
      const [top, bottom] = [Math.min(y1?.[i] ?? 0, y2?.[i] ?? 0), Math.max(y1?.[i] ?? 0, y2?.[i] ?? 0)]
      const wide = tenth(Math.max(0.4, right - left - 0.5))
      d += `M${tenth(left)} ${tenth(top)}h${wide}v${tenth(Math.max(0.4, bottom - top - 0.5))}h-${wide}z`
    }
    return element(document, 'path', { d, fill }) as never
  }
}

function tenth(value: number | undefined): string {
  return shortNumber(Math.round((value ?? 0) * 10) / 10)
}
