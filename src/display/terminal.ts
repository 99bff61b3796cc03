import type { Description, KeyValuesDescription, ProgressDescription, TreeDescription, TreeNode } from './description.ts'
import { formatCount, formatSeconds, formatSize } from './format.ts'
import { type Style, styleOf } from './style.ts'
import { terminalFigure } from './terminal-figure.ts'
import { terminalTable } from './terminal-table.ts'
import { visible, visibleLines } from './visible.ts'
import { elide, pad, widthOf } from './width.ts'

/** How wide, and whether with escape sequences for colour. */
export interface TerminalLook {
  /** Cells in a line. Default: 100. */
  readonly width?: number | undefined
  /** Default: false. */
  readonly color?: boolean | undefined
}

/**
 * A description as lines for a terminal, without a line end at the last.
 *
 * No line of a table, tree, figure or progress is wider than `width` (from 20 on); text stays whole. Control characters in data are written out.
 *
 * @example
 * renderTerminal(describeValue([{ city: 'Bergen', price: 12.5 }]), { width: 80 })
 */
export function renderTerminal(description: Description, look: TerminalLook = {}): string {
  const width = Math.max(20, Math.floor(look.width ?? 100))
  return linesOf(description, width, styleOf(look.color ?? false)).join('\n')
}

function linesOf(description: Description, width: number, style: Style): string[] {
  switch (description.kind) {
    case 'table':
      return terminalTable(description, width, style)
    case 'text':
      return visibleLines(description.text)
    case 'keyValues':
      return keyValues(description, width, style)
    case 'figure':
      return terminalFigure(description, width, style)
    case 'tree':
      return tree(description, width)
    case 'progress':
      return [progressLine(description, width)]
    case 'group': {
      const items = description.items.map(item => linesOf(item, width, style))
      const body = items.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
      return description.title === undefined ? body : [style.bold(elide(visible(description.title), width)), ...body]
    }
  }
}

function keyValues({ title, pairs }: KeyValuesDescription, width: number, style: Style): string[] {
  const keys = pairs.map(([key]) => visible(key))
  const keyWidth = Math.min(Math.max(0, ...keys.map(widthOf)), Math.floor(width / 2))
  const lines = title === undefined ? [] : [style.bold(elide(visible(title), width))]
  pairs.forEach(([, value], index) => {
    // A value may have several lines (a message, a plan); they stand under one another.
    const parts = value === null ? [style.dim('NULL')] : visibleLines(value)
    parts.forEach((part, row) =>
      lines.push(`${style.accent(pad(row === 0 ? (keys[index] ?? '') : '', keyWidth, 'left'))}  ${part}`.trimEnd()),
    )
  })
  return lines
}

function tree({ root }: TreeDescription, width: number): string[] {
  const lines: string[] = []
  const walk = (node: TreeNode, first: string, rest: string): void => {
    visibleLines(node.label).forEach((line, index) => lines.push(elide((index === 0 ? first : rest) + line, width)))
    const children = node.children ?? []
    children.forEach((child, index) => {
      const last = index === children.length - 1
      walk(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`)
    })
  }
  walk(root, '', '')
  return lines
}

/** One line: label, bar, share, rows, bytes, rate, time left; what is not known is left out. */
export function progressLine(progress: ProgressDescription, width: number): string {
  const facts: string[] = []
  if (progress.fraction !== undefined) facts.push(`${Math.floor(clamp(progress.fraction) * 100)}%`)
  if (progress.rows !== undefined) facts.push(`${formatCount(progress.rows)} rows`)
  if (progress.bytes !== undefined) facts.push(formatSize(progress.bytes))
  if (progress.rowsPerSecond !== undefined) facts.push(`${formatCount(progress.rowsPerSecond)} rows/s`)
  else if (progress.bytesPerSecond !== undefined) facts.push(`${formatSize(progress.bytesPerSecond)}/s`)
  if (progress.done === true) facts.push('done')
  else if (progress.secondsLeft !== undefined) facts.push(`${formatSeconds(progress.secondsLeft)} left`)
  const bar = progress.fraction === undefined || progress.done === true ? '' : ` ${barOf(clamp(progress.fraction), 16)}`
  return elide(`${visible(progress.label)}${bar}${facts.length === 0 ? '' : ` ${facts.join(' · ')}`}`, width)
}

function barOf(fraction: number, cells: number): string {
  const full = Math.round(fraction * cells)
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)}`
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction))
}
