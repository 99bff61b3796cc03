/** What the head of a CSV file says: delimiter, header, names; and what is wrong with it. */
import { TidemillError } from '../errors/index.ts'
import { camelCase } from '../schema/index.ts'
import { type CsvRecord, csvRecords } from './csv-records.ts'
import type { Head } from './read-head.ts'

export interface CsvGiven {
  readonly delimiter?: string | undefined
  readonly header?: boolean | undefined
  readonly columns?: readonly string[] | undefined
  readonly names?: 'camelCase' | undefined
  readonly quote?: string | undefined
  /** Names of the declared columns. */
  readonly declared?: readonly string[] | undefined
}
export interface CsvLearnt {
  readonly delimiter: string
  readonly header: boolean
  /** Names by position as the file has them; a blank one is called after its place, `column3`. */
  readonly columns: readonly string[]
  /** Name in the file -> name of the column. */
  readonly rename: Readonly<Record<string, string>>
}

const candidates = [',', ';', '\t', '|']

/**
 * Learns how a CSV file is written.
 *
 * Delimiter: the one that gives most rows the same number of fields, two at least. Header: the first line, unless it holds numbers, dates or booleans (a run of
 * years is taken for names).
 *
 * @throws connectors.ragged, connectors.format, schema.duplicate-column
 */
export function learnCsv(file: string, { text, whole }: Head, given: CsvGiven): CsvLearnt {
  const quote = given.quote ?? '"'
  const delimiter = given.delimiter ?? sniffDelimiter(text, quote, whole)
  const { records, openQuote } = csvRecords(text, delimiter, quote, whole)
  if (openQuote !== undefined && (whole || records.length === 0))
    throw new TidemillError('connectors.format', `a quote is opened in line ${openQuote} of ${file} and never closed`, {
      details: { file, line: openQuote },
      hint: "if quotes mean nothing in this file, say quote: ''",
    })
  const first = records.find(record => !isBlank(record))
  if (first === undefined) throw new TidemillError('connectors.empty', `empty file: ${file}`, { details: { file } })
  checkRagged(file, records, first, delimiter)

  const header = given.header ?? hasHeader(records, first, given)
  const columns = columnNames(file, first, header, given)
  const rename: Record<string, string> = Object.create(null)
  for (const name of columns) rename[name] = given.names === 'camelCase' ? camelCase(name) : name.trim()
  checkUnique(
    file,
    columns.map(name => rename[name] ?? name),
    header,
  )
  return { delimiter, header, columns, rename: { ...rename } }
}

function sniffDelimiter(text: string, quote: string, whole: boolean): string {
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of candidates) {
    const counts = csvRecords(text, delimiter, quote, whole)
      .records.filter(record => !isBlank(record))
      .slice(0, 500)
      .map(record => record.fields.length)
    const first = counts[0] ?? 0
    if (first < 2) continue
    const alike = counts.filter(count => count === first).length / counts.length
    // Rows that agree count first; then the delimiter that cuts finer.
    const score = Math.round(alike * 20) * 10_000 + Math.min(first, 9_999)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
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

function checkRagged(file: string, records: readonly CsvRecord[], first: CsvRecord, delimiter: string): void {
  const expected = first.fields.length
  const wrong = records.find(record => record.fields.length !== expected && !isBlank(record))
  if (wrong === undefined) return
  const found = wrong.fields.length
  throw new TidemillError(
    'connectors.ragged',
    `line ${wrong.line} of ${file} has ${found} ${found === 1 ? 'field' : 'fields'}, the first has ${expected}`,
    {
      details: { file, line: wrong.line, expected, found, delimiter },
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
