import { expect, test } from 'vitest'
import { calendarDate, type DataType, decimal, list, oneOf, schemaOf, struct, timestampOf } from '../schema/index.ts'
import { batchFromRows, batchView, columnFrom, makeBatch, rowsOf, valuesOf } from './index.ts'

test('rows become a batch and rows again', () => {
  const schema = schemaOf({
    n: 'int64',
    s: 'string?',
    at: 'timestamp?',
    tags: list('string').nullable(),
    place: struct({ x: 'int32', y: 'float64?' }).nullable(),
  })
  const rows = [
    { n: 1, s: 'a', at: timestampOf(5n), tags: ['x', null], place: { x: 1, y: 0.5 } },
    { n: 2, s: null, at: null, tags: null, place: { x: 2, y: null } },
  ]
  expect(rowsOf(batchFromRows(schema, rows))).toEqual(rows)
})

test('a property that is absent is NULL, and one that is no column is left out', () => {
  expect(rowsOf(batchFromRows(schemaOf({ a: 'int64?' }), [{}, { a: undefined, b: 1 }]))).toEqual([{ a: null }, { a: null }])
})

test('a value that does not fit is named with its row, its column and a schema to paste', () => {
  const schema = schemaOf({ id: 'int64', price: 'float64' })
  expect(() =>
    batchFromRows(
      schema,
      [
        { id: 1, price: 2 },
        { id: 2, price: 'free' },
      ],
      { firstRow: 11 },
    ),
  ).toThrow(
    expect.objectContaining({
      code: 'schema.misfit',
      message: 'value does not fit: row 12, column price: "free" is no float64',
      hint: "correct the value, or declare the schema: { id: 'int64', price: 'string' }",
      details: expect.objectContaining({ row: 12, column: 'price' }) as object,
    }),
  )
  expect(() => batchFromRows(schema, [{ id: null, price: 2 }])).toThrow(
    expect.objectContaining({
      code: 'schema.not-null',
      message: 'NULL in a column without ?: row 1, column id: int64',
      hint: expect.stringContaining("id: 'int64?'") as string,
    }),
  )
  expect(() => batchFromRows(schema, [{ id: 0.5, price: 2 }], { code: 'workers.misfit' })).toThrow(
    expect.objectContaining({ code: 'workers.misfit' }),
  )
})

test.each<[DataType, unknown, unknown]>([
  ['int64', 5, 5],
  ['int64', 5n, 5],
  ['int64', -0, 0],
  ['bigint', 5, 5n],
  ['int32', 2 ** 31 - 1, 2 ** 31 - 1],
  ['float64', 5n, 5],
  ['date', '2026-01-02', calendarDate(2026, 1, 2)],
  ['date', new Date('2026-01-02T00:00:00Z'), calendarDate(2026, 1, 2)],
  ['date', 0, calendarDate(1970, 1, 1)],
  ['timestamp', new Date(5), timestampOf(5000n)],
  ['timestamp', '1970-01-01T01:00:00+01:00', timestampOf(0n)],
  ['timestamp', 7n, timestampOf(7n)],
  [{ decimal: [10, 2] }, 12.34, decimal(1234n, 2)],
  [{ decimal: [10, 2] }, 5n, decimal(500n, 2)],
  [{ decimal: [10, 2] }, '-0.5', decimal(-50n, 2)],
  [{ decimal: [10, 2] }, decimal(123400n, 4), decimal(1234n, 2)],
  [{ decimal: [38, 9] }, 1e-7, decimal(100n, 9)],
  [{ decimal: [38, 0] }, 1e21, decimal(10n ** 21n, 0)],
  [{ list: 'float64' }, Float64Array.of(1, 2), [1, 2]],
])('a column of %o takes %s', (type, value, read) => {
  expect(valuesOf(columnFrom(type, [value]))).toEqual([read])
})

test.each<[DataType, unknown]>([
  ['int64', 0.5],
  ['int64', 2 ** 53],
  ['int64', '5'],
  ['int64', NaN],
  ['int64', 2n ** 63n],
  ['int32', 2 ** 31],
  ['float64', '5'],
  ['float64', 2n ** 53n + 1n],
  ['string', 5],
  ['boolean', 1],
  ['date', '2026-02-30'],
  ['date', new Date(1)],
  ['date', {}],
  ['timestamp', new Date(NaN)],
  ['timestamp', 5],
  ['timestamp', 'today'],
  [{ decimal: [4, 2] }, 100],
  [{ decimal: [4, 2] }, 0.125],
  [{ decimal: [4, 2] }, NaN],
  [{ decimal: [4, 2] }, decimal(125n, 3)],
  [{ enum: ['a'] }, 'b'],
  ['bytes', [1]],
  [{ list: 'int64' }, 5],
  [{ list: 'int64' }, ['x']],
  [{ struct: [{ name: 'a', type: 'int64', nullable: false }] }, {}],
  [{ struct: [{ name: 'a', type: 'int64', nullable: false }] }, [1]],
  ['null', 5],
])('a column of %o does not take %s', (type, value) => {
  expect(() => columnFrom(type, [value])).toThrow(expect.objectContaining({ code: 'schema.misfit' }))
})

test('a misfit of an enum names the texts it may be', () => {
  expect(() => batchFromRows(schemaOf({ kind: oneOf('a', 'b') }), [{ kind: 'c' }])).toThrow('column kind: "c" is no "a" | "b"')
})

test('a view gives columns by name, as typed arrays where it can', () => {
  const fields = schemaOf({ x: 'float64', n: 'int64?' })
  const batch = makeBatch(fields, [columnFrom('float64', [1, 2]), columnFrom('int64', [1, null])])
  const view = batchView<{ x: number; n: number | null }>(batch)
  expect(view.rows).toBe(2)
  expect(view.column('x')).toEqual(Float64Array.of(1, 2))
  expect(view.column('n')).toEqual([1, null])
  ;(view.column('x') as Float64Array)[0] = 9
  expect(rowsOf(batch)).toEqual([
    { x: 1, n: 1 },
    { x: 2, n: null },
  ])
  expect(() => view.column('y' as 'x')).toThrow('unknown column: y (have x, n)')
})
