/** Functions of texts beyond cutting and matching; places and lengths count code points. */
import { TidemillError } from '../errors/index.ts'
import type { TextFunctionName } from '../expr/index.ts'
import { type Kernel, perRow } from './kernel.ts'
import { jsonAt } from './json-path.ts'
import { parseMoment } from './parse-moment.ts'
import { type Like, likePattern, textPattern } from './patterns/index.ts'
import { codePoints, trimBlanks } from './text-parts.ts'

type OwnName = Extract<
  TextFunctionName,
  | 'trim'
  | 'trimStart'
  | 'trimEnd'
  | 'padStart'
  | 'padEnd'
  | 'repeat'
  | 'reverse'
  | 'indexOf'
  | 'like'
  | 'ilike'
  | 'countText'
  | 'capitalize'
  | 'title'
  | 'normalize'
  | 'stripAccents'
  | 'levenshtein'
  | 'codePoint'
  | 'toChar'
  | 'countMatches'
  | 'extractAll'
  | 'parse'
  | 'json'
>

export const moreTexts: Readonly<Record<OwnName, Kernel>> = {
  trim: trimmer(true, true),
  trimStart: trimmer(true, false),
  trimEnd: trimmer(false, true),
  padStart: perRow(
    ({ options }) =>
      (text: string) =>
        padding(text, options?.width ?? 0, options?.fill ?? ' ') + text,
  ),
  padEnd: perRow(
    ({ options }) =>
      (text: string) =>
        text + padding(text, options?.width ?? 0, options?.fill ?? ' '),
  ),
  repeat: perRow(
    ({ options }) =>
      (text: string) =>
        text.repeat(options?.times ?? 1),
  ),
  reverse: perRow(() => (text: string) => [...text].reverse().join('')),
  indexOf: perRow(() => (text: string, part: string) => {
    const at = text.indexOf(part)
    return BigInt(at <= 0 ? at : codePoints(text.slice(0, at)))
  }),
  like: perRow(() => (text: string, pattern: string) => like(pattern)(text)),
  ilike: perRow(() => (text: string, pattern: string) => like(pattern.toLowerCase())(text.toLowerCase())),
  countText: perRow(({ options }) => {
    const part = options?.pattern ?? ''
    return (text: string) => BigInt(text.split(part).length - 1)
  }),
  capitalize: perRow(() => capitalized),
  title: perRow(() => (text: string) => text.replace(/[\p{L}\p{N}\p{M}'’]+/gu, capitalized)),
  normalize: perRow(
    ({ options }) =>
      (text: string) =>
        text.normalize(options?.form ?? 'NFC'),
  ),
  stripAccents: perRow(
    () => (text: string) =>
      text
        .normalize('NFD')
        .replace(/\p{M}+/gu, '')
        .normalize('NFC'),
  ),
  levenshtein: perRow(() => levenshtein),
  codePoint: perRow(() => (text: string) => {
    const point = text.codePointAt(0)
    return point === undefined ? null : BigInt(point)
  }),
  toChar: perRow(() => (point: number | bigint) => {
    const value = Number(point)
    if (value >= 0 && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff)) return String.fromCodePoint(value)
    throw new TidemillError('expr.argument', `no character: ${point} (from 0 to 1114111, without 55296 to 57343)`)
  }),
  countMatches: perRow(({ options }) => {
    const pattern = textPattern(options?.pattern, `${options?.flags ?? ''}g`)
    return (text: string) => BigInt(matchesOf(text, pattern.for(text), 0).length)
  }),
  extractAll: perRow(({ options }) => {
    const pattern = textPattern(options?.pattern, `${options?.flags ?? ''}g`)
    return (text: string) => matchesOf(text, pattern.for(text), options?.group ?? 0)
  }),
  parse: perRow(node => parseMoment(node)),
  json: perRow(node => jsonAt(node)),
}

function trimmer(start: boolean, end: boolean): Kernel {
  return perRow(({ options }) => {
    const { chars } = options ?? {}
    if (chars === undefined) return (text: string) => trimBlanks(text, start, end)
    const set = new Set(chars)
    return (text: string) => {
      const all = [...text]
      let [from, to] = [0, all.length]
      while (start && from < to && set.has(all[from] as string)) from++
      while (end && to > from && set.has(all[to - 1] as string)) to--
      return all.slice(from, to).join('')
    }
  })
}

function padding(text: string, width: number, fill: string): string {
  const missing = width - codePoints(text)
  if (missing <= 0) return ''
  const characters = [...fill]
  return Array.from({ length: missing }, (_, at) => characters[at % characters.length]).join('')
}

function capitalized(text: string): string {
  const [first = '', ...rest] = text
  return first.toUpperCase() + rest.join('').toLowerCase()
}

/** All matches, as RE2 finds them: an empty one right behind another counts here, but not for `replace`. */
function matchesOf(text: string, pattern: RegExp, group: number): string[] {
  return Array.from(text.matchAll(pattern), found => found[group] ?? '')
}

const patterns = new Map<string, Like>()

/** The pattern may be another one in each row. */
function like(pattern: string): Like {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const made = likePattern(pattern)
  if (patterns.size > 1000) patterns.clear()
  patterns.set(pattern, made)
  return made
}

/** The work grows with the product of the lengths: some tenths of a second for one pair at most. */
const mostSteps = 100_000_000

/** The least number of characters put in, left out or changed. */
function levenshtein(a: string, b: string): bigint {
  const [m, n] = [codePoints(a), codePoints(b)]
  if (m * n > mostSteps)
    throw new TidemillError('expr.argument', `levenshtein of too long texts: ${m} by ${n} characters (their product up to ${mostSteps})`)
  const [x, y] = [[...a], [...b]]
  let row = Uint32Array.from({ length: y.length + 1 }, (_, j) => j)
  for (let i = 1; i <= x.length; i++) {
    const next = new Uint32Array(y.length + 1)
    next[0] = i
    for (let j = 1; j <= y.length; j++) {
      const change = (row[j - 1] as number) + Number(x[i - 1] !== y[j - 1])
      next[j] = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1)
    }
    row = next
  }
  return BigInt(row[y.length] as number)
}
