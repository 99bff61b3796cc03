/** How many cells of a terminal a text takes. */
import { wideRanges } from './wide-ranges.ts'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const plain = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff]*$/
const twoCells = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}{2}|\p{Emoji}\ufe0f)/u
const noCell = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** Cells of a text without control characters: Latin 1, CJK and emoji 2, combining marks 0. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The longest beginning that fits, ended by `…` where something was cut. */
export function elide(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment)
    if (used + next > width - 1) break
    kept += segment
    used += next
  }
  return `${kept}…`
}

/** Fills up with blanks to a width; longer text is elided. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const fitting = elide(text, width)
  const blanks = ' '.repeat(Math.max(0, width - widthOf(fitting)))
  return align === 'right' ? blanks + fitting : fitting + blanks
}

function graphemeWidth(segment: string): number {
  if (twoCells.test(segment)) return 2
  if (noCell.test(segment)) return 0
  // A cluster is drawn as wide as its widest part: a syllable of Hangul letters is one wide sign.
  let widest = 0
  for (const char of segment) widest = Math.max(widest, isWide(char.codePointAt(0) ?? 0) ? 2 : 1)
  return widest
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false
  let low = 0
  let high = wideRanges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [from, to] = wideRanges[middle] ?? [0, 0]
    if (code < from) high = middle - 1
    else if (code > to) low = middle + 1
    else return true
  }
  return false
}
