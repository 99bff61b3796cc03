import { type Description, type FigureDescription, formatCell, formatNumber } from '../display/index.ts'
import type { ColumnProfile } from './profile-columns.ts'

/** One line a column. */
export function describeProfile(rows: number, columns: readonly ColumnProfile[]): Description {
  const right = ['nulls', 'distinct', 'min', 'median', 'mean', 'max', 'stddev']
  return {
    kind: 'table',
    title: `${rows} rows, ${columns.length} columns`,
    columns: ['column', 'type', ...right, 'histogram or most frequent'].map(name => ({
      name,
      type: '',
      align: right.includes(name) ? 'right' : 'left',
    })),
    rows: columns.map(column => [
      column.name,
      `${column.type}${column.nullable ? '?' : ''}`,
      String(column.nulls),
      column.distinct === null ? '' : String(column.distinct),
      cell(column.min),
      short(column.quartiles?.[1] ?? null),
      short(column.mean),
      cell(column.max),
      short(column.stddev),
      column.histogram === null ? frequent(column) : sparkline(column.histogram.counts),
    ]),
    total: columns.length,
    shown: columns.length,
  }
}

/** The same with a figure and the most frequent values for each column. */
export function profilePage(rows: number, columns: readonly ColumnProfile[]): Description {
  return {
    kind: 'group',
    items: [
      describeProfile(rows, columns),
      ...columns.map((column): Description => ({ kind: 'group', title: column.name, items: details(column) })),
    ],
  }
}

function details(column: ColumnProfile): readonly Description[] {
  const items: Description[] = []
  if (column.quartiles !== null) {
    const [q1, median, q3] = column.quartiles.map(formatNumber)
    items.push({
      kind: 'keyValues',
      pairs: [
        ['first quartile', q1 ?? null],
        ['median', median ?? null],
        ['third quartile', q3 ?? null],
      ],
    })
  }
  const figure = histogramFigure(column)
  if (figure !== undefined) items.push(figure)
  if (column.top.length > 0)
    items.push({
      kind: 'table',
      title: 'most frequent',
      columns: [
        { name: 'value', type: column.type, align: 'left' },
        { name: 'rows', type: '', align: 'right' },
      ],
      rows: column.top.map(({ value, count }) => [formatCell(value), String(count)]),
      shown: column.top.length,
    })
  return items.length > 0 ? items : [{ kind: 'text', text: column.count === 0 ? 'no value' : 'no value is there twice' }]
}

function histogramFigure(column: ColumnProfile): FigureDescription | undefined {
  if (column.histogram === null) return undefined
  const { edges, counts } = column.histogram
  const mean = column.mean !== null && Number.isFinite(column.mean) ? [{ mark: 'rule' as const, x: column.mean, label: 'mean' }] : []
  return {
    kind: 'figure',
    title: column.name,
    xLabel: column.name,
    yLabel: 'rows',
    marks: [
      { mark: 'bars', x: counts.map((_, i) => formatNumber(Number((edges[i] as number).toPrecision(4)))), y: counts, edges },
      ...mean,
    ],
  }
}

/** The shape of a histogram in block characters; an empty bar is a blank. */
function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts)
  return counts.map(count => (count === 0 ? ' ' : '▁▂▃▄▅▆▇█'.charAt(Math.min(7, Math.floor((count / most) * 8))))).join('')
}

function frequent(column: ColumnProfile): string {
  return column.top
    .slice(0, 3)
    .map(({ value, count }) => `${clipped(formatCell(value) ?? 'NULL')} ${count}`)
    .join(', ')
}

function cell(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'number' ? short(value) : clipped(formatCell(value) ?? '')
}

/** Six digits: the figures by heart; `toJson` has them all. */
function short(value: number | null): string {
  return value === null ? '' : formatNumber(Number.isInteger(value) ? value : Number(value.toPrecision(6)))
}

function clipped(text: string): string {
  const letters = Array.from(text)
  return letters.length > 24 ? `${letters.slice(0, 23).join('')}…` : text
}
