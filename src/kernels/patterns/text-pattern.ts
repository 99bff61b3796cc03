import { growthOf } from './growth.ts'
import { LinearRegExp } from './linear-regexp.ts'
import { parsePattern } from './pattern-node.ts'

/** A pattern that is asked about many texts. */
export interface TextPattern {
  /** The expression to use for this text: both find the same, one is faster and the other never slow. */
  for(text: string): RegExp
}

/** Steps that JavaScript's own engine may take for one text at worst: some tenths of a second. */
const mostSteps = 1e8

/**
 * A portable pattern for JavaScript. Its engine goes back where a way fails, so a text of a stranger can keep it busy for hours; where that could be, by the pattern
 * and the length of the text, a machine that never goes back takes its place. Lone surrogates never match half of a character.
 *
 * @throws expr.regex for a pattern that not all engines know
 */
export function textPattern(pattern = '', flags = ''): TextPattern {
  const all = flags.includes('u') ? flags : `${flags}u`
  const longest = longestText(pattern, all)
  const native = new RegExp(pattern, all)
  let linear: RegExp | undefined
  return {
    for(text) {
      if (text.length <= longest) return native
      linear ??= new LinearRegExp(pattern, all)
      return linear
    },
  }
}

const lengths = new Map<string, number>()
const mostLengths = 1000

/** So long may a text be for JavaScript's engine, in UTF-16 units. Up to a millisecond's work, so it is kept. */
export function longestText(pattern: string, flags: string): number {
  const key = `${flags}/${pattern}`
  const made = lengths.get(key) ?? lengthFor(pattern, flags)
  if (lengths.size >= mostLengths) lengths.clear()
  lengths.set(key, made)
  return made
}

function lengthFor(pattern: string, flags: string): number {
  const { power, choices } = growthOf(parsePattern(pattern).tree, flags.replaceAll('g', ''))
  if (power === 0) return Infinity
  if (power === Infinity) return 0
  return Math.floor((mostSteps / choices) ** (1 / power))
}
