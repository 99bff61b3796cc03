import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elide, pad, widthOf } from './width.ts'

test('characters take the cells a terminal gives them', () => {
  const cases: [string, number][] = [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['東京', 4],
    ['한글', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝ', 2],
    ['😀', 2],
    ['👨‍👩‍👧', 2],
    ['🇳🇴', 2],
    ['❤️', 2],
    ['1️⃣', 2],
    ['±µ', 2],
    ['─│…', 3],
    ['𠀀', 2],
    ['\u200b', 0],
    ['हि', 1],
  ]
  for (const [text, width] of cases) expect([text, widthOf(text)]).toEqual([text, width])
})

test('a cut text ends in … and never passes the width', () => {
  expect(elide('東京都', 4)).toBe('東…')
  expect(elide('abc', 3)).toBe('abc')
  expect(elide('abcd', 3)).toBe('ab…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 30 }), (text, width) => {
      expect(widthOf(elide(text, width))).toBeLessThanOrEqual(width)
      expect(widthOf(pad(text, width, 'right'))).toBe(width)
    }),
    { seed: 11, numRuns: 500 },
  )
})
