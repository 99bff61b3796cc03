import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  interval,
  intervalLength,
  localDateTime,
  localOfMicros,
  map,
  mapOf,
  microsOfLocal,
  oneOf,
  packInterval,
  parseText,
  printRowType,
  printSchemaSpec,
  schemaHash,
  schemaOf,
  timeOfDay,
  timeOfMicros,
  timestampOf,
  unpackInterval,
} from './index.ts'

const seed = { seed: 20_261_121, numRuns: 300 }
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

test('an interval is the same behind its number and behind its text', () => {
  fc.assert(
    fc.property(int32, int32, int64, (months, days, micros) => {
      const packed = packInterval({ months, days, micros })
      expect(unpackInterval(packed)).toEqual({ months, days, micros })
      expect(parseText(interval({ months, days, micros }).toString(), 'interval')).toBe(packed)
    }),
    seed,
  )
})

test('an interval is written in parts, each with its sign', () => {
  const texts = [
    interval({ months: 14, days: 3, micros: 14_706_500_000n }),
    interval({ months: -1, micros: -1n }),
    interval({}),
    interval({ months: 24 }),
  ]
  expect(texts.map(String)).toEqual(['P1Y2M3DT4H5M6.5S', 'P-1MT-0.000001S', 'PT0S', 'P2Y'])
  for (const wrong of ['', 'P', 'PT', '1D', 'P1DT', 'P1.5D', 'P1S', 'P9999999999M']) expect(parseText(wrong, 'interval')).toBeUndefined()
  expect(intervalLength(packInterval({ months: 1, days: 0, micros: 0n }))).toBe(
    intervalLength(packInterval({ months: 0, days: 30, micros: 0n })),
  )
})

test('a time of day and a wall clock are the same behind their microseconds and their text', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 86_399_999_999n }), fc.bigInt({ min: -(2n ** 55n), max: 2n ** 55n }), (clock, wall) => {
      expect(parseText(timeOfMicros(clock).toString(), 'time')).toBe(clock)
      expect(microsOfLocal(localOfMicros(wall))).toBe(wall)
    }),
    seed,
  )
  expect(String(localDateTime(2026, 3, 8, 2, 30))).toBe('2026-03-08T02:30:00')
  expect(JSON.stringify({ t: timeOfDay(10, 30, 0, 250_000) })).toBe('{"t":"10:30:00.25"}')
})

test('the JSON of an instant keeps its microseconds', () => {
  expect(JSON.stringify(timestampOf(-1n))).toBe('"1969-12-31T23:59:59.999999Z"')
  expect(JSON.stringify(timestampOf(1_700_000_000_000_000n))).toBe('"2023-11-14T22:13:20Z"')
})

test('the JSON of a map is an object where its keys are texts, else pairs; it knows bigints', () => {
  expect(JSON.stringify(mapOf([['a', 1n]]))).toBe('{"a":"1"}')
  expect(JSON.stringify(mapOf([[1, timeOfDay(1, 2)]]))).toBe('[{"key":1,"value":"01:02:00"}]')
})

test('every type name can be declared, printed as a schema to paste and as a row type', () => {
  const schema = schemaOf({
    a: 'int8',
    b: 'uint64?',
    c: 'float32',
    d: 'time',
    e: 'interval',
    f: 'json',
    g: 'uuid',
    m: map('string', oneOf('x', 'y')),
    w: 'datetime',
  })
  const paste =
    "{ a: 'int8', b: 'uint64?', c: 'float32', d: 'time', e: 'interval', f: 'json', g: 'uuid', m: map('string', oneOf('x', 'y')), w: 'datetime' }"
  expect(printSchemaSpec(schema)).toBe(paste)
  expect(printRowType(schema)).toBe(
    "{ a: number; b: bigint | null; c: number; d: TimeOfDay; e: Interval; f: string; g: string; m: Map<string, 'x' | 'y' | null>; w: LocalDateTime }",
  )
  const hashes = [schemaOf({ m: map('string', 'int8') }), schemaOf({ m: map('string', 'int16') }), schemaOf({ m: 'string' })].map(
    schemaHash,
  )
  expect(new Set(hashes).size).toBe(3)
})

test('narrow numbers are read within their range', () => {
  expect(['-129', '-128', '127', '128'].map(text => parseText(text, 'int8'))).toEqual([undefined, -128, 127, undefined])
  expect(['-1', '0', '18446744073709551615', '18446744073709551616', '1.0'].map(text => parseText(text, 'uint64'))).toEqual([
    undefined,
    0n,
    2n ** 64n - 1n,
    undefined,
    undefined,
  ])
  expect(['0.1', '1e39', 'Infinity'].map(text => parseText(text, 'float32'))).toEqual([Math.fround(0.1), undefined, Infinity])
  expect([parseText('F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'uuid'), parseText('f81d4fae', 'uuid'), parseText('[1', 'json')]).toEqual([
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    undefined,
    undefined,
  ])
})
