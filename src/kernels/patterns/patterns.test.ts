import fc from 'fast-check'
import { expect, test } from 'vitest'
import { growthOf } from './growth.ts'
import { likePattern } from './like-pattern.ts'
import { LinearRegExp } from './linear-regexp.ts'
import { parsePattern } from './pattern-node.ts'
import { type PatternProgram, patternProgram } from './pattern-program.ts'
import { longestText, textPattern } from './text-pattern.ts'

const matchesOf = (regex: RegExp, text: string): readonly unknown[] => Array.from(text.matchAll(regex), found => [found.index, ...found])

// Patterns of all parts that are portable; sets are written as `portableRegex` writes them.
const pattern = fc.letrec<{ all: string; piece: string; atom: string }>(tie => ({
  atom: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(
      '[^\\n\\r\u2028\u2029]',
      '[\\t\\n \u00a0\u2000-\u200a\u2028\u2029]',
      '\\\\',
      'a',
      'b',
      'é',
      '\\.',
      '[ab]',
      '[^a]',
      '[a-c\\d]',
      '[\\d\\D]',
      '\\d',
      '\\w',
      '\\W',
      '\\p{Lu}',
      '\\n',
      '\u{1f600}',
      '\\b',
      '\\B',
      '',
    ),
    tie('all').map(inner => `(?:${inner})`),
    tie('all').map(inner => `(${inner})`),
    fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}|${b})`),
  ),
  piece: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}'))
    .map(([atom, count]) => (['\\b', '\\B', ''].includes(atom) ? atom : atom + count)),
  all: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map(pieces => pieces.join('')),
})).all
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'B', 'é', 'É', '.', '\n', '1', '_', 'ſ', '\u2028', '\\', '\u{1f600}', '\ud83d'), { maxLength: 6 })
  .map(chars => chars.join(''))

test('finds what the engine of JavaScript finds: places, groups, all matches', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('gu', 'giu'), fc.boolean(), fc.boolean(), text, (inner, flags, start, end, subject) => {
      // V8 finds `\\B` between the halves of a character too, under the flag u.
      fc.pre(!inner.includes('\\B') || !subject.includes('\u{1f600}'))
      const written = `${start ? '^' : ''}${inner}${end ? '$' : ''}`
      expect(matchesOf(new LinearRegExp(written, flags), subject)).toEqual(matchesOf(new RegExp(written, flags), subject))
    }),
    { seed: 20261122, numRuns: 10_000 },
  )
})

// Each takes JavaScript's engine longer than a life, or some minutes at least.
const n = 30_000
test.each([
  ['(a+)+$', `${'a'.repeat(n)}b`, 0],
  ['^(a|a)*$', `${'a'.repeat(n)}b`, 0],
  ['^(\\w+\\s?)*$', `${'word '.repeat(n)}!`, 0],
  ['(x+x+)+y', 'x'.repeat(n), 0],
  ['[\\d\\D]*[\\d\\D]*[\\d\\D]*=', ' '.repeat(n), 0],
  ['(a?){30}a{30}', 'a'.repeat(29), 0],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(n), 0],
  ['(a+)+', 'a'.repeat(n), 1],
])('%s over a text made to be slow', (source, subject, matches) => {
  expect(matchesOf(textPattern(source, 'g').for(subject), subject)).toHaveLength(matches)
})

test.each([
  ['abc', '', Infinity],
  ['^[a-z]+@[a-z]+$', '', 1e8],
  ['\\d+-\\d+', '', 10_000],
  ['^a+x|b+x', '', 10_000],
  ['(?:^a+|^b+)x', '', 1e8],
  ['^(\\w+) (\\w+) \\[([^\\]]*)\\] "([^"]*)"', '', 1e8],
  ['(?:a|b)*c', '', 10_000],
  ['^(?:[a-z]+\\.)+com$', '', 10_000],
  ['^(?:[^\\t\u2000-\u200a]+[\\t\u2000-\u200a]+)*$', '', 1e8],
  ['^(?:\\p{Lu}+\\p{Ll}+)*$', '', 1e8],
  ['^(?:\\p{Lu}+[\u0300-\u04ff]+)*$', '', 0],
  ['a*a*a*b', '', 100],
  ['(a*)*', '', 0],
  ['(a|ab)*c', '', 0],
  ['(?:a|A)*c', 'i', 0],
  ['(a+b?)*c', '', 0],
])('%s with flags "%s" is given to the own engine of JavaScript up to %d characters', (source, flags, longest) => {
  expect(longestText(source, `${flags}u`)).toBe(longest)
})

/** Steps of an engine that goes back where a way fails, until a match or `most`. */
function stepsBack({ steps, anchored }: PatternProgram, subject: string, most: number): number {
  let count = 0
  for (let start = 0; start <= (anchored ? 0 : subject.length); start++) {
    const ways = [{ at: 0, place: start, idle: 0 }]
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      let { at, place, idle } = way
      for (; ; at++) {
        if (++count > most) return count
        const step = steps[at]
        if (step === undefined || step.op === 'match') return count
        if (step.op === 'one') {
          if (place === subject.length || !step.is(subject.charCodeAt(place))) break
          place++
          idle = 0
        } else if (step.op === 'fork') {
          ways.push({ at: step.second, place, idle })
          at = step.first - 1
        } else if (step.op === 'jump') at = step.to - 1
        else if (step.op === 'turn') idle |= 1 << step.loop
        else if (step.op === 'moved' && (idle & (1 << step.loop)) !== 0) break
        else if (step.op === 'assert' && ((step.what === 'start' && place > 0) || (step.what === 'end' && place < subject.length))) break
      }
    }
  }
  return count
}

test('no text takes an engine that goes back more steps than the growth of its pattern says', () => {
  const letters = fc.constantFrom('a', 'b', '[ab]', '[^a]', 'c')
  const loops = fc.letrec<{ all: string; piece: string; atom: string }>(tie => ({
    atom: fc.oneof(
      { maxDepth: 2 },
      letters,
      letters,
      tie('all').map(inner => `(?:${inner})`),
      fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(?:${a}|${b})`),
    ),
    piece: fc
      .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '*?', '{0,2}', '{2}', '{1,20}'))
      .map(([atom, times]) => atom + times),
    all: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map(pieces => pieces.join('')),
  })).all
  const texts = [
    'a'.repeat(40),
    `${'a'.repeat(40)}!`,
    'ab'.repeat(20),
    `${'ab'.repeat(20)}!`,
    `${'a'.repeat(20)}${'b'.repeat(20)}!`,
    'b'.repeat(40),
  ]
  let judged = 0
  fc.assert(
    fc.property(fc.constantFrom('', '^'), loops, fc.constantFrom('', '$', '|^b*c', '|a*c'), (start, inner, end) => {
      const written = `${start}${inner}${end}`
      const { power, choices } = growthOf(parsePattern(written).tree, 'u')
      if (power === Infinity) return
      judged++
      const program = patternProgram(written, 'u')
      for (const subject of texts) {
        const most = 4 * program.steps.length * choices * (subject.length + 1) ** Math.max(1, power)
        if (most < 200_000) expect(stepsBack(program, subject, most)).toBeLessThanOrEqual(most)
      }
    }),
    { seed: 20261122, numRuns: 2000 },
  )
  expect(judged).toBeGreaterThan(500)
})

test.each(['a(?=b)', '(a)\\1', '(?<!a)b', '\\u0041', '[\\x41]', 'a**', '(a', 'a)', '[a'])('%s is refused', source => {
  expect(() => textPattern(source)).toThrow(expect.objectContaining({ code: 'expr.regex' }))
})

test('like is the expression that says the same', () => {
  const parts = fc.array(fc.constantFrom('%', '_', 'a', 'b', '\\%', '\\_', '.', '\u{1f600}'), { maxLength: 6 })
  fc.assert(
    fc.property(parts, text, (all, subject) => {
      const says = all.map(part => (part === '%' ? '.*' : part === '_' ? '.' : part.replace('\\', '').replace('.', '\\.'))).join('')
      expect(likePattern(all.join(''))(subject)).toBe(new RegExp(`^${says}$`, 'su').test(subject))
    }),
    { seed: 20261122, numRuns: 10_000 },
  )
})

test('like over texts made to be slow', () => {
  expect(likePattern('%a%a%a%a%a%a%a%a%b')('a'.repeat(n))).toBe(false)
  expect(() => likePattern('a\\')).toThrow(expect.objectContaining({ code: 'expr.argument' }))
})
