import { expect, test } from 'vitest'
import { batchFromRows } from '../batch/index.ts'
import { calendarDate, decimal, list, type Schema, schemaOf, struct, timestampOf } from '../schema/index.ts'
import { renderTerminal, tableDescription } from './index.ts'

const schema: Schema = [
  ...schemaOf({
    flag: 'boolean?',
    small: 'int32',
    big: 'int64',
    real: 'float64?',
    text: 'string?',
    bytes: 'bytes',
    day: 'date',
    clock: 'datetime',
    instant: 'timestamp?',
    tags: list('string?'),
    place: struct({ x: 'float64', name: 'string?' }),
  }),
  { name: 'money', type: { decimal: [18, 2] }, nullable: false },
]
const row = {
  flag: true,
  small: -5,
  big: 9007199254740993n,
  real: 0.1 + 0.2,
  text: 'a\nb',
  bytes: new Uint8Array([1, 171]),
  day: calendarDate(1969, 12, 31),
  clock: timestampOf(1_000_001n),
  instant: timestampOf(-500_000n),
  tags: ['x', null],
  place: { x: 1.5, name: null },
  money: decimal(1234n, 2),
}
const nulls = { ...row, flag: null, real: Number.NaN, text: null, instant: null, tags: [] }

test('every type is printed from its physical value, NULL stays null', () => {
  const description = tableDescription([batchFromRows(schema, [row, nulls])], schema, { total: 2 })
  expect(description.rows).toEqual([
    [
      'true',
      '-5',
      '9007199254740993',
      '0.30000000000000004',
      'a\nb',
      '0x01ab',
      '1969-12-31',
      '1970-01-01T00:00:01.000001',
      '1969-12-31T23:59:59.5Z',
      '[x, NULL]',
      '{x: 1.5, name: NULL}',
      '12.34',
    ],
    [
      null,
      '-5',
      '9007199254740993',
      'NaN',
      null,
      '0x01ab',
      '1969-12-31',
      '1970-01-01T00:00:01.000001',
      null,
      '[]',
      '{x: 1.5, name: NULL}',
      '12.34',
    ],
  ])
  expect(description.columns.map(column => `${column.name} ${column.type} ${column.align}`).slice(0, 4)).toEqual([
    'flag boolean? left',
    'small int32 right',
    'big int64 right',
    'real float64? right',
  ])
  expect(renderTerminal(description, { width: 300 })).toContain('a\\nb')
})

test('rows are taken from one batch after another up to the limit', () => {
  const one = schemaOf({ x: 'int64' })
  const batches = [batchFromRows(one, [{ x: 1 }, { x: 2 }]), batchFromRows(one, [{ x: 3 }, { x: 4 }])]
  expect(tableDescription(batches, one, { rows: 3 })).toMatchObject({ rows: [['1'], ['2'], ['3']], shown: 3 })
  expect(renderTerminal(tableDescription(batches, one, { rows: 3, total: 4 }))).toMatch(/3 of 4 rows$/)
  expect(renderTerminal(tableDescription(batches, one, { rows: 3 }))).toMatch(/first 3 rows$/)
  expect(renderTerminal(tableDescription([], one, { total: 0 }))).toMatch(/0 rows$/)
})
