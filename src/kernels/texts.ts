/** Functions of texts; places and lengths count code points. */
import type { TextFunctionName } from '../expr/index.ts'
import { perRow, type Kernel } from './kernel.ts'
import { moreTexts } from './more-texts.ts'
import { textPattern } from './patterns/index.ts'
import { codePoints } from './text-parts.ts'

type OwnName = Exclude<TextFunctionName, keyof typeof moreTexts>

const own: Readonly<Record<OwnName, Kernel>> = {
  upper: perRow(() => (text: string) => text.toUpperCase()),
  lower: perRow(() => (text: string) => text.toLowerCase()),
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
    const pattern = textPattern(options?.pattern, options?.flags)
    return (text: string) => pattern.for(text).test(text)
  }),
  extract: perRow(({ options }) => {
    const pattern = textPattern(options?.pattern, options?.flags)
    const group = options?.group ?? 0
    return (text: string) => {
      const found = pattern.for(text).exec(text)
      return found === null ? null : (found[group] ?? '')
    }
  }),
  replace: perRow(
    ({ options }) =>
      (text: string, part: string = options?.pattern ?? '', by: string = options?.by ?? '') =>
        part === '' ? text : text.split(part).join(by),
  ),
  replaceRegex: perRow(({ options }) => {
    const pattern = textPattern(options?.pattern, `${options?.flags ?? ''}g`)
    const parts = replacementParts(options?.by ?? '')
    return (text: string) => replaceMatches(text, pattern.for(text), parts)
  }),
  split: perRow(
    ({ options }) =>
      (text: string, separator: string = options?.separator ?? '') =>
        splitText(text, separator),
  ),
}

/** Every function of texts. */
export const texts: Readonly<Record<TextFunctionName, Kernel>> = { ...own, ...moreTexts }

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

function sliceText(text: string, start: number, end: number | undefined): string {
  return codePoints(text) === text.length ? text.slice(start, end) : [...text].slice(start, end).join('')
}

function splitText(text: string, separator: string): readonly string[] {
  if (text === '') return ['']
  return separator === '' ? [...text] : text.split(separator)
}
