/** Reads CSV text (RFC 4180, any delimiter) into records; used on the head of a file only, the engine reads the rest. */

export interface CsvRecord {
  readonly fields: readonly string[]
  /** Line the record begins in, from 1. */
  readonly line: number
}
export interface CsvHead {
  readonly records: readonly CsvRecord[]
  /** Line of a quote that is never closed within the text. */
  readonly openQuote?: number | undefined
}

/** How the records of a text are written. */
export interface CsvDialect {
  readonly delimiter: string
  /** The empty text: quotes mean nothing. */
  readonly quote: string
  /** Default: the quote, doubled. */
  readonly escape?: string | undefined
  /** Records that begin with it are left out. */
  readonly comment?: string | undefined
}

/**
 * The records of a text. Line ends are `\n`, `\r\n` or `\r`; a quote counts at the beginning of a field only and is doubled inside. Empty lines are kept as
 * records of one empty field. Without `whole`, a last record without a line end is left out, as the text was cut there.
 */
export function csvRecords(text: string, { delimiter, quote, escape = quote, comment }: CsvDialect, whole: boolean): CsvHead {
  const records: CsvRecord[] = []
  const fieldEnd = new RegExp(`[\\n\\r${delimiter.replace(/[\\\]^-]/, '\\$&')}]`, 'g')
  const lineEnd = /\r\n|\n|\r/g
  let fields: string[] = []
  let line = 1
  let begun = 1
  let at = 0
  while (at < text.length) {
    if (comment !== undefined && fields.length === 0 && text[at] === comment) {
      lineEnd.lastIndex = at
      const end = lineEnd.exec(text)
      if (end === null) return { records }
      at = end.index + end[0].length
      line++
      begun = line
      continue
    }
    let field: string
    if (quote !== '' && text[at] === quote) {
      const quoted = readQuoted(text, at, quote, escape)
      if (quoted === undefined) return { records, openQuote: line }
      line += quoted.lines
      at = quoted.end
      field = quoted.text
    } else field = ''
    fieldEnd.lastIndex = at
    const end = fieldEnd.exec(text)?.index ?? text.length
    fields.push(field + text.slice(at, end))
    at = end
    if (text[at] === delimiter) {
      at++
      if (at < text.length) continue
      fields.push('')
    }
    if (at >= text.length && !whole) return { records }
    records.push({ fields, line: begun })
    fields = []
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1
    line++
    begun = line
  }
  return { records }
}

function readQuoted(
  text: string,
  from: number,
  quote: string,
  escape: string,
): { readonly text: string; readonly end: number; readonly lines: number } | undefined {
  let value = ''
  let at = from + 1
  for (;;) {
    const end = text.indexOf(quote, at)
    if (end === -1) return undefined
    if (escape !== quote) {
      // What stands before the quote may itself be escaped: `\\\\"` ends the field.
      let signs = 0
      while (end - signs > at && text[end - signs - 1] === escape) signs++
      if (signs % 2 === 1) {
        value += `${text.slice(at, end - 1)}${quote}`
        at = end + 1
        continue
      }
    }
    value += text.slice(at, end)
    if (escape !== quote || text[end + 1] !== quote) return { text: value, end: end + 1, lines: value.match(/\r\n|\n|\r/g)?.length ?? 0 }
    value += quote
    at = end + 2
  }
}
