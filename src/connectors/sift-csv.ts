/** Takes the records out of CSV text, line by line, that the engine can read; the others are handed out with what is wrong with them. */
import { isUtf8 } from 'node:buffer'
import type { CsvDialect } from './csv-records.ts'

export interface SiftCsv extends CsvDialect {
  /** Fields a record must have. */
  readonly fields: number
  /** Lines at the top to leave out. */
  readonly skip: number
  /** Whether the first record names the columns: it is left out. */
  readonly header: boolean
}
export type OnBad = (line: number, reason: string, text: string) => void

/** A quoted field that is longer was more likely opened by mistake. */
const longestQuoted = 1024 * 1024
const longestRecord = 2_000_000

/**
 * The good records, each with the number of its first line as a field before the others.
 *
 * Text is handled as bytes (Latin 1), so that what is not UTF-8 is found where it stands and costs its record alone.
 *
 * @param pieces the text in UTF-8, decompressed
 */
export async function* siftCsv(pieces: AsyncIterable<Buffer>, dialect: SiftCsv, bad: OnBad): AsyncGenerator<Buffer> {
  const state: State = { line: 1, toSkip: dialect.skip, header: dialect.header, discard: false }
  let kept = ''
  let first = true
  let carriage: boolean | undefined
  for await (const piece of pieces) {
    let text = piece.toString('latin1')
    if (first) {
      text = text.replace(/^\xef\xbb\xbf/, '')
      // Files of an old kind end lines with a carriage return alone.
      carriage = text.includes('\r') && !text.includes('\n')
    }
    first = false
    if (carriage === true) text = text.replaceAll('\r', '\n')
    const all = kept + text
    const { out, end } = siftPart(all, false, dialect, state, bad)
    kept = all.slice(end)
    if (out.length > 0) yield out
  }
  const { out } = siftPart(kept, true, dialect, state, bad)
  if (out.length > 0) yield out
}

interface State {
  line: number
  toSkip: number
  header: boolean
  /** The rest of a line that was too long to hold. */
  discard: boolean
}
interface Span {
  readonly end: number
  readonly next: number
  readonly lines: number
  readonly fields: number
  readonly wrong?: string | undefined
}

function siftPart(
  text: string,
  whole: boolean,
  dialect: SiftCsv,
  state: State,
  bad: OnBad,
): { readonly out: Buffer; readonly end: number } {
  const good: { readonly line: number; readonly text: string }[] = []
  let at = 0
  while (at < text.length) {
    if (state.discard) {
      const end = text.indexOf('\n', at)
      at = end === -1 ? text.length : end + 1
      state.discard = end === -1
      continue
    }
    if (state.toSkip > 0 || (dialect.comment !== undefined && text[at] === dialect.comment)) {
      const end = text.indexOf('\n', at)
      if (end === -1 && !whole) break
      at = end === -1 ? text.length : end + 1
      state.line++
      if (state.toSkip > 0) state.toSkip--
      continue
    }
    const span = recordAt(text, at, whole, dialect)
    if (span === undefined) break
    const record = text.slice(at, span.end)
    const line = state.line
    const isCut = span.next > text.length && !whole
    at = Math.min(span.next, text.length)
    state.discard = isCut
    state.line += span.lines
    // An empty line is no record, where records have more than one field.
    if (record === '' && dialect.fields > 1) continue
    if (state.header) {
      state.header = false
      continue
    }
    const counted =
      span.fields === dialect.fields ? undefined : `${span.fields} ${span.fields === 1 ? 'field' : 'fields'}, not ${dialect.fields}`
    const wrong = isCut || record.length > longestRecord ? `longer than ${longestRecord} bytes` : (span.wrong ?? counted)
    if (wrong === undefined) good.push({ line, text: record })
    else bad(line, wrong, shownText(record))
  }
  return { out: bytesOf(good, dialect.delimiter, bad), end: at }
}

function bytesOf(good: readonly { readonly line: number; readonly text: string }[], delimiter: string, bad: OnBad): Buffer {
  const print = (records: typeof good): Buffer =>
    Buffer.from(records.map(record => `${record.line}${delimiter}${record.text}\n`).join(''), 'latin1')
  const all = print(good)
  if (isUtf8(all)) return all
  return print(
    good.filter(record => {
      const fits = isUtf8(Buffer.from(record.text, 'latin1'))
      if (!fits) bad(record.line, 'not UTF-8', shownText(record.text))
      return fits
    }),
  )
}

/** Bytes that are no UTF-8 are shown as the sign for that. */
function shownText(record: string): string {
  return Buffer.from(record.slice(0, 16_384), 'latin1').toString('utf8')
}

/** The record that begins at a place; undefined when more text is needed to know. */
function recordAt(text: string, from: number, whole: boolean, { delimiter, quote, escape = quote }: SiftCsv): Span | undefined {
  const firstEnd = text.indexOf('\n', from)
  if (firstEnd === -1 && !whole && text.length - from <= longestRecord) return undefined
  const lineEnd = firstEnd === -1 ? text.length : firstEnd
  const quoteAt = quote === '' ? -1 : text.indexOf(quote, from)
  if (quoteAt === -1 || quoteAt >= lineEnd) return plainLine(text, from, lineEnd, delimiter)
  let fields = 0
  let lines = 1
  for (let at = from; ; ) {
    fields++
    if (text[at] === quote) {
      const close = closing(text, at, quote, escape)
      if (close === undefined) {
        if (!whole && text.length - at <= longestQuoted) return undefined
        return { ...plainLine(text, from, lineEnd, delimiter), wrong: 'a quote is opened and never closed' }
      }
      for (let end = text.indexOf('\n', at); end !== -1 && end < close; end = text.indexOf('\n', end + 1)) lines++
      at = close + 1
      // A quote at the end of the text may be the first of two.
      if (at >= text.length && !whole) return undefined
      const after = text[at]
      const ends = after === undefined || after === delimiter || after === '\n' || (after === '\r' && (text[at + 1] ?? '\n') === '\n')
      if (!ends) {
        const end = endOfLine(text, at)
        return { ...span(text, from, end), fields, lines, wrong: 'text behind a closing quote' }
      }
    }
    const end = endOfLine(text, at)
    const next = text.indexOf(delimiter, at)
    if (next === -1 || next > end) {
      if (end === text.length && !whole) return undefined
      return { ...span(text, from, end), fields, lines }
    }
    at = next + 1
  }
}

function closing(text: string, from: number, quote: string, escape: string): number | undefined {
  for (let at = from + 1; ; ) {
    const end = text.indexOf(quote, at)
    if (end === -1) return undefined
    if (escape === quote) {
      if (text[end + 1] !== quote) return end
      at = end + 2
      continue
    }
    let signs = 0
    while (end - signs > from + 1 && text[end - signs - 1] === escape) signs++
    if (signs % 2 === 0) return end
    at = end + 1
  }
}

function plainLine(text: string, from: number, end: number, delimiter: string): Span {
  let fields = 1
  for (let at = text.indexOf(delimiter, from); at !== -1 && at < end; at = text.indexOf(delimiter, at + 1)) fields++
  return { ...span(text, from, end), fields, lines: 1 }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function span(text: string, from: number, end: number): { readonly end: number; readonly next: number } {
  return { end: end > from && text[end - 1] === '\r' ? end - 1 : end, next: end + 1 }
}
