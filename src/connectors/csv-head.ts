/** What the head of a CSV file says: delimiter, header, names; and what is wrong with it. */
import { TidemillError } from '../errors/index.ts'
import { camelCase } from '../schema/index.ts'
import { type CsvDialect, type CsvRecord, csvRecords } from './csv-records.ts'
import type { Head } from './read-head.ts'
import { sniffDecimal } from './text-values.ts'

export interface CsvGiven {
  readonly delimiter?: string | undefined
  readonly header?: boolean | undefined
  readonly columns?: readonly string[] | undefined
  readonly names?: 'camelCase' | undefined
  readonly quote?: string | undefined
  readonly escape?: string | undefined
  readonly comment?: string | undefined
  readonly skipRows?: number | undefined
  readonly decimal?: '.' | ',' | undefined
  readonly thousands?: string | undefined
  /** Names of the declared columns. */
  readonly declared?: readonly string[] | undefined
  /** Ragged rows are for somebody else to tell. */
  readonly tolerant?: boolean | undefined
}
export interface CsvLearnt {
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
  readonly header: boolean
  readonly decimal: '.' | ','
  readonly thousands?: string
  /** Lines at the top that are no part of the table. */
  readonly skip: number
  /** Names by position as the file has them; a blank one is called after its place, `column3`. */
  readonly columns: readonly string[]
  /** Name in the file -> name of the column. */
  readonly rename: Readonly<Record<string, string>>
}

/**
 * Learns how a CSV file is written.
 *
 * Delimiter: the one that gives most rows the same number of fields, two at least. Quotes: `"` doubled, unless rows come out alike only with `"` behind a backslash, or with `'`.
 * Lines at the top that begin with `#` and have another number of fields than the first that does not are left out. Header: the first line, unless it holds numbers, dates or booleans (a run of
 * years is taken for names).
 *
 * @throws connectors.ragged, connectors.format, schema.duplicate-column
 */
export function learnCsv(file: string, head: Head, given: CsvGiven): CsvLearnt {
  const { comment } = given
  const skipped = skipLines(head.text, given.skipRows ?? 0)
  const notes = comment === undefined ? notesAtTop(skipped, head.whole, given) : 0
  const text = skipLines(skipped, notes)
  const skip = (given.skipRows ?? 0) + notes
  const dialect: CsvDialect = { ...dialectOf(text, head.whole, given), comment }
  const { delimiter, quote, escape = quote } = dialect
  const { records, openQuote } = csvRecords(text, dialect, head.whole)
  const first = records.find(record => !isBlank(record))
  if (given.tolerant !== true && first !== undefined) checkRagged(file, records, first, delimiter, skip)
  if (openQuote !== undefined && given.tolerant !== true && (head.whole || records.length === 0))
    throw new TidemillError('connectors.format', `a quote is opened in line ${openQuote + skip} of ${file} and never closed`, {
      details: { file, line: openQuote + skip },
      hint: "if quotes mean nothing in this file, say quote: ''",
    })
  if (first === undefined) throw new TidemillError('connectors.empty', `empty file: ${file}`, { details: { file } })

  const header = given.header ?? hasHeader(records, first, given)
  const columns = columnNames(file, first, header, given)
  const rename: Record<string, string> = Object.create(null)
  for (const name of columns) rename[name] = given.names === 'camelCase' ? camelCase(name) : name.trim()
  checkUnique(
    file,
    columns.map(name => rename[name] ?? name),
    header,
  )
  return { delimiter, quote, escape, header, skip, columns, rename: { ...rename }, ...numbers(records, first, header, delimiter, given) }
}

/** Where the delimiter is a comma, one in a number would stand in quotes: too rare to guess. */
function numbers(
  records: readonly CsvRecord[],
  first: CsvRecord,
  header: boolean,
  delimiter: string,
  { decimal, thousands }: CsvGiven,
): Pick<CsvLearnt, 'decimal' | 'thousands'> {
  if (decimal !== undefined || delimiter === ',') return { decimal: decimal ?? '.', ...(thousands === undefined ? {} : { thousands }) }
  const rows = records
    .filter(record => (record !== first || !header) && record.fields.length === first.fields.length)
    .map(record => record.fields)
  if (thousands === ',' || sniffDecimal(rows) === undefined) return { decimal: '.', ...(thousands === undefined ? {} : { thousands }) }
  return { decimal: ',', thousands: thousands ?? '.' }
}

function skipLines(text: string, count: number): string {
  let at = 0
  for (let line = 0; line < count; line++) {
    const end = /\r\n|\n|\r/g
    end.lastIndex = at
    const found = end.exec(text)
    if (found === null) return ''
    at = found.index + found[0].length
  }
  return text.slice(at)
}

/** Lines at the top that begin with `#` and are no header: another number of fields than the line after them. */
function notesAtTop(text: string, whole: boolean, given: CsvGiven): number {
  if (!text.startsWith('#')) return 0
  const lines = text.split(/\r\n|\n|\r/, 1000)
  const notes = lines.findIndex(line => !line.startsWith('#'))
  if (notes <= 0) return 0
  const rest = skipLines(text, notes)
  const found = dialectOf(rest, whole, given)
  const wanted = csvRecords(rest, found, whole).records.find(record => !isBlank(record))?.fields.length ?? 0
  const last = csvRecords(lines[notes - 1] ?? '', found, true).records[0]?.fields.length
  // `#id,name` names the columns; the lines above it are notes all the same.
  return last === wanted && wanted > 1 ? notes - 1 : notes
}

function dialectOf(text: string, whole: boolean, { delimiter, quote, escape, comment }: CsvGiven): CsvDialect {
  const signs = [',', ';', '\t', '|']
  const quotes: (readonly [quote: string, escape: string])[] =
    quote !== undefined ? [[quote, escape ?? quote]] : escape !== undefined ? [['"', escape]] : [['"', '"']]
  if (quote !== '' && escape === undefined && text.includes(`\\${quote ?? '"'}`)) quotes.push([quote ?? '"', '\\'])
  if (quote === undefined && /(^|[\n\r,;\t|])'/.test(text)) quotes.push(["'", escape ?? "'"])
  let best: { readonly dialect: CsvDialect; readonly score: number } | undefined
  for (const [sign, before] of quotes)
    for (const candidate of delimiter === undefined ? signs : [delimiter]) {
      if (candidate === sign) continue
      const dialect: CsvDialect = { delimiter: candidate, quote: sign, escape: before, comment }
      const score = scoreOf(text, dialect, whole)
      // What is usual wins where it reads as well: other quotes must make rows alike that are not.
      const wins =
        best === undefined ||
        (best.dialect.quote === sign && best.dialect.escape === before ? score > best.score : score >= best.score + 10_000)
      if (wins) best = { dialect, score }
    }
  return best?.dialect ?? { delimiter: delimiter ?? ',', quote: quote ?? '"', escape: escape ?? quote ?? '"' }
}

/** Rows that agree in their number of fields count first, in twentieths; then the delimiter that cuts finer. */
function scoreOf(text: string, dialect: CsvDialect, whole: boolean): number {
  const { records, openQuote } = csvRecords(text, dialect, whole)
  const counts = records
    .filter(record => !isBlank(record))
    .slice(0, 500)
    .map(record => record.fields.length)
  const first = counts[0] ?? 0
  if (first < 2) return openQuote !== undefined && whole ? -10_000 : 0
  const alike = counts.filter(count => count === first).length / counts.length
  return Math.round(alike * 20) * 10_000 + Math.min(first, 9_999) - (openQuote !== undefined && (whole || records.length < 2) ? 10_000 : 0)
}

function hasHeader(records: readonly CsvRecord[], first: CsvRecord, { columns, declared }: CsvGiven): boolean {
  if (columns !== undefined) return false
  const cells = first.fields.map(cell => cell.trim())
  if (declared?.some(name => cells.includes(name) || cells.some(cell => camelCase(cell) === name)) === true) return true
  const typed = cells.filter(isTyped)
  if (typed.length === 0) return true
  return (
    isRun(typed) &&
    !records.some(
      record =>
        record !== first &&
        record.fields
          .map(cell => cell.trim())
          .filter(isTyped)
          .join() === typed.join(),
    )
  )
}

/** Years that grow by the same step, as in the header of a wide table: names, not values. */
function isRun(cells: readonly string[]): boolean {
  if (cells.length < 2 || !cells.every(cell => /^(1[5-9]|2[01])\d\d$/.test(cell))) return false
  const step = Number(cells[1]) - Number(cells[0])
  return step > 0 && cells.every((cell, index) => index === 0 || Number(cell) - Number(cells[index - 1]) === step)
}

function isTyped(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) || /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(cell) || /^(true|false)$/i.test(cell)
}

function columnNames(file: string, first: CsvRecord, header: boolean, { columns, declared }: CsvGiven): readonly string[] {
  const count = first.fields.length
  if (header) return first.fields.map((name, index) => (name.trim() === '' ? `column${index + 1}` : name))
  if (columns !== undefined && columns.length !== count)
    throw new TidemillError(
      'connectors.option',
      `columns has ${columns.length} ${columns.length === 1 ? 'name' : 'names'}, but ${file} has ${count} columns`,
      {
        details: { file, columns, count },
      },
    )
  return columns ?? (declared?.length === count ? declared : undefined) ?? first.fields.map((_, index) => `column${index + 1}`)
}

function checkRagged(file: string, records: readonly CsvRecord[], first: CsvRecord, delimiter: string, skip: number): void {
  const expected = first.fields.length
  const wrong = records.find(record => record.fields.length !== expected && !isBlank(record))
  if (wrong === undefined) return
  const found = wrong.fields.length
  throw new TidemillError(
    'connectors.ragged',
    `line ${wrong.line + skip} of ${file} has ${found} ${found === 1 ? 'field' : 'fields'}, the first has ${expected}`,
    {
      details: { file, line: wrong.line + skip, expected, found, delimiter },
      hint:
        found > expected
          ? `fields are separated by ${JSON.stringify(delimiter)}; put a field that contains it in quotes, or give another delimiter`
          : `fields are separated by ${JSON.stringify(delimiter)}; write empty fields too, or give another delimiter`,
    },
  )
}

/** An empty line; of a file with one column it is a value, but never wrong. */
function isBlank({ fields }: CsvRecord): boolean {
  return fields.length === 1 && fields[0] === ''
}

function checkUnique(file: string, names: readonly string[], header: boolean): void {
  const seen = new Map<string, number>()
  names.forEach((name, index) => {
    const before = seen.get(name)
    if (before !== undefined)
      throw new TidemillError('schema.duplicate-column', `two columns are called ${name}: ${before + 1} and ${index + 1} of ${file}`, {
        details: { file, name, positions: [before + 1, index + 1] },
        hint: header ? 'rename one in the file' : 'give each column its own name in columns',
      })
    seen.set(name, index)
  })
}
