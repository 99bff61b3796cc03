import type { TableColumn, TableDescription } from './description.ts'
import { formatNumber } from './format.ts'
import type { Style } from './style.ts'
import { visible } from './visible.ts'
import { elide, pad, widthOf } from './width.ts'

/** Text columns are narrowed to this before any column is left out. */
const narrow = 16
/** A single cell takes at most this much while other columns want the room. */
const gap = '…'

interface Placed {
  readonly column: TableColumn
  readonly name: string
  readonly type: string
  readonly cells: readonly (string | null)[]
  readonly natural: number
  readonly width: number
}

/** A table with box-drawing lines, types under the names; columns in the middle are left out (`…`) where the terminal is too narrow. */
export function terminalTable(table: TableDescription, width: number, style: Style): string[] {
  const title = table.title === undefined ? [] : [style.bold(elide(visible(table.title), width))]
  if (table.columns.length === 0) return [...title, style.dim('(no columns)'), ...footer(table, 0, width, style)]
  const all = table.columns.map((column, index) => place(column, index, table.rows))
  const { shown, cutAt } = fit(all, width)
  const withTypes = shown.some(placed => placed.type !== '')

  const widths = shown.map(placed => placed.width)
  if (cutAt !== undefined) widths.splice(cutAt, 0, 1)
  const rule = (left: string, cross: string, right: string): string =>
    style.dim(left + widths.map(cells => '─'.repeat(cells + 2)).join(cross) + right)
  const bar = style.dim('│')
  const line = (cells: readonly string[]): string => {
    const whole = cutAt === undefined ? [...cells] : [...cells.slice(0, cutAt), style.dim(gap), ...cells.slice(cutAt)]
    return `${bar} ${whole.join(` ${bar} `)} ${bar}`
  }

  const lines = [
    ...title,
    rule('┌', '┬', '┐'),
    line(shown.map(({ name, width: cells, column }) => style.bold(pad(name, cells, column.align)))),
  ]
  if (withTypes) lines.push(line(shown.map(({ type, width: cells, column }) => style.dim(pad(type, cells, column.align)))))
  lines.push(rule('├', '┼', '┤'))
  for (let row = 0; row < table.rows.length; row++) lines.push(line(shown.map(placed => cell(placed, row, style))))
  lines.push(rule('└', '┴', '┘'))
  return [...lines, ...footer(table, shown.length, width, style)]
}

function place(column: TableColumn, index: number, rows: TableDescription['rows']): Placed {
  const name = visible(column.name)
  const type = visible(column.type)
  const cells = rows.map(row => {
    const value = row[index]
    return value === null || value === undefined ? null : visible(value)
  })
  let natural = Math.max(widthOf(name), widthOf(type), 1)
  for (const text of cells) natural = Math.max(natural, text === null ? 4 : widthOf(text))
  return { column, name, type, cells, natural, width: natural }
}

function cell({ column, cells, width }: Placed, row: number, style: Style): string {
  const text = cells[row]
  return text === null || text === undefined ? style.dim(pad('NULL', width, column.align)) : pad(text, width, column.align)
}

/** Narrows wide left-aligned columns first, then leaves out columns from the middle, or the last ones, then narrows what is left. */
function fit(all: readonly Placed[], width: number): { readonly shown: readonly Placed[]; readonly cutAt: number | undefined } {
  const squeezed = squeeze(all, width - frame(all.length))
  if (squeezed !== undefined) return { shown: squeezed, cutAt: undefined }
  for (let keep = all.length - 1; keep >= 2; keep--) {
    // The last columns go too where they are too wide for what the first leave.
    for (const front of [Math.ceil(keep / 2), keep]) {
      const chosen = [...all.slice(0, front), ...all.slice(all.length - (keep - front))]
      const fitting = squeeze(chosen, width - frame(keep + 1) - 1)
      if (fitting !== undefined) return { shown: fitting, cutAt: front }
    }
  }
  const first = all.slice(0, 1)
  const cutAt = all.length > 1 ? 1 : undefined
  const room = width - frame(cutAt === undefined ? 1 : 2) - (cutAt === undefined ? 0 : 1)
  return { shown: first.map(placed => ({ ...placed, width: Math.max(1, Math.min(placed.natural, room)) })), cutAt }
}

/** Cells that the lines and blanks of so many columns take. */
function frame(columns: number): number {
  return 3 * columns + 1
}

/**
 * Takes room from the widest columns until all fit; undefined when they cannot. Numbers are never cut, as a cut number lies; of text `narrow` cells stay.
 * A column whose name alone is long is cut to `narrow` as well.
 */
function squeeze(columns: readonly Placed[], room: number): Placed[] | undefined {
  const least = columns.map(placed => Math.min(placed.natural, Math.max(narrow, placed.column.align === 'right' ? cellsOf(placed) : 0)))
  if (sum(least) > room) return undefined
  // The highest cap for which the columns fit: everything below the cap keeps its natural width.
  const widthsAt = (cap: number): number[] => columns.map((placed, index) => Math.max(least[index] ?? 1, Math.min(placed.natural, cap)))
  let low = 1
  let high = Math.max(...columns.map(placed => placed.natural))
  while (low < high) {
    const cap = Math.ceil((low + high) / 2)
    if (sum(widthsAt(cap)) <= room) low = cap
    else high = cap - 1
  }
  const widths = widthsAt(low)
  // Rounding may leave a few cells: the first cut column gets them.
  let spare = room - sum(widths)
  return columns.map((placed, index) => {
    const width = widths[index] ?? 1
    const more = Math.min(spare, placed.natural - width)
    spare -= more
    return { ...placed, width: width + more }
  })
}

function cellsOf(placed: Placed): number {
  let widest = 1
  for (const text of placed.cells) widest = Math.max(widest, text === null ? 4 : widthOf(text))
  return widest
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function footer(table: TableDescription, shownColumns: number, width: number, style: Style): string[] {
  const facts: string[] = []
  if (table.total !== undefined && table.total !== table.shown) facts.push(`${formatNumber(table.shown)} of ${rowsText(table.total)}`)
  else if (table.total !== undefined || table.shown === 0) facts.push(rowsText(table.shown))
  else facts.push(`first ${rowsText(table.shown)}`)
  if (shownColumns < table.columns.length) facts.push(`${shownColumns} of ${table.columns.length} columns`)
  if (table.note !== undefined) facts.push(visible(table.note))
  return [style.dim(elide(facts.join(' · '), width))]
}

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${formatNumber(rows)} rows`
}
