import type { BarsMark, FigureDescription, RuleMark, XyMark } from './description.ts'
import { barOfRule, finite, readable, ruleText } from './scale.ts'
import type { Style } from './style.ts'
import { terminalPlot } from './terminal-plot.ts'
import { visible } from './visible.ts'
import { elide, pad, widthOf } from './width.ts'

const mostBars = 60
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** Bars as block characters, one a line; lines and points as a plot of braille dots. Rules (a mean, a limit) are marked in both. */
export function terminalFigure(figure: FigureDescription, width: number, style: Style): string[] {
  const rules = figure.marks.filter(mark => mark.mark === 'rule')
  const xy = figure.marks.filter((mark): mark is XyMark => mark.mark === 'line' || mark.mark === 'points')
  const lines = [style.bold(elide(visible(figure.title), width))]
  for (const mark of figure.marks) if (mark.mark === 'bars') lines.push(...bars(mark, rules, figure, width, style))
  if (xy.length > 0) lines.push(...terminalPlot(xy, rules, figure, width, style))
  return lines
}

function bars(mark: BarsMark, rules: readonly RuleMark[], figure: FigureDescription, width: number, style: Style): string[] {
  const count = Math.min(mark.x.length, mark.y.length, mostBars)
  const labels = mark.x.slice(0, count).map(x => visible(typeof x === 'number' ? readable(x) : x))
  const values = mark.y.slice(0, count)
  const notes = values.map((value, index) => visible(mark.labels?.[index] ?? readable(value)))
  const marked = rules.map(rule => ({ rule, bar: rule.x === undefined ? undefined : barOfRule(mark, rule.x) }))
  const besides = values.map((_, index) =>
    marked
      .filter(({ bar }) => bar === index)
      .map(({ rule }) => ` ◂ ${visible(ruleText(rule.label, rule.x ?? 0))}`)
      .join(''),
  )
  const labelWidth = Math.min(Math.max(1, ...labels.map(widthOf)), Math.floor(width / 3))
  const noteWidth = Math.min(Math.max(1, ...notes.map((note, index) => widthOf(note + (besides[index] ?? '')))), Math.floor(width / 3))
  const cells = Math.max(4, width - labelWidth - noteWidth - 3)

  const levels = rules.map(rule => rule.y).filter(y => y !== undefined)
  const known = finite([...values, ...levels, 0])
  const low = Math.min(...known)
  const high = Math.max(...known)
  const place = (value: number): number => (high === low ? 0 : ((value - low) / (high - low)) * cells)
  const ruleCells = new Set(levels.filter(Number.isFinite).map(y => Math.min(cells - 1, Math.floor(place(y)))))

  const lines: string[] = []
  if (figure.yLabel !== undefined) lines.push(style.dim(elide(visible(figure.yLabel), width)))
  values.forEach((value, index) => {
    const drawn = drawBar(place(0), Number.isFinite(value) ? place(value) : place(0), cells).split('')
    for (const at of ruleCells) drawn[at] = '┊'
    const text = `${notes[index] ?? ''}${besides[index] ?? ''}`
    lines.push(`${pad(labels[index] ?? '', labelWidth, 'right')} │${style.accent(drawn.join(''))} ${elide(text, noteWidth)}`.trimEnd())
  })
  if (mark.x.length > count) lines.push(style.dim(`… ${mark.x.length - count} more`))
  for (const rule of rules) if (rule.y !== undefined) lines.push(style.dim(elide(`┊ ${visible(ruleText(rule.label, rule.y))}`, width)))
  if (figure.xLabel !== undefined) lines.push(style.dim(elide(visible(figure.xLabel), width)))
  return lines
}

/** A bar from zero to its value in so many cells; to the right it ends in eighths of a cell. */
function drawBar(zero: number, end: number, cells: number): string {
  if (end < zero) {
    const from = Math.min(Math.round(end), Math.ceil(zero) - 1)
    return ' '.repeat(Math.max(0, from)) + '█'.repeat(Math.ceil(zero) - Math.max(0, from)) + ' '.repeat(cells - Math.ceil(zero))
  }
  // Where bars go both ways, those to the right begin at a whole cell as well.
  const start = Math.ceil(zero)
  const length = Math.max(0, Math.min(cells, end) - start)
  // What is not zero is seen: at least an eighth.
  const parts = end > zero ? Math.max(1, Math.round(length * 8)) : 0
  const bar = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '')
  return (' '.repeat(start) + bar).slice(0, cells).padEnd(cells)
}
