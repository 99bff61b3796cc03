/** Functions of texts; places and lengths count code points. */
import { perRow, type Kernel } from './kernel.ts'

// The blanks String.prototype.trim takes away, as far as the engines can be told: see `blanks` of the SQL side.
const blankEnds = /^[ \t\n\v\f\r\u00a0\ufeff\u2028\u2029]+|[ \t\n\v\f\r\u00a0\ufeff\u2028\u2029]+$/g

export const texts: Readonly<
  Record<
    | 'upper'
    | 'lower'
    | 'trim'
    | 'length'
    | 'slice'
    | 'concat'
    | 'contains'
    | 'startsWith'
    | 'endsWith'
    | 'matches'
    | 'extract'
    | 'replace'
    | 'replaceRegex'
    | 'split',
    Kernel
  >
> = {
  upper: perRow(() => (text: string) => text.toUpperCase()),
  lower: perRow(() => (text: string) => text.toLowerCase()),
  trim: perRow(() => (text: string) => text.replace(blankEnds, '')),
  length: perRow(() => (text: string) => BigInt(codePoints(text))),
  slice: perRow(
    ({ options }) =>
      (text: string) =>
        sliceText(text, options?.start ?? 0, options?.end),
  ),
  concat: perRow(
    () =>
      (...parts: string[]) =>
        parts.join(''),
  ),
  contains: perRow(() => (text: string, part: string) => text.includes(part)),
  startsWith: perRow(() => (text: string, part: string) => text.startsWith(part)),
  endsWith: perRow(() => (text: string, part: string) => text.endsWith(part)),
  matches: perRow(({ options }) => {
    const pattern = regex(options?.pattern, options?.flags)
    return (text: string) => pattern.test(text)
  }),
  extract: perRow(({ options }) => {
    const pattern = regex(options?.pattern, options?.flags)
    const group = options?.group ?? 0
    return (text: string) => {
      const found = pattern.exec(text)
      return found === null ? null : (found[group] ?? '')
    }
  }),
  replace: perRow(
    ({ options }) =>
      (text: string, part: string = options?.pattern ?? '', by: string = options?.by ?? '') =>
        part === '' ? text : text.split(part).join(by),
  ),
  replaceRegex: perRow(({ options }) => {
    const pattern = regex(options?.pattern, `${options?.flags ?? ''}g`)
    const parts = replacementParts(options?.by ?? '')
    return (text: string) => replaceMatches(text, pattern, parts)
  }),
  split: perRow(
    ({ options }) =>
      (text: string, separator: string = options?.separator ?? '') =>
        splitText(text, separator),
  ),
}

function regex(pattern = '', flags = ''): RegExp {
  return new RegExp(pattern, flags.includes('u') || flags.includes('v') ? flags : `${flags}u`)
}

/** A replacement as texts and numbers of groups: `[$1]` is `[`, 1, `]`. */
function replacementParts(by: string): readonly (string | number)[] {
  const parts: (string | number)[] = []
  for (const [whole, what] of by.matchAll(/\$([$&\d])|\$|[^$]+/g))
    parts.push(what === undefined ? whole : what === '$' ? '$' : what === '&' ? 0 : Number(what))
  return parts
}

/** As RE2, and not as JavaScript: right behind a match there is no empty one, `x*` is once in `xx`. */
function replaceMatches(text: string, pattern: RegExp, parts: readonly (string | number)[]): string {
  let made = ''
  let end = -1
  let from = 0
  for (const found of text.matchAll(pattern)) {
    if (found[0] === '' && found.index === end) continue
    end = found.index + found[0].length
    made += text.slice(from, found.index)
    for (const part of parts) made += typeof part === 'string' ? part : (found[part] ?? '')
    from = end
  }
  return made + text.slice(from)
}

function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--
  return count
}

function sliceText(text: string, start: number, end: number | undefined): string {
  return codePoints(text) === text.length ? text.slice(start, end) : [...text].slice(start, end).join('')
}

function splitText(text: string, separator: string): readonly string[] {
  if (text === '') return ['']
  return separator === '' ? [...text] : text.split(separator)
}
