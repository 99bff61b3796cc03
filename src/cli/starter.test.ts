import { expect, test } from 'vitest'
import { type Schema, schemaOf } from '../schema/index.ts'
import { starter } from './starter.ts'
import { widen } from './widen.ts'
import { TidemillError } from '../errors/index.ts'

const schema: Schema = schemaOf({ id: 'int64', note: 'string', city: 'string', "it's": 'int64?', __proto__x: 'date', price: 'float64' })

test('a program declares one column a line and groups by the text with the fewest values', () => {
  const distinct: Readonly<Record<string, number>> = { id: 9, note: 9, city: 3 }
  const program = starter('it\'s "data".csv', { kind: 'csv', options: {} }, schema, name => distinct[name] ?? 9)
  expect(program).toContain(`csv('it\\'s "data".csv', {
  schema: {
    id: 'int64',
    note: 'string',
    city: 'string',
    'it\\'s': 'int64?',
    __proto__x: 'date',
    price: 'float64',
  },
}))`)
  expect(program).toContain(`.groupBy('city')`)
  expect(program).toContain('r.price.mean()')
})

test('a table where each row would be a group of its own is not grouped', () => {
  expect(starter('a.parquet', { kind: 'parquet', options: {} }, schema, () => 1_000_000)).not.toContain('groupBy')
  expect(starter('a.parquet', { kind: 'parquet', options: {} }, schema, () => 1)).not.toContain('groupBy')
})

test('a column is widened by the value that did not fit, and by nothing else', () => {
  const misfit = (column: string, value: string): unknown =>
    new TidemillError('schema.misfit', 'value does not fit', { details: { column, value, row: 7 } })
  const typeAfter = (error: unknown, name: string): unknown => widen(schema, error)?.schema.find(field => field.name === name)
  expect(typeAfter(misfit('id', '9007199254740993000'), 'id')).toMatchObject({ type: 'bigint' })
  expect(typeAfter(misfit('id', '1.5'), 'id')).toMatchObject({ type: 'float64' })
  expect(typeAfter(misfit('id', 'x'), 'id')).toMatchObject({ type: 'string' })
  expect(typeAfter(misfit('price', '1,5'), 'price')).toMatchObject({ type: 'string' })
  expect(widen(schema, misfit('note', 'x'))).toBeUndefined()
  expect(widen(schema, misfit('gone', 'x'))).toBeUndefined()
  expect(widen(schema, new TidemillError('connectors.ragged', 'row'))).toBeUndefined()
  const none = new TidemillError('schema.not-null', 'NULL', { details: { column: 'city', row: 7, value: null } })
  expect(typeAfter(none, 'city')).toMatchObject({ nullable: true })
})
