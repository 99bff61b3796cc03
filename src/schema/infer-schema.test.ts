import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inferSchema, parseText, printSchemaSpec } from './index.ts'

function typeOf(...texts: (string | null)[]): string {
  return printSchemaSpec(inferSchema(['c'], [texts])).slice("{ c: '".length, -"' }".length)
}

test.each<[string, (string | null)[]]>([
  ['int64', ['1', '-2', ' 3 ']],
  ['bigint', ['1', '9007199254740993']],
  ['bigint', ['-9007199254740992']],
  ['int64', ['9007199254740991']],
  ['string', ['12345678901234567890']],
  ['string', ['007', '1']],
  ['string', ['007.5', '1']],
  ['string', ['+4912345']],
  ['float64', ['0.5', '-0.5', '1', '0']],
  ['float64', ['1', 'NaN', '-inf']],
  ['float64', ['1e-5']],
  ['string', ['NaN', 'inf']],
  ['string', ['1_000']],
  ['string', ['0x10']],
  ['boolean', ['true', 'FALSE']],
  ['string', ['true', '1']],
  ['string', ['yes', 'no']],
  ['date', ['2026-11-21']],
  ['timestamp', ['2026-11-21', '2026-11-21 10:00:00']],
  ['timestamp', ['2026-11-21T10:00:00+02:00']],
  ['string', ['2026-02-30']],
  ['string', ['2026-11-21', '5']],
  ['string', ['infinity', '2026-11-21']],
  ['int64?', ['1', null]],
  ['int64?', ['1', '']],
  ['string?', [null, '']],
  ['string', []],
])('a column is %s for the texts %j', (type, texts) => {
  expect(typeOf(...texts)).toBe(type)
})

test('every text of the sample can be read as the type that was inferred from it', () => {
  const piece = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc.string(),
    fc.constantFrom('', '2026-01-01', '2026-01-01 10:00', 'true', '9007199254740993', '007'),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.array(piece), texts => {
      const [field] = inferSchema(['c'], [texts])
      for (const text of texts) {
        const fits = text === null || text === '' ? field?.nullable : parseText(text, field?.type ?? 'null') !== undefined
        expect([text, field?.type, fits]).toEqual([text, field?.type, true])
      }
    }),
    { seed: 1, numRuns: 1000 },
  )
})
