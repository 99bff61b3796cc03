import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarDate, type DataType, decimal } from '../schema/index.ts'
import { literalNode, literalValue, printExpr } from './index.ts'

const physical: readonly (readonly [DataType, fc.Arbitrary<unknown>])[] = [
  ['boolean', fc.boolean()],
  ['int32', fc.integer()],
  ['int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float64', fc.double()],
  ['string', fc.string({ unit: 'grapheme' })],
  ['date', fc.integer({ min: -100_000_000, max: 100_000_000 })],
  ['timestamp', fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })],
  ['datetime', fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })],
]
test.for(physical)('a constant of %s survives JSON bit by bit', ([type, values]) => {
  fc.assert(
    fc.property(values, value => {
      const node = literalNode(value, type)
      expect(node.type).toBe(type)
      const back = literalValue(JSON.parse(JSON.stringify(node)) as typeof node)
      // JSON has no -0; -0 and 0 are one value.
      expect(back === 0 ? 0 : back).toEqual(value === 0 ? 0 : value)
    }),
    { seed: 20261121 },
  )
})

test('decimals keep every digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }), (unscaled, scale) => {
      expect(literalValue(literalNode(decimal(unscaled, scale)))).toBe(unscaled)
    }),
    { seed: 20261121 },
  )
})

test('types of plain values', () => {
  const type = (value: unknown) => literalNode(value).type
  expect([type(1), type(1.5), type(2 ** 60), type(-0), type(1n), type('a'), type(true), type(null)]).toEqual([
    'int64',
    'float64',
    'float64',
    'float64',
    'bigint',
    'string',
    'boolean',
    'null',
  ])
  expect(type(new Date(0))).toBe('timestamp')
  expect(type(calendarDate(2026, 11, 21))).toBe('date')
  expect(type(decimal(105n, 2))).toEqual({ decimal: [3, 2] })
  expect(literalNode(Number.NaN)).toEqual({ op: 'literal', value: 'NaN', type: 'float64', nullable: false })
  expect(literalValue(literalNode(-Infinity))).toBe(-Infinity)
})

test('what is no constant, or does not fit, is an error', () => {
  for (const value of [undefined, Symbol('x'), () => 1, {}, [1], new Date('no'), 2n ** 64n])
    expect(() => literalNode(value)).toThrow(expect.objectContaining({ code: 'expr.literal' }))
  for (const [value, type] of [
    [1.5, 'int64'],
    [2 ** 31, 'int32'],
    ['2026-02-30', 'date'],
    ['yes', 'boolean'],
    [1.005, { decimal: [5, 2] }],
    ['c', { enum: ['a'] }],
  ] as const)
    expect(() => literalNode(value, type)).toThrow(expect.objectContaining({ code: 'expr.literal' }))
})

test('constants print as they were written', () => {
  expect([1, 1.5, 'a"b', true, null, 5n, Number.NaN].map(value => printExpr(literalNode(value)))).toEqual([
    '1',
    '1.5',
    '"a\\"b"',
    'true',
    'null',
    '5n',
    'NaN',
  ])
  expect(printExpr(literalNode(new Date(0)))).toBe('"1970-01-01T00:00:00Z"')
  expect(printExpr(literalNode('2026-11-21', 'date'))).toBe('"2026-11-21"')
})
