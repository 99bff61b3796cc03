/** Patterns by which texts are read as days and moments. */
import { problem } from './problem.ts'

const tokens: Readonly<Record<string, string>> = {
  Y: '([0-9]{4})',
  y: '([0-9]{2})',
  m: '(0?[1-9]|1[0-2])',
  d: '(0?[1-9]|[12][0-9]|3[01])',
  H: '([01]?[0-9]|2[0-3])',
  I: '(0?[1-9]|1[0-2])',
  M: '([0-5]?[0-9])',
  S: '([0-5]?[0-9])',
  f: '([0-9]{1,6})',
  p: '([ap]m)',
  b: '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)',
  B: '(january|february|march|april|may|june|july|august|september|october|november|december)',
  a: '(mon|tue|wed|thu|fri|sat|sun)',
  A: '(monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
  z: '(z|[+-][0-9]{2}:?[0-9]{2})',
}
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A pattern of strptime as a regular expression over the whole text; `parts` are the tokens of its groups. */
export interface MomentPattern {
  readonly pattern: string
  readonly flags: string
  readonly parts: readonly string[]
}

/**
 * `%d/%m/%Y` as a regular expression. Digits may be fewer where a leading zero is left out; letters may be small or capital.
 *
 * @throws expr.argument for an unknown part, one said twice, `%I` without `%p`, and a day without its year
 */
export function momentPattern(format: string): MomentPattern {
  const parts: string[] = []
  const pattern = format.replace(/%(.?)|[^%]/gsu, (whole, token: string | undefined) => {
    if (token === undefined) return whole.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    if (token === '%') return '%'
    const known = tokens[token]
    if (known === undefined)
      throw problem(
        'expr.argument',
        `unknown part of a pattern: ${whole} (have ${Object.keys(tokens)
          .map(one => `%${one}`)
          .join(' ')} %%)`,
      )
    if (parts.includes(token)) throw problem('expr.argument', `part of a pattern said twice: ${whole} in ${format}`)
    parts.push(token)
    return known
  })
  const clash = (a: readonly string[]): boolean => a.filter(one => parts.includes(one)).length > 1
  if (clash(['Y', 'y']) || clash(['m', 'b', 'B']) || clash(['H', 'I']))
    throw problem('expr.argument', `pattern that says a year, a month or an hour twice: ${format}`)
  if (parts.includes('I') !== parts.includes('p'))
    throw problem('expr.argument', `pattern with only one of %I and %p: ${format}`, { hint: '%I:%M %p is 03:30 PM' })
  if (!parts.includes('Y') && !parts.includes('y')) throw problem('expr.argument', `pattern without a year: ${format}`)
  return { pattern, flags: 'i', parts }
}

/** `Mar` and `march` are 3; 0 for no month. */
export function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) + 1
}
