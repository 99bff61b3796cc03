import type { FigureDescription, RuleMark, XyMark } from './description.ts'
import { extent, readable, ruleText } from './scale.ts'
import type { Style } from './style.ts'
import { visible } from './visible.ts'
import { elide, pad, widthOf } from './width.ts'

const rows = 12
/** Bits of a braille cell by column and row of its dots. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

/** Lines and points over two axes, two by four dots a cell. */
export function terminalPlot(
  marks: readonly XyMark[],
  rules: readonly RuleMark[],
  figure: FigureDescription,
  width: number,
  style: Style,
): string[] {
  const xs = extent([...marks.flatMap(mark => mark.x), ...rules.flatMap(rule => rule.x ?? [])])
  const ys = extent([...marks.flatMap(mark => mark.y), ...rules.flatMap(rule => rule.y ?? [])])
  const top = readable(ys[1])
  const bottom = readable(ys[0])
  const margin = Math.min(Math.max(widthOf(top), widthOf(bottom)), Math.floor(width / 3))
  const cells = Math.max(8, width - margin - 2)
  const place = (x: number, y: number): readonly [number, number] => [
    Math.round(((x - xs[0]) / (xs[1] - xs[0])) * (cells * 2 - 1)),
    Math.round(((ys[1] - y) / (ys[1] - ys[0])) * (rows * 4 - 1)),
  ]

  const bits = new Uint8Array(cells * rows)
  const dot = (column: number, row: number): void => {
    const at = (row >> 2) * cells + (column >> 1)
    bits[at] = (bits[at] ?? 0) | (dots[column & 1]?.[row & 3] ?? 0)
  }
  for (const mark of marks) if (mark.mark === 'line') drawLine(mark, place, dot)

  const canvas = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cells }, (_, column) => {
      const found = bits[row * cells + column] ?? 0
      return found === 0 ? ' ' : String.fromCharCode(0x2800 + found)
    }),
  )
  for (const rule of rules) drawRule(rule, canvas, place)
  // A single braille dot is hard to see: points are signs of their own, over lines and rules.
  for (const mark of marks) if (mark.mark === 'points') drawPoints(mark, canvas, place)

  const lines = figure.yLabel === undefined ? [] : [style.dim(elide(visible(figure.yLabel), width))]
  canvas.forEach((cellsOfRow, row) => {
    const label = row === 0 ? top : row === rows - 1 ? bottom : ''
    lines.push(`${pad(label, margin, 'right')} ${style.dim('│')}${style.accent(cellsOfRow.join(''))}`)
  })
  lines.push(`${' '.repeat(margin + 1)}${style.dim(`└${'─'.repeat(cells)}`)}`)
  lines.push(' '.repeat(margin + 2) + between(readable(xs[0]), visible(figure.xLabel ?? ''), readable(xs[1]), cells))
  const legend = [
    ...marks.flatMap(mark => (mark.name === undefined ? [] : [`${mark.mark === 'line' ? '⠒' : '•'} ${visible(mark.name)}`])),
    ...rules.map(rule => `${rule.y === undefined ? '┊' : '┄'} ${visible(ruleText(rule.label, rule.y ?? rule.x ?? 0))}`),
  ]
  return legend.length === 0 ? lines : [...lines, style.dim(elide(legend.join('   '), width))]
}

type Place = (x: number, y: number) => readonly [column: number, row: number]

function drawLine(mark: XyMark, place: Place, dot: (column: number, row: number) => void): void {
  let before: readonly [number, number] | undefined
  for (const here of placesOf(mark, place)) {
    if (here !== undefined) {
      const from = before ?? here
      const steps = Math.max(1, Math.abs(here[0] - from[0]), Math.abs(here[1] - from[1]))
      for (let step = 0; step <= steps; step++)
        dot(Math.round(from[0] + ((here[0] - from[0]) * step) / steps), Math.round(from[1] + ((here[1] - from[1]) * step) / steps))
    }
    before = here
  }
}

function drawPoints(mark: XyMark, canvas: string[][], place: Place): void {
  for (const here of placesOf(mark, place)) {
    const line = here === undefined ? undefined : canvas[here[1] >> 2]
    if (line !== undefined && here !== undefined) line[here[0] >> 1] = '•'
  }
}

/** Where the points lie; undefined for one without a place, at which a line is broken. */
function placesOf(mark: XyMark, place: Place): (readonly [number, number] | undefined)[] {
  return Array.from({ length: Math.min(mark.x.length, mark.y.length) }, (_, index) => {
    const [x, y] = [mark.x[index] ?? Number.NaN, mark.y[index] ?? Number.NaN]
    return Number.isFinite(x) && Number.isFinite(y) ? place(x, y) : undefined
  })
}

function drawRule(rule: RuleMark, canvas: string[][], place: Place): void {
  if (rule.y !== undefined && Number.isFinite(rule.y)) {
    const line = canvas[place(0, rule.y)[1] >> 2]
    line?.forEach((cell, column) => {
      if (cell === ' ') line[column] = '┄'
    })
  }
  if (rule.x === undefined || !Number.isFinite(rule.x)) return
  const column = place(rule.x, 0)[0] >> 1
  for (const line of canvas) if (line[column] === ' ') line[column] = '┊'
}

function between(left: string, middle: string, right: string, width: number): string {
  const room = width - widthOf(left) - widthOf(right)
  if (room < 2) return elide(left, width)
  const text = elide(middle, room - 2)
  const before = Math.max(1, Math.floor((room - widthOf(text)) / 2))
  return `${left}${' '.repeat(before)}${text}${' '.repeat(Math.max(0, room - before - widthOf(text)))}${right}`
}
