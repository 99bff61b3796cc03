import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRecords } from './csv-records.ts'

const fieldsOf = (text: string, delimiter = ',', quote = '"', whole = true): (readonly string[])[] =>
  csvRecords(text, { delimiter, quote }, whole).records.map(record => record.fields)

test('quotes, doubled quotes, line ends in quotes and empty fields are read', () => {
  expect(fieldsOf('a,"b ""c""",\r\n"x\ny",,z\n')).toEqual([
    ['a', 'b "c"', ''],
    ['x\ny', '', 'z'],
  ])
  expect(fieldsOf('a,b')).toEqual([['a', 'b']])
  expect(fieldsOf('a,')).toEqual([['a', '']])
  expect(fieldsOf('a\rb\r')).toEqual([['a'], ['b']])
  expect(fieldsOf('5" pipe,b\n')).toEqual([['5" pipe', 'b']])
  expect(fieldsOf(`'a,b'|c`, '|', `'`)).toEqual([['a,b', 'c']])
  expect(fieldsOf('a^b]c', '^', '')).toEqual([['a', 'b]c']])
})

test('a backslash before a quote keeps the field going, two end it', () => {
  const records = (text: string): unknown => csvRecords(text, { delimiter: ',', quote: '"', escape: '\\' }, true).records.map(r => r.fields)
  expect(records('"a \\"b\\" c",1\n"d\\\\",2\n')).toEqual([
    ['a "b" c', '1'],
    ['d\\\\', '2'],
  ])
})

test('lines that begin with the sign of comments are left out, but counted', () => {
  const { records } = csvRecords('# one, two\na,b\n#"open\n1,"x\n# no comment"\n', { delimiter: ',', quote: '"', comment: '#' }, true)
  expect(records).toEqual([
    { fields: ['a', 'b'], line: 2 },
    { fields: ['1', 'x\n# no comment'], line: 4 },
  ])
})

test('a text that was cut gives its whole records only', () => {
  expect(fieldsOf('a,b\nc,d', ',', '"', false)).toEqual([['a', 'b']])
  expect(csvRecords('a,b\nc,"d\n', { delimiter: ',', quote: '"' }, false)).toEqual({
    records: [{ fields: ['a', 'b'], line: 1 }],
    openQuote: 2,
  })
})

test('what is written with quotes is read again, with the line each record begins in', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', ' ', 'é', '東'), maxLength: 6 })
  const cases = fc.record({
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    end: fc.constantFrom('\n', '\r\n'),
  })
  fc.assert(
    fc.property(cases, ({ rows, delimiter, end }) => {
      const text = rows.map(row => row.map(field => `"${field.replaceAll('"', '""')}"`).join(delimiter)).join(end) + end
      const { records } = csvRecords(text, { delimiter, quote: '"' }, true)
      expect(records.map(record => record.fields)).toEqual(rows)
      let line = 1
      rows.forEach((row, index) => {
        expect(records[index]?.line).toBe(line)
        line += 1 + row.reduce((sum, field) => sum + (field.match(/\r\n|\n/g)?.length ?? 0), 0)
      })
    }),
    { seed: 5, numRuns: 300 },
  )
})
