import { labelText } from '../figures.ts'
import { type Canvas, element, type SvgElement } from './canvas.ts'
import type { Ink } from './paint.ts'
import { pixelsOf } from './ticks.ts'

export interface Key {
  readonly ink: Ink
  readonly label: string
  /** A line instead of a square, with these dashes. */
  readonly dash?: string
}
export interface Legend {
  readonly height: number
  readonly parts: readonly SvgElement[]
}

const lineHeight = 18
const box = 10

/** Keys from left to right, in as many lines as they need; `name` says what the colours mean. */
export function legendOf({ document, paint, width }: Canvas, name: string | undefined, keys: readonly Key[]): Legend {
  if (keys.length === 0) return { height: 0, parts: [] }
  const parts: SvgElement[] = []
  let x = 0
  let y = 0
  const place = (wide: number): void => {
    if (x > 0 && x + wide > width) {
      x = 0
      y += lineHeight
    }
  }
  const write = (text: string, at: number): void => {
    parts.push(element(document, 'text', { x: at, y: y + 9, fill: paint('text-2'), 'text-anchor': 'start' }, text))
  }
  if (name !== undefined) {
    const text = labelText(name, 30)
    write(text, 0)
    x += pixelsOf(text) + 12
  }
  for (const { ink, label, dash } of keys) {
    const text = labelText(label, 30)
    const wide = (dash === undefined ? box : 18) + 5 + pixelsOf(text) + 14
    place(wide)
    if (dash === undefined) parts.push(element(document, 'rect', { x, y, width: box, height: box, rx: 2, fill: paint(ink) }))
    else
      parts.push(
        element(document, 'path', {
          d: `M${x} ${y + 5}h18`,
          stroke: paint(ink),
          'stroke-width': 2,
          ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
        }),
      )
    write(text, x + (dash === undefined ? box : 18) + 5)
    x += wide
  }
  return { height: y + lineHeight + 4, parts }
}
