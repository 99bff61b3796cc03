import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import { calendarDate, decimal, timestampOf } from '../schema/index.ts'
import { type Description, describe, describeValue, renderTerminal, show } from './index.ts'

test('rows become a table over the columns of all rows', () => {
  expect(
    describeValue([
      { a: 1, b: 'x' },
      { a: 2.5, c: true },
    ]),
  ).toEqual({
    kind: 'table',
    columns: [
      { name: 'a', type: '', align: 'right' },
      { name: 'b', type: '', align: 'left' },
      { name: 'c', type: '', align: 'left' },
    ],
    rows: [
      ['1', 'x', null],
      ['2.5', null, 'true'],
    ],
    total: 2,
    shown: 2,
  })
})

test('a column called like a method of objects is read from the row alone', () => {
  expect(describeValue([{ toString: 'mine' }, { constructor: 'yours' }])).toMatchObject({
    rows: [
      ['mine', null],
      [null, 'yours'],
    ],
  })
})

test('values print with shortest digits and without a locale', () => {
  const row = {
    float: 0.1 + 0.2,
    big: 2n ** 63n - 1n,
    instant: timestampOf(1_500_000n),
    before: timestampOf(-1n),
    date: new Date(0),
    day: calendarDate(2026, 11, 21),
    money: decimal(-1234n, 2),
    list: [1, null, 'a'],
    struct: { a: 1, b: { c: undefined } },
    bytes: new Uint8Array([0, 255]),
    nan: Number.NaN,
    none: undefined,
  }
  expect(describeValue(row)).toEqual({
    kind: 'keyValues',
    pairs: [
      ['float', '0.30000000000000004'],
      ['big', '9223372036854775807'],
      ['instant', '1970-01-01T00:00:01.5Z'],
      ['before', '1969-12-31T23:59:59.999999Z'],
      ['date', '1970-01-01T00:00:00Z'],
      ['day', '2026-11-21'],
      ['money', '-12.34'],
      ['list', '[1, NULL, a]'],
      ['struct', '{a: 1, b: {c: NULL}}'],
      ['bytes', '0x00ff'],
      ['nan', 'NaN'],
      ['none', null],
    ],
  })
})

test('a value that describes itself is asked', () => {
  class Model {
    [describe](): Description {
      return { kind: 'text', text: 'a model' }
    }
  }
  expect(describeValue(new Model())).toEqual({ kind: 'text', text: 'a model' })
  expect(describeValue([new Model(), new Model()])).toEqual({
    kind: 'group',
    items: [describeValue(new Model()), describeValue(new Model())],
  })
  expect(describe).toBe(Symbol.for('tidemill.describe'))
})

test('an error shows its message, hint and code', () => {
  const error = new TidemillError('connectors.not-found', 'no such file: a.csv', { hint: 'check the spelling' })
  expect(renderTerminal(describeValue(error))).toBe('error  no such file: a.csv\nhint   check the spelling\ncode   connectors.not-found')
})

test('maps, arrays of values, numbers and nothing have a form too', () => {
  expect(describeValue(new Map([['a', { n: 1 }]]))).toMatchObject({ kind: 'table', columns: [{ name: 'key' }, { name: 'n' }] })
  expect(describeValue(new Map([['a', 1]]))).toEqual({ kind: 'keyValues', pairs: [['a', '1']] })
  expect(describeValue(new Float64Array([1, 2]))).toMatchObject({
    kind: 'table',
    columns: [{ name: 'value', align: 'right' }],
    rows: [['1'], ['2']],
  })
  expect(describeValue([])).toEqual({ kind: 'text', text: '(no rows)' })
  expect(describeValue(0.5)).toEqual({ kind: 'text', text: '0.5' })
  expect(describeValue(null)).toEqual({ kind: 'text', text: 'NULL' })
  expect(describeValue(Promise.resolve(1))).toEqual({ kind: 'text', text: 'a promise: await it first' })
})

test('long arrays keep their first thousand rows and their count', () => {
  expect(describeValue(Array.from({ length: 5000 }, (_, x) => ({ x })))).toMatchObject({ shown: 1000, total: 5000 })
})

test('a ring of objects ends', () => {
  const ring: Record<string, unknown> = {}
  ring['self'] = ring
  expect(renderTerminal(describeValue(ring))).toContain('…')
})

test('show prints to the stream it is given, in colour on a terminal only', () => {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text), columns: 40 }
  show([{ a: null }], { stream })
  show([{ a: null }], { stream, color: true })
  expect(written[0]).toBe('┌──────┐\n│ a    │\n├──────┤\n│ NULL │\n└──────┘\n1 row\n')
  expect(written[1]).toContain('\u001b[2mNULL')
})
