import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

const forbidden = ['__proto__', 'constructor', 'prototype']
const outcome = (parse: () => unknown): unknown => {
  try {
    return { value: parse() }
  } catch {
    return 'refused'
  }
}

test('what JSON can say is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      if (forbidden.some(key => text.includes(key))) return
      expect(parseJson(text, 16)).toEqual(JSON.parse(text))
    }),
    { seed: 1, numRuns: 1000 },
  )
})

test('a text that is nearly JSON is refused just when JSON.parse refuses it', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"a"',
    '"b":',
    '1',
    '-0',
    'null',
    ' ',
    '\\"',
    'x',
    '"{\\"[":',
    '\n',
  )
  let read = 0
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 9 }), list => {
      const text = list.join('')
      const want = outcome(() => JSON.parse(text))
      const got = outcome(() => parseJson(text, 16))
      if (got !== 'refused') read++
      // The one text of these that JSON.parse lets through: a key twice.
      if (got === 'refused' && want !== 'refused') expect(() => parseJson(text, 16)).toThrow(/key twice in one object/)
      else expect(got).toEqual(want)
    }),
    { seed: 2, numRuns: 6000 },
  )
  expect(read).toBeGreaterThan(100)
})

test('keys are compared as they are read: objects of their own do not count, texts that are no keys neither', () => {
  for (const good of ['[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '{"a":"a","b":["a","a"]}', '{"a":[{"b":1},{"b":1}],"b":2}'])
    expect(parseJson(good, 16)).toEqual(JSON.parse(good))
  for (const bad of ['{"a":1,"a":1}', '{"a":{"b":1},"a":1}', '{"a":[{}],"\\u0061":1}', '[{"x":{"a":1,"b":[1,2],"a":0}}]'])
    expect(() => parseJson(bad, 16)).toThrow(/key twice in one object/)
})

test('levels are counted, whatever they are made of', () => {
  expect(parseJson('[[{"a":[1]}]]', 4)).toEqual([[{ a: [1] }]])
  expect(() => parseJson('[[{"a":[1]}]]', 3)).toThrow('body nested too deep: more than 3 levels')
  expect(parseJson('"[[[[["', 1)).toBe('[[[[[')
  expect(parseJson('[[],[],[[]],{}]', 3)).toEqual([[], [], [[]], {}])
})
