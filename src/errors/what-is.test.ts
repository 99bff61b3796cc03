import { expect, test } from 'vitest'
import { didYouMean, nearNames, whatIs } from './index.ts'

test.each([
  ['x', '"x"'],
  ['x'.repeat(100), `"${'x'.repeat(60)}…"`],
  [5, '5'],
  [5n, '5'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  [Symbol('a'), 'a symbol'],
  [() => 1, 'a function'],
  [Map, 'a function'],
  [class Cat {}, 'the class Cat'],
  [[], 'an empty array'],
  [[1], 'an array'],
  [Promise.resolve(), 'a promise: await it first'],
  [new Map(), 'a Map'],
  [new Date(Date.UTC(2026, 0, 1)), 'the date 2026-01-01T00:00:00.000Z'],
  [new Date(Number.NaN), 'an invalid date'],
  [new Error('x'), 'an Error'],
  [{}, 'an empty object'],
  [Object.create(null), 'an empty object'],
  [{ a: 1, b: 2 }, 'an object (a, b)'],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, 'an object (a, b, c, d, e, ...)'],
  [(async function* () {})(), 'an async generator'],
])('a value is named as a person would name it: %s', (value, words) => {
  expect(whatIs(value)).toBe(words)
})

test('near names are few letters away, and a hint is given only where there is one', () => {
  expect(nearNames('pric', ['price', 'rooms'])).toEqual(['price'])
  expect(didYouMean(['pric'], ['price', 'rooms'])).toBe('did you mean price?')
  expect(didYouMean(['pric'], ['price', 'prices'])).toBe('did you mean price or prices?')
  expect(didYouMean(['pric', 'rome'], ['price', 'rooms'])).toBe('did you mean price, rooms?')
  expect(didYouMean(['elevation'], ['price', 'rooms'])).toBeUndefined()
})
