/** What functions of texts share. */

// The blanks String.prototype.trim takes away, as far as the engines can be told: see `blanks` of the SQL side.
const blanks = new Set(' \t\n\v\f\r\u00a0\ufeff\u2028\u2029')

/** A text without the blanks at its start, at its end, or at both. */
export function trimBlanks(text: string, start: boolean, end: boolean): string {
  let [from, to] = [0, text.length]
  while (start && from < to && blanks.has(text[from] as string)) from++
  while (end && to > from && blanks.has(text[to - 1] as string)) to--
  return text.slice(from, to)
}

/** How many code points. */
export function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--
  return count
}
