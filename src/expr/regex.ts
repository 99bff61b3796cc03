/**
 * Regular expressions that mean the same in JavaScript, RE2 (DuckDB) and Java (Spark).
 *
 * A pattern is parsed, what only some of them know is refused, and what they read differently is written out: `.` and `\s` become sets of characters with
 * JavaScript's meaning, escapes become the characters. The text that comes out runs unchanged on all three, in JavaScript also under the flag `u`.
 */
import { problem } from './problem.ts'

export interface PortableRegex {
  readonly pattern: string
  /** `i` or nothing. */
  readonly flags: string
  /** Capturing groups. */
  readonly groups: number
}

const lineEnds = '\\n\\r\u2028\u2029'
const blanks = '\\t\\n\\v\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
const anything = '[\\d\\D]'

interface Reader {
  readonly source: string
  readonly unicode: boolean
  readonly dotAll: boolean
  at: number
  groups: number
  /** How often the last part is repeated, loops in it counted with it; and the most of such in each group that is open. */
  times: number
  readonly most: number[]
}

/**
 * A JavaScript regular expression in the subset that all engines share.
 *
 * @throws expr.regex for lookaround, back references, `$` or `^` in the middle, the flag `m` and the like
 */
export function portableRegex(regex: RegExp): PortableRegex {
  const { source, flags } = regex
  for (const flag of flags)
    if (!'gisu'.includes(flag)) throw refused(regex, `flag ${flag}`, flag === 'm' ? 'split the text into lines first' : undefined)
  const reader: Reader = { source, unicode: flags.includes('u'), dotAll: flags.includes('s'), at: 0, groups: 0, times: 1, most: [1] }
  let pattern = ''
  while (reader.at < source.length) pattern += next(reader, regex)
  if (pattern === '(?:)') pattern = ''
  return { pattern, flags: flags.includes('i') ? 'i' : '', groups: reader.groups }
}

function refused(
  regex: RegExp,
  what: string,
  hint = 'all engines share a subset of RE2: no lookaround, no back references, $ only at the end',
): Error {
  return problem('expr.regex', `regular expression that not all engines know: ${regex} has ${what}`, {
    hint,
    details: { pattern: regex.source, flags: regex.flags },
  })
}

function next(reader: Reader, regex: RegExp): string {
  const { source } = reader
  if (!'*+?{)'.includes(source[reader.at] as string)) reader.times = 1
  const char = String.fromCodePoint(source.codePointAt(reader.at) ?? 0)
  switch (char) {
    case '\\':
      return escape(reader, regex, false)
    case '[':
      return set(reader, regex)
    case '(':
      return open(reader, regex)
    case ')':
      reader.at++
      reader.times = reader.most.pop() ?? 1
      counted(reader)
      return ')'
    case '|':
      reader.at++
      return '|'
    case '.':
      reader.at++
      return reader.dotAll ? anything : `[^${lineEnds}]`
    case '^':
      if (!isStart(source, reader.at)) throw refused(regex, '^ in the middle')
      reader.at++
      return '^'
    case '$':
      if (!isEnd(source, reader.at)) throw refused(regex, '$ in the middle')
      reader.at++
      return '$'
    case '*':
    case '+':
    case '?':
      reader.at++
      return char
    case '{': {
      const count = /^\{(\d+)(,(\d*))?\}/.exec(source.slice(reader.at))
      if (count === null) break
      reader.times *= Math.max(1, Number(count[1]), Number(count[3] ?? 0))
      // RE2 counts those of a group together with those around it.
      if (reader.times > 1000) throw refused(regex, 'more than 1000 repetitions')
      counted(reader)
      reader.at += count[0].length
      return count[0]
    }
  }
  reader.at += char.length
  return quote(char)
}

function counted({ most, times }: Reader): void {
  most[most.length - 1] = Math.max(most.at(-1) ?? 1, times)
}

function isStart(source: string, at: number): boolean {
  return at === 0 || source[at - 1] === '|' || /(?:^|[^\\])\((?:\?:|\?<\w+>)?$/.test(source.slice(0, at))
}

function isEnd(source: string, at: number): boolean {
  return at === source.length - 1 || source[at + 1] === ')' || source[at + 1] === '|'
}

function open(reader: Reader, regex: RegExp): string {
  const rest = reader.source.slice(reader.at)
  reader.most.push(1)
  if (rest.startsWith('(?:')) {
    reader.at += 3
    return '(?:'
  }
  const name = /^\(\?<[^=!>]+>/.exec(rest)
  if (name === null && rest.startsWith('(?')) throw refused(regex, /^\(\?<?[=!]/.test(rest) ? 'lookaround' : 'inline flags')
  reader.at += name === null ? 1 : name[0].length
  reader.groups++
  return '('
}

/** A character written with a backslash; inside a set when `inSet`. */
function escape(reader: Reader, regex: RegExp, inSet: boolean): string {
  const rest = reader.source.slice(reader.at)
  const take = (length: number, text: string): string => {
    reader.at += length
    return text
  }
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\})/.exec(rest)
  if (code !== null && (code[3] === undefined || reader.unicode))
    return take(code[0].length, quote(String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16)), inSet))
  const property = /^\\[pP]\{[A-Z][a-z]?\}/.exec(rest)
  if (property !== null && reader.unicode) return take(property[0].length, property[0])
  const letter = rest[1] ?? ''
  if ('dDwWnrtfv'.includes(letter)) return take(2, `\\${letter}`)
  if (letter === 's') return take(2, inSet ? blanks : `[${blanks}]`)
  if (letter === 'S' && !inSet) return take(2, `[^${blanks}]`)
  if (!inSet && (letter === 'b' || letter === 'B')) return take(2, `\\${letter}`)
  if (/[\dk]/.test(letter)) throw refused(regex, 'a back reference')
  if (letter === 'S') throw refused(regex, '\\S beside other characters in a set')
  if (/[a-zA-Z]/.test(letter)) throw refused(regex, `\\${letter}`)
  return take(1 + letter.length, quote(letter, inSet))
}

function set(reader: Reader, regex: RegExp): string {
  const all = /^\[(?:\^\]|\\s\\S\]|\\S\\s\]|\\w\\W\]|\\W\\w\]|\\d\\D\]|\\D\\d\])/.exec(reader.source.slice(reader.at))
  if (all !== null) {
    reader.at += all[0].length
    return anything
  }
  reader.at++
  let text = '['
  if (reader.source[reader.at] === '^') {
    text += '^'
    reader.at++
  }
  if (reader.source[reader.at] === ']') throw refused(regex, 'an empty set')
  while (reader.at < reader.source.length && reader.source[reader.at] !== ']') {
    const char = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0)
    if (char === '\\') {
      text += escape(reader, regex, true)
      continue
    }
    if (reader.source.startsWith('&&', reader.at)) throw refused(regex, '&& in a set')
    reader.at += char.length
    text += char === '-' ? dash(reader.source, reader.at, text) : quote(char, true)
  }
  reader.at++
  return `${text}]`
}

/** A dash between two characters is a range, one at an end of the set is itself. */
function dash(source: string, after: number, before: string): string {
  return before === '[' || before === '[^' || source[after] === ']' ? '\\-' : '-'
}

function quote(char: string, inSet = false): string {
  if (char === '\n') return '\\n'
  if (char === '\r') return '\\r'
  if (inSet) return '\\]^-['.includes(char) && char !== '' ? `\\${char}` : char
  return '^$\\.*+?()[]{}|'.includes(char) && char !== '' ? `\\${char}` : char
}

/**
 * The replacement of `replace` with a pattern: `$1` to `$9` are groups, `$&` is the match, `$$` a dollar.
 *
 * @throws expr.argument for another `$`, and for a group that the pattern does not have
 */
export function checkReplacement(by: string, groups: number): void {
  for (const [text, what = ''] of by.matchAll(/\$(\d|.)?/gs)) {
    if (what === '$' || what === '&') continue
    if (/^[1-9]$/.test(what) && Number(what) <= groups) continue
    throw problem('expr.argument', `replacement with an unknown reference: ${text} in ${JSON.stringify(by)}`, {
      hint: `have ${groups === 0 ? 'no groups' : `$1 to $${groups}`}, $& for the match, $$ for a dollar`,
    })
  }
}
