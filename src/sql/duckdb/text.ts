import { spanMarks } from '../spans.ts'

/** A name in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text constant; characters that would end or mark the statement are written as `chr(n)`. */
export function quoteText(text: string): string {
  if (!spanMarks.test(text)) return `'${text.replaceAll("'", "''")}'`
  const pieces = text
    .split(/([\u0000-\u0003])/)
    .filter(piece => piece !== '')
    .map(piece => (spanMarks.test(piece) ? `chr(${piece.charCodeAt(0)})` : quoteText(piece)))
  return `(${pieces.join(' || ')})`
}

/** A list of texts: `['a', 'b']`. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`
}
