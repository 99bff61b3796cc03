import { type Description, type FigureDescription, formatCell, formatNumber } from '../display/index.ts'
import type { Profile } from './profile.ts'
import type { ColumnProfile } from './profile-columns.ts'

type Facts = Pick<Profile, 'rows' | 'columns' | 'duplicates' | 'correlations' | 'missing' | 'warnings' | 'sample'>
const mostWarnings = 20

/** One line a column, and what wants a look. */
export function describeProfile(facts: Facts): Description {
  const { warnings, sample, rows } = facts
  const table = columnTable(facts)
  const texts = warnings.slice(0, mostWarnings).map(warning => `! ${warning.text}`)
  if (warnings.length > mostWarnings) texts.push(`and ${warnings.length - mostWarnings} more`)
  if (sample !== undefined)
    texts.push(
      `quartiles, histograms and frequent values are of every ${sample.every}th row: ${sample.rows} of ${rows}; distinct values are about`,
    )
  return texts.length === 0 ? table : { kind: 'group', items: [table, { kind: 'text', text: texts.join('\n') }] }
}

function columnTable({ rows, columns }: Facts): Description {
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
export function profilePage(facts: Facts): Description {
  return {
    kind: 'group',
    items: [
      describeProfile(facts),
      ...whole(facts),
      ...facts.columns.map((column): Description => ({ kind: 'group', title: column.name, items: details(column) })),
    ],
  }
}

/** What there is to say of the table as a whole. */
function whole({ duplicates, correlations, missing }: Facts): readonly Description[] {
  const items: Description[] = []
  if (duplicates !== null) items.push({ kind: 'keyValues', pairs: [['rows that are there again', String(duplicates)]] })
  if (missing.length > 0)
    items.push({
      kind: 'table',
      title: 'missing together',
      columns: [
        { name: 'columns', type: '', align: 'left' },
        { name: 'rows', type: '', align: 'right' },
      ],
      rows: missing.map(pattern => [pattern.columns.length === 0 ? 'none' : pattern.columns.join(', '), String(pattern.rows)]),
      shown: missing.length,
    })
  if (correlations.length > 0) {
    const strongest = correlations.slice(0, 20)
    items.push({
      kind: 'table',
      title: 'correlations',
      columns: [
        { name: 'column', type: '', align: 'left' },
        { name: 'and', type: '', align: 'left' },
        { name: 'r', type: '', align: 'right' },
      ],
      rows: strongest.map(({ columns: [a, b], r }) => [a, b, short(r)]),
      total: correlations.length,
      shown: strongest.length,
    })
  }
  return items
}

function details(column: ColumnProfile): readonly Description[] {
  const items: Description[] = []
  const pairs = figuresOf(column)
  if (pairs.length > 0) items.push({ kind: 'keyValues', pairs })
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

function figuresOf({
  quartiles,
  zeros,
  negatives,
  nan,
  infinite,
  lengths,
  empty,
  padded,
  days,
}: ColumnProfile): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = []
  const add = (name: string, value: number | null | undefined): void => {
    if (value !== null && value !== undefined) pairs.push([name, formatNumber(value)])
  }
  for (const [index, name] of ['first quartile', 'median', 'third quartile'].entries()) add(name, quartiles?.[index])
  add('zeros', zeros)
  add('negative', negatives)
  if ((nan ?? 0) + (infinite ?? 0) > 0) pairs.push(['NaN, infinite', `${nan}, ${infinite}`])
  if (lengths !== null) pairs.push(['characters', `${lengths.min} to ${lengths.max}, ${short(lengths.mean)} on average`])
  add('empty texts', empty)
  add('with white space around', padded)
  if (days !== null) pairs.push(['days with rows', `${days.with} of ${days.span}`])
  return pairs
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
