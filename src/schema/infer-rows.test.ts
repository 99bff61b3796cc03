import { expect, test } from 'vitest'
import { calendarDate, decimal, inferRows, printSchemaSpec, timestampOf, typeOfValue } from './index.ts'

test('plain objects teach the columns, always nullable', () => {
  const rows = [
    {
      n: 1,
      big: 5n,
      s: 'x',
      b: true,
      at: new Date(0),
      day: calendarDate(2026, 1, 2),
      d: decimal(5n, 1),
      list: [null, 'a'],
      inner: { x: 1 },
      raw: new Uint8Array(1),
      none: null,
    },
    { d: decimal(1n, 3), inner: { y: 'z' }, list: [], later: timestampOf(0n) },
  ]
  expect(printSchemaSpec(inferRows(rows))).toBe(
    "{ n: 'float64?', big: 'bigint?', s: 'string?', b: 'boolean?', at: 'timestamp?', day: 'date?', d: 'decimal(38,3)?', list: list('string').nullable(), " +
      "inner: struct({ x: 'float64?', y: 'string?' }).nullable(), raw: 'bytes?', none: 'string?', later: 'timestamp?' }",
  )
  expect(inferRows(rows).find(field => field.name === 'none')?.type).toBe('null')
})

test('two types in one column are refused with the row', () => {
  expect(() => inferRows([{ a: 1 }, { a: null }, { a: 'x' }])).toThrow('values of two types: column a is float64 and from row 3 on string')
  expect(() => inferRows([{ a: 1 }, { a: 1n }])).toThrow(expect.objectContaining({ code: 'schema.misfit' }))
  expect(() => inferRows([{ a: { b: [1, 'x'] } }])).toThrow('column a.b')
})

test('values that no type holds are refused by what they are', () => {
  expect(() => inferRows([{ f: function score() {} }])).toThrow('value of no type: column f, row 1: a function (score)')
  expect(() => inferRows([{ f: Symbol('s') }])).toThrow('a symbol')
  expect(() => inferRows([{ f: new Set() }])).toThrow('an instance of Set')
  expect(typeOfValue(new Set())).toBeUndefined()
})
