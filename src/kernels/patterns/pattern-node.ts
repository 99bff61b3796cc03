import { TidemillError } from '../../errors/index.ts'

/** A portable regular expression (`portableRegex`) as a tree. */
export type PatternNode =
  /** One character out of a set, as it is written: `[a-z]`, `\d`, `é`. */
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly kind: 'all'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly of: readonly PatternNode[] }
  /** Number of a capturing group from 1; undefined for `(?:`. */
  | { readonly kind: 'group'; readonly group: number | undefined; readonly body: PatternNode }
  | Repeat
export interface Repeat {
  readonly kind: 'repeat'
  readonly body: PatternNode
  readonly least: number
  readonly most: number
  /** `*?`: as few as possible first. */
  readonly lazy: boolean
  /** Capturing groups inside: from, up to and without. */
  readonly groups: readonly [from: number, to: number]
}

/** Whether it may take no character. */
export function canBeEmpty(node: PatternNode): boolean {
  switch (node.kind) {
    case 'one':
      return false
    case 'assert':
      return true
    case 'all':
      return node.parts.every(canBeEmpty)
    case 'any':
      return node.of.some(canBeEmpty)
    case 'group':
      return canBeEmpty(node.body)
    case 'repeat':
      return node.least === 0 || canBeEmpty(node.body)
  }
}

/** Whether it begins at the start of a text only, each way through it. */
export function isAnchored(node: PatternNode): boolean {
  switch (node.kind) {
    case 'assert':
      return node.what === 'start'
    case 'all':
      return node.parts[0] !== undefined && isAnchored(node.parts[0])
    case 'any':
      return node.of.every(isAnchored)
    case 'group':
      return isAnchored(node.body)
    case 'one':
    case 'repeat':
      return false
  }
}

interface Reader {
  readonly source: string
  at: number
  groups: number
  depth: number
}

/** Deeper ones would need more of the stack than a thread has. */
const deepest = 250

/**
 * Reads a pattern that the expressions store.
 *
 * @throws expr.regex for what no portable pattern has
 */
export function parsePattern(source: string): { readonly tree: PatternNode; readonly groups: number } {
  const reader: Reader = { source, at: 0, groups: 0, depth: 0 }
  const tree = alternatives(reader)
  if (reader.at < source.length) throw unknown(reader)
  return { tree, groups: reader.groups }
}

function alternatives(reader: Reader): PatternNode {
  const of = [sequence(reader)]
  while (reader.source[reader.at] === '|') {
    reader.at++
    of.push(sequence(reader))
  }
  return of.length === 1 ? (of[0] as PatternNode) : { kind: 'any', of }
}

function sequence(reader: Reader): PatternNode {
  const parts: PatternNode[] = []
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] as string)) {
    const before = reader.groups
    const part = piece(reader)
    parts.push(repeated(reader, part, before + 1))
  }
  return { kind: 'all', parts }
}

function repeated(reader: Reader, body: PatternNode, from: number): PatternNode {
  const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(reader.source.slice(reader.at, reader.at + 16))
  if (found === null) return body
  reader.at += found[0].length
  const [, sign, least = '', comma, most = '', lazy] = found
  const counts =
    sign === undefined
      ? [Number(least), comma === undefined ? Number(least) : most === '' ? Infinity : Number(most)]
      : [sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity]
  return {
    kind: 'repeat',
    body,
    least: counts[0] as number,
    most: counts[1] as number,
    lazy: lazy === '?',
    groups: [from, reader.groups + 1],
  }
}

function piece(reader: Reader): PatternNode {
  const { source, at } = reader
  const take = (text: string): string => {
    reader.at += text.length
    return text
  }
  switch (source[at]) {
    case '(':
      return group(reader)
    case '[': {
      const set = /^\[(?:\\.|[^\]\\])*\]/su.exec(source.slice(at))
      if (set === null || /(?<!\\)(?:\\\\)*\\(?![dDwWsSnrtfvpP])[a-zA-Z0-9]/.test(set[0])) throw unknown(reader)
      return { kind: 'one', text: take(set[0]) }
    }
    case '^':
      take('^')
      return { kind: 'assert', what: 'start' }
    case '$':
      take('$')
      return { kind: 'assert', what: 'end' }
    case '\\': {
      const escape = /^\\(?:[pP]\{\w+\}|.)/su.exec(source.slice(at))
      if (escape === null || !/[dDwWsSbBnrtfvpP]|[^a-zA-Z0-9]/.test(escape[0][1] ?? '')) throw unknown(reader)
      take(escape[0])
      if (escape[0] === '\\b') return { kind: 'assert', what: 'word' }
      if (escape[0] === '\\B') return { kind: 'assert', what: 'no-word' }
      return { kind: 'one', text: escape[0] }
    }
    case '*':
    case '+':
    case '?':
    case '{':
      throw unknown(reader)
    default:
      return { kind: 'one', text: take(String.fromCodePoint(source.codePointAt(at) ?? 0)) }
  }
}

function group(reader: Reader): PatternNode {
  const captures = !reader.source.startsWith('(?:', reader.at)
  if (captures && reader.source[reader.at + 1] === '?') throw unknown(reader)
  if (++reader.depth > deepest)
    throw new TidemillError('expr.regex', `pattern with groups in more than ${deepest} groups: ${reader.source}`)
  reader.at += captures ? 1 : 3
  const number = captures ? ++reader.groups : undefined
  const body = alternatives(reader)
  if (reader.source[reader.at] !== ')') throw unknown(reader)
  reader.at++
  reader.depth--
  return { kind: 'group', group: number, body }
}

function unknown({ source, at }: Reader): TidemillError {
  return new TidemillError('expr.regex', `pattern that not all engines know: ${source} (at ${at})`)
}
