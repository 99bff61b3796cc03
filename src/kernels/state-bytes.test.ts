import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarDate, decimal, interval, localDateTime, mapOf, timeOfDay, timestampOf } from '../schema/index.ts'
import { StateReader, StateWriter } from './index.ts'

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, NaN, -0, Infinity, 2 ** 31, -(2 ** 31), 0.1, 0n, -1n, 2n ** 200n, -(2n ** 64n)),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom('\ud800', 'é\0', timestampOf(-7n), calendarDate(-5, 1, 31), decimal(-12345n, 3)),
  fc.constantFrom(localDateTime(2026, 3, 8, 2, 30), timeOfDay(10, 30), interval({ months: -1, micros: -1n }), mapOf([['a', 1n]])),
)
const value = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { noNullPrototype: true }),
  ),
})).value

test('plain values come back as they were', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), values => {
      const out = new StateWriter()
      for (const one of values) out.value(one)
      const from = new StateReader(out.finish())
      for (const one of values) expect(from.value()).toStrictEqual(one)
      expect(from.ended).toBe(true)
    }),
    { seed: 20_261_121, numRuns: 500 },
  )
})

test('what is no plain data is refused, naming its place', () => {
  const ring: unknown[] = []
  ring.push(ring)
  for (const [wrong, message] of [
    [{ a: [new Map()] }, 'state that cannot be kept: value.a[0] is an instance of Map'],
    [() => 1, 'value is a function'],
    [Symbol('x'), 'value is a symbol'],
    [ring, 'nested deeper than 100 times'],
  ] as const)
    expect(() => new StateWriter().value(wrong)).toThrow(
      expect.objectContaining({ code: 'stream.state-value', message: expect.stringContaining(message) as string }),
    )
})

test('bytes that end too early, or begin with no known tag, are damage', () => {
  const out = new StateWriter()
  out.value({ a: [1.5, 'text', 7n] })
  const bytes = out.finish()
  for (let end = 0; end < bytes.length; end++)
    expect(() => new StateReader(bytes.slice(0, end)).value()).toThrow(expect.objectContaining({ code: 'stream.state-damaged' }))
  expect(() => new StateReader(Uint8Array.of(99)).value()).toThrow(expect.objectContaining({ code: 'stream.state-damaged' }))
})
