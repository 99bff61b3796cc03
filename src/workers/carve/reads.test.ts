import { expect, test } from 'vitest'
import { readOwnText } from './find-function.ts'
import { type Given, readsOf } from './reads.ts'

function reads(text: string, given: Given = 'row'): readonly string[] | undefined {
  const own = readOwnText(text)
  if (own === undefined) throw new Error(`no function: ${text}`)
  return readsOf(own.node, own.analysis, given)
}

test.each([
  ['row => row.a + row.b * row.a', ['a', 'b']],
  ["row => row['first name'].length", ['first name']],
  ['({ a, b: other = 2, "c d": third }) => a + other + third', ['a', 'b', 'c d']],
  ['({ a } = {}) => a', ['a']],
  ['row => { const { a, b: [first] } = row; return { a, first } }', ['a', 'b']],
  ['row => row?.a?.b.c()', ['a']],
  ['row => [1, 2].map(k => k * row.a)', ['a']],
  ['function* (row) { for (const one of row.tags) yield { one, id: row.id } }', ['tags', 'id']],
  ['async (row, { rate }) => ({ y: (await f(row.a)) * rate })', ['a']],
  ['row => { const other = row => row.hidden; return other({ hidden: row.a }) }', ['a']],
  ['row => { if (!row) return 1; return typeof row }', []],
  ['() => ({ one: 1 })', []],
  ['(row, index = row.a) => index', ['a']],
])('the columns that %s reads are known', (text, wanted) => {
  expect(reads(text)).toEqual(wanted)
})

test.each([
  'row => ({ ...row, x: 1 })',
  'row => row',
  'row => f(row)',
  'row => row[name]',
  'row => row[`a`]',
  'row => { row.a = 1; return { a: row.b } }',
  'row => { row = g(row.a); return row.b }',
  'row => { delete row.a; return { a: row.b } }',
  'row => ({ b: row.b++ })',
  'row => row.a()',
  'row => (row?.a)()',
  'row => row.a`text`',
  'row => row.__proto__.x',
  'row => { const { a, ...rest } = row; return rest }',
  'row => { const { [key]: a } = row; return a }',
  'row => { let a; ({ a } = row); return a }',
  'row => { for (const name in row) f(name) }',
  'row => ({ row })',
  '({ a, ...rest }) => rest',
  '({ [key]: a }) => a',
  '([a]) => a',
  '(...rows) => rows[0].a',
  'function (row) { return arguments[0].b + row.a }',
  "row => eval('row.b') + row.a",
  'row => () => [row.a, row]',
  'row => "a" in row',
])('of %s any column may be read', text => {
  expect(reads(text)).toBeUndefined()
})

test('of a batch the columns that are asked for by name are known', () => {
  expect(reads("batch => [{ n: batch.rows, x: batch.column('a')[0] + batch.column('b c')[0] }]", 'batch')).toEqual(['a', 'b c'])
  expect(reads('batch => [{ n: batch.rows }]', 'batch')).toEqual([])
  for (const text of [
    'batch => batch.column(name)',
    'batch => f(batch)',
    '({ column }) => column("a")',
    'batch => { const { column } = batch; return column("a") }',
    'batch => { const take = batch.column; return take("a") }',
    'batch => batch.fields',
  ])
    expect(reads(text, 'batch'), text).toBeUndefined()
})
