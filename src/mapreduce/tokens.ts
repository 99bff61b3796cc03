/** Prepared maps of lines that count without making a text for each word: bytes are hashed where they were read. */
import { knownOptions, showingText, TidemillError, whatIs } from '../errors/index.ts'
import type { HostFunction } from '../workers/index.ts'

/** What counts as a token, ready to travel. */
export type TokenRule =
  | { readonly tokens: 'words'; readonly of: 'space' | 'ascii' | 'letters'; readonly lower: boolean }
  | { readonly tokens: 'fields'; readonly delimiter: string; readonly at: number | undefined }
  | { readonly tokens: 'characters'; readonly matching: RegExp | undefined }
  | { readonly tokens: 'ranges'; readonly fn: HostFunction }

/** A prepared `map` of lines: yields `[token, 1]` for every token, counted at once. `reduce` gets one number a token. */
export interface TokenMap {
  readonly '~tokens': TokenRule | { readonly tokens: 'ranges'; readonly fn: ByteMap }
}
/**
 * Finds keys in the bytes of a line, UTF-8 from `from` up to and without `to`; `emit(start, end)` counts the key that lies there.
 * Keys must be whole characters.
 */
export type ByteMap = (bytes: Uint8Array, from: number, to: number, emit: (start: number, end: number) => void) => void

export function isTokenRule(map: object): map is TokenRule {
  return 'tokens' in map
}

/** True for what `words()` and its like give. */
export function isTokenMap(map: unknown): map is TokenMap {
  return typeof map === 'object' && map !== null && '~tokens' in map
}

/**
 * Counts words.
 *
 * `of: 'space'` (default): what stands between white space, the white space of JavaScript's `\s`; case is kept: `line.split(/\s+/)`. `'ascii'`: runs of the letters
 * A to Z, made small: `line.toLowerCase().match(/[a-z]+/g)`. `'letters'`: runs of letters and marks of any script, made small: `/[\p{L}\p{M}]+/gu`.
 *
 * @example
 * const counts = await tm.mapReduce(lines('books/*.txt'), { map: words({ of: 'ascii' }), reduce: (word, [n]) => ({ word, n }) })
 * @param options.lower makes letters small. Default: true for `letters`
 * @throws session.map-reduce
 */
export function words(options: { readonly of?: 'space' | 'ascii' | 'letters'; readonly lower?: boolean } = {}): TokenMap {
  knownOptions('words', options, ['of', 'lower'], 'session.map-reduce')
  const { of = 'space' } = options
  if (of !== 'space' && of !== 'ascii' && of !== 'letters')
    throw new TidemillError('session.map-reduce', `words of must be space, ascii or letters, not ${whatIs(of)}`)
  const { lower = of !== 'space' } = options
  if (typeof lower !== 'boolean' || (lower && of === 'space'))
    throw new TidemillError('session.map-reduce', `words of ${of} cannot have lower: ${whatIs(lower)}`, {
      hint: "words between white space keep their case: take of: 'letters'",
    })
  return tokenMap({ tokens: 'words', of, lower }, `words of ${of}`)
}

/**
 * Counts the values of fields: of all, or of the one at a place. Text is cut at every delimiter; quotes mean nothing. A line without that field counts for nothing.
 *
 * @example
 * const codes = await tm.mapReduce(lines('access.log'), { map: fields(' ', { at: 8 }), reduce: (code, [n]) => ({ code, n }) })
 * @param delimiter one ASCII character, not a line end
 * @param options.at place of the field in its line, from 0. Default: all fields
 * @throws session.map-reduce
 */
export function fields(delimiter: string, options: { readonly at?: number } = {}): TokenMap {
  knownOptions('fields', options, ['at'], 'session.map-reduce')
  if (typeof delimiter !== 'string' || !/^[^\n\r\u0080-\uffff]$/.test(delimiter))
    throw new TidemillError('session.map-reduce', `delimiter must be one ASCII character, not ${whatIs(delimiter)}`)
  const { at } = options
  if (at !== undefined && !(Number.isInteger(at) && at >= 0))
    throw new TidemillError('session.map-reduce', `place of a field must be a whole number from 0, not ${whatIs(at)}`)
  return tokenMap({ tokens: 'fields', delimiter, at }, `fields between ${JSON.stringify(delimiter)}`)
}

/**
 * Counts characters (code points), without line ends.
 *
 * @example
 * const counts = await tm.mapReduce(lines('book.txt'), { map: characters({ matching: /\p{Script=Han}/u }), reduce: (text, [n]) => ({ text, n }) })
 * @param options.matching only characters that match. Default: all
 * @throws session.map-reduce
 */
export function characters(options: { readonly matching?: RegExp } = {}): TokenMap {
  knownOptions('characters', options, ['matching'], 'session.map-reduce')
  const { matching } = options
  if (matching !== undefined && (!(matching instanceof RegExp) || matching.global || matching.sticky))
    throw new TidemillError('session.map-reduce', `matching must be a regular expression without g and y, not ${whatIs(matching)}`)
  return tokenMap({ tokens: 'characters', matching }, 'characters')
}

/**
 * Counts keys that your own function finds in the bytes of each line: several times as fast as a `map` of texts.
 *
 * @example
 * const hosts = await tm.mapReduce(lines('access.log'), {
 *   map: byteKeys((bytes, from, to, emit) => emit(from, bytes.indexOf(32, from))),
 *   reduce: (host, [n]) => ({ host, n }),
 * })
 * @throws session.map-reduce
 */
export function byteKeys(find: ByteMap): TokenMap {
  if (typeof find !== 'function') throw new TidemillError('session.map-reduce', `byteKeys wants a function, not ${whatIs(find)}`)
  return tokenMap({ tokens: 'ranges', fn: find }, 'keys of bytes')
}

function tokenMap(rule: TokenMap['~tokens'], text: string): TokenMap {
  return Object.freeze({ '~tokens': Object.freeze(rule), ...showingText(() => text) })
}
