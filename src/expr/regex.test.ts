import fc from 'fast-check'
import { expect, test } from 'vitest'
import { portableRegex } from './index.ts'

const refused: readonly (readonly [RegExp, string])[] = [
  [/a(?=b)/, 'lookaround'],
  [/a(?!b)/, 'lookaround'],
  [/(?<=a)b/, 'lookaround'],
  [/(?<!a)b/, 'lookaround'],
  [/(a)\1/, 'back reference'],
  [/(?<x>a)\k<x>/, 'back reference'],
  [/a$b/, '$ in the middle'],
  [/a^b/, '^ in the middle'],
  [/^a$/m, 'flag m'],
  [/a/y, 'flag y'],
  [/[a&&b]/, '&& in a set'],
  [/[\S,]/, 'in a set'],
  // oxlint-disable-next-line no-empty-character-class -- that is what is refused
  [/[]/, 'empty set'],
  [/a{1001}/, 'more than 1000'],
  [/(a{10}){101}/, 'more than 1000'],
  [/((?:a{2}){2}b{900}){2}/, 'more than 1000'],
  [/(a{500}){0,3}/, 'more than 1000'],
  [/\cA/, '\\c'],
]
test.for(refused)('%s is refused: %s', ([regex, says]) => {
  expect(() => portableRegex(regex)).toThrow(expect.objectContaining({ code: 'expr.regex', message: expect.stringContaining(says) }))
})

const kept: readonly (readonly [RegExp, string])[] = [
  [/abc/, 'abc'],
  [/^(?:a|b)+?$/, '^(?:a|b)+?$'],
  [/^a$|^b$/, '^a$|^b$'],
  [/(^a|b$)/, '(^a|b$)'],
  [/(?<year>\d{4})-(\d\d)/, '(\\d{4})-(\\d\\d)'],
  [/a\/b/, 'a/b'],
  [/a{/, 'a\\{'],
  [/[a-z\-_.$]/, '[a-z\\-_.$]'],
  [/[-a]/, '[\\-a]'],
  [/[\s\S]*/, '[\\d\\D]*'],
  [/\x41\u0042/, 'AB'],
  [/\u{1f600}/u, '\u{1f600}'],
  [/\p{Lu}/u, '\\p{Lu}'],
  [/[[]/, '[\\[]'],
  [/(?:)/, ''],
  [/(?:(a{10}|b){10}){10}/, '(?:(a{10}|b){10}){10}'],
  [/(a{500})b{2}(a{500}){2,}/, '(a{500})b{2}(a{500}){2,}'],
]
test.for(kept)('%s becomes %s', ([regex, pattern]) => {
  expect(portableRegex(regex).pattern).toBe(pattern)
})

test('flags and groups are told', () => {
  expect(portableRegex(/(a)(?:b)(?<c>c)/gi)).toEqual({ pattern: '(a)(?:b)(c)', flags: 'i', groups: 2 })
})

// Patterns of all parts that are allowed; texts of the characters that engines disagree about.
const pattern = fc.letrec<{ all: string; piece: string; atom: string }>(tie => ({
  atom: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b',
      '\\.',
      '.',
      '\\s',
      '\\S',
      '\\d',
      '\\w',
      '\\n',
      '[ab]',
      '[^a]',
      '[a-c\\s]',
      '[\\s\\S]',
      '[\\d.]',
      '\\u00a0',
      '/',
      '-',
    ),
    tie('all').map(inner => `(?:${inner})`),
    tie('all').map(inner => `(${inner})`),
  ),
  piece: fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+?', '?', '{1,2}')).map(([atom, count]) => atom + count),
  all: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map(pieces => pieces.join('')),
})).all
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', ' ', '\n', '\r', '\u2028', '\u00a0', '\ufeff', '\v', '1', '\u0663', '\u{1f600}', '/', '-'), {
    maxLength: 6,
  })
  .map(chars => chars.join(''))

test('the pattern that is stored matches what was written, and is stored the same again', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('u', 'us', 'ui'), fc.boolean(), fc.boolean(), text, (inner, flags, start, end, subject) => {
      // The flag u wants `-` and `/` bare, so that both texts are legal with it.
      const written = new RegExp(`${start ? '^' : ''}${inner}${end ? '$' : ''}`, flags)
      const { pattern: stored, flags: own } = portableRegex(written)
      const read = new RegExp(stored, `u${own}`)
      expect(read.exec(subject)?.slice()).toEqual(written.exec(subject)?.slice())
      expect(portableRegex(read).pattern).toBe(stored)
    }),
    { seed: 20261121, numRuns: 2000 },
  )
})
