import { expect, test } from 'vitest'
import { list, schemaOf } from '../../../../schema/index.ts'
import { Collected, operatorOf, timed } from './fixtures/run.ts'

const lists = schemaOf({ a: list('string').nullable(), id: 'int64', b: list('int64').nullable() })
const given = timed(lists, [
  { a: ['x', 'y'], id: 1, b: [7], at: 1 },
  { a: [], id: 2, b: null, at: 2 },
  { a: null, id: 3, b: [8, 9], at: 3 },
])
const base = {
  id: 's',
  label: 'step',
  kind: 'explode',
  fields: schemaOf({ a: 'string?', id: 'int64', b: 'int64?' }),
  column: 'a',
  also: ['b'],
} as const
const pairs = [
  { a: 'x', id: 1, b: 7 },
  { a: 'y', id: 1, b: null },
  { a: null, id: 3, b: 8 },
  { a: null, id: 3, b: 9 },
]

test('several lists of a stream explode side by side, the shorter filled up with NULLs', () => {
  const out = new Collected()
  operatorOf(base).process({ batch: given, born: 0 }, out.emit)
  expect(out.rows).toEqual(pairs)
  expect(out.times).toEqual([1, 1, 3, 3])
})

test('a row of a stream whose lists are empty stays when asked', () => {
  const out = new Collected()
  operatorOf({ ...base, outer: true }).process({ batch: given, born: 0 }, out.emit)
  expect(out.rows).toEqual([...pairs.slice(0, 2), { a: null, id: 2, b: null }, ...pairs.slice(2)])
  expect(out.times).toEqual([1, 1, 2, 3, 3])
})
