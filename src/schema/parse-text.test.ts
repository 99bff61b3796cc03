import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DataType, dateOfDays, parseText, textForms, timestampOf } from './index.ts'

const runs = { seed: 42, numRuns: 300 }

test.each<[DataType, string, unknown]>([
  ['int64', '42', 42n],
  ['int64', ' -7 ', -7n],
  ['int64', '+7', 7n],
  ['int64', '007', 7n],
  ['int64', '9223372036854775807', 9223372036854775807n],
  ['int64', '9223372036854775808', undefined],
  ['int64', '1_000', undefined],
  ['int64', '0x10', undefined],
  ['int64', '1.0', undefined],
  ['int64', '8.7', undefined],
  ['int64', '1e3', undefined],
  ['int64', '', undefined],
  ['int64', ' ', undefined],
  ['int64', '- 7', undefined],
  ['int64', '٣', undefined],
  ['bigint', '-9223372036854775808', -9223372036854775808n],
  ['int32', '2147483647', 2147483647],
  ['int32', '2147483648', undefined],
  ['int32', '-0', 0],
  ['float64', '1.5', 1.5],
  ['float64', '.5', 0.5],
  ['float64', '5.', 5],
  ['float64', ' 1e3 ', 1000],
  ['float64', '1e999', Infinity],
  ['float64', 'NaN', NaN],
  ['float64', '-inf', -Infinity],
  ['float64', 'Infinity', Infinity],
  ['float64', '1_000.5', undefined],
  ['float64', '0x1p3', undefined],
  ['float64', '1,5', undefined],
  ['float64', 'e5', undefined],
  ['float64', '', undefined],
  ['boolean', 'true', true],
  ['boolean', 'FALSE', false],
  ['boolean', 'yes', undefined],
  ['boolean', '1', undefined],
  ['boolean', 't', undefined],
  ['boolean', ' true', undefined],
  ['date', '2026-11-21', 20778],
  ['date', '1969-12-31', -1],
  ['date', '2024-02-29', 19782],
  ['date', '2026-02-29', undefined],
  ['date', '20261121', undefined],
  ['date', '2026-1-2', undefined],
  ['date', '21.11.2026', undefined],
  ['timestamp', '1970-01-01 00:00:01', 1_000_000n],
  ['timestamp', '1970-01-01T02:00:00+02:00', 0n],
  ['timestamp', '1970-01-01T00:00:00-0130', 5_400_000_000n],
  ['timestamp', '1970-01-01 00:00:00.000001Z', 1n],
  ['timestamp', '1969-12-31 23:59:59.999999', -1n],
  ['timestamp', '1970-01-01 00:00:00.1234567', 123_456n],
  ['timestamp', '1970-01-02', 86_400_000_000n],
  ['timestamp', '1970-01-01 24:00:00', undefined],
  ['timestamp', '1970-01-01 00:00:60', undefined],
  ['timestamp', '1970-01-01 01:00', 3_600_000_000n],
  ['timestamp', '1970-01-01 01:00Z', undefined],
  ['timestamp', '1970-02-30 00:00:00', undefined],
  ['timestamp', 'infinity', undefined],
  ['timestamp', 'epoch', undefined],
  ['timestamp', '1970-01-01 00:00:00 Europe/Berlin', undefined],
  ['datetime', '1970-01-01 00:00:01', 1_000_000n],
  ['datetime', '1970-01-01 00:00:01Z', undefined],
  ['datetime', '1970-01-01 00:00:01+02', undefined],
  [{ decimal: [5, 2] }, '12.34', 1234n],
  [{ decimal: [5, 2] }, ' -.5 ', -50n],
  [{ decimal: [5, 2] }, '12.3400', 1234n],
  [{ decimal: [5, 2] }, '12.345', undefined],
  [{ decimal: [5, 2] }, '1000', undefined],
  [{ decimal: [5, 2] }, '.', undefined],
  [{ decimal: [5, 0] }, '12345', 12345n],
  [{ enum: ['a', 'b'] }, 'a', 'a'],
  [{ enum: ['a', 'b'] }, 'c', undefined],
  ['string', ' as it is ', ' as it is '],
  ['bytes', 'AA==', undefined],
  [{ list: 'int64' }, '[1]', undefined],
])('as %o, %j is read as %s', (type, text, value) => {
  expect(parseText(text, type)).toEqual(value)
})

test('every value is read back from its own text', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  fc.assert(
    fc.property(
      int64,
      fc.double(),
      fc.integer({ min: -719_162, max: 2_932_896 }),
      fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
      (n, x, days, seconds) => {
        expect(parseText(String(n), 'bigint')).toBe(n)
        expect(parseText(String(x), 'float64')).toBe(Object.is(x, -0) ? 0 : x)
        expect(parseText(dateOfDays(days).toString(), 'date')).toBe(days)
        const micros = BigInt(seconds) * 1_000_000n
        expect(parseText(timestampOf(micros).toISOString(), 'timestamp')).toBe(micros)
      },
    ),
    runs,
  )
})

test('DuckDB reads a text of the right form as we do, and nothing of another form is read', async () => {
  const casts: readonly [DataType, string, string][] = [
    ['int32', textForms.integer, `TRY_CAST(t AS INTEGER)::VARCHAR`],
    ['int64', textForms.integer, `TRY_CAST(t AS BIGINT)::VARCHAR`],
    ['float64', textForms.number, `TRY_CAST(t AS DOUBLE)::VARCHAR`],
    ['boolean', textForms.boolean, `TRY_CAST(t AS BOOLEAN)::VARCHAR`],
    ['date', textForms.date, `epoch_us(TRY_CAST(t AS DATE))::VARCHAR`],
    ['datetime', textForms.datetime, `epoch_us(TRY_CAST(upper(t) AS TIMESTAMP))::VARCHAR`],
    ['timestamp', textForms.timestamp, `epoch_us(TRY_CAST(upper(t) AS TIMESTAMPTZ))::VARCHAR`],
    [
      { decimal: [5, 2] },
      textForms.decimal,
      `(TRY_CAST(CASE WHEN regexp_full_match(t, '[^.]*(\\.[0-9]{0,2}0*\\s*)?') THEN t END AS DECIMAL(5,2)) * 100)::BIGINT::VARCHAR`,
    ],
  ]
  const texts = new Set<string>()
  const piece = fc.constantFrom(
    '1',
    '0',
    '9',
    '-',
    '+',
    '.',
    'e',
    ' ',
    '_',
    'x',
    '12',
    '99',
    '2147483648',
    'nan',
    'inf',
    'true',
    'False',
    'yes',
    '\t',
    '9223372036854775808',
  )
  const two = fc.integer({ min: 0, max: 62 }).map(n => String(n).padStart(2, '0'))
  const moment = fc
    .tuple(
      fc.constantFrom('2026', '0001', '9999', '1969', '26'),
      two,
      two,
      fc.constantFrom('T', ' ', 't', ''),
      two,
      two,
      fc.option(two),
      fc.constantFrom('', '.1', '.123456', '.9999999'),
      fc.constantFrom('', 'Z', '+02', '-02:30', '+0530', ' +02:00', 'z'),
    )
    .map(([y, m, d, t, h, min, s, f, o]) =>
      t === '' ? `${y}-${m}-${d}` : `${y}-${m}-${d}${t}${h}:${min}${s === null ? '' : `:${s}${f}`}${o}`,
    )
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), moment, (parts, at) => {
      texts.add(parts.join('')).add(at)
    }),
    { ...runs, numRuns: 4000 },
  )
  await using own = await instance()
  const { connection } = own
  await connection.run(`SET TimeZone = 'UTC'; CREATE TABLE texts (t VARCHAR)`)
  const appender = await connection.createAppender('texts')
  for (const text of texts) {
    appender.appendVarchar(text)
    appender.endRow()
  }
  appender.closeSync()
  let read = 0
  for (const [type, form, cast] of casts) {
    const rows = (await (
      await connection.run(`SELECT t, CASE WHEN regexp_full_match(t, '${form}') THEN ${cast} END FROM texts`)
    ).getRows()) as [string, string | null][]
    for (const [text, theirs] of rows) {
      const ours = parseText(text, type)
      if (ours !== undefined) read++
      expect([text, type, printed(ours, type)]).toEqual([
        text,
        type,
        theirs === null ? null : printed(type === 'float64' ? Number(theirs.replace('inf', 'Infinity')) : theirs, type),
      ])
    }
  }
  expect(read).toBeGreaterThan(1000)
})

function printed(value: string | number | bigint | boolean | undefined, type: DataType): string | null {
  if (value === undefined) return null
  if (type === 'date' && typeof value === 'number') return String(value * 86_400_000_000)
  return String(value)
}

async function instance() {
  const made = await DuckDBInstance.create()
  const connection = await made.connect()
  return { connection, [Symbol.asyncDispose]: async () => (connection.closeSync(), made.closeSync()) }
}
