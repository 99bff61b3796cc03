import { expect, expectTypeOf, test } from 'vitest'
import type { Sink, Source } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { csv, lines, ndjson, parquet, rows } from './index.ts'

declare module './files.ts' {
  interface Files {
    'test-only.csv': { total_rooms: number; city: string | null }
  }
}

test('a description is plain data with what was given', () => {
  expect(structuredClone(csv('a.csv', { schema: { price: 'float64', city: 'string?' }, delimiter: ';' }))).toEqual({
    kind: 'csv',
    options: {
      path: 'a.csv',
      delimiter: ';',
      schema: [
        { name: 'price', type: 'float64', nullable: false },
        { name: 'city', type: 'string', nullable: true },
      ],
    },
  })
  expect(parquet('out/', { partitionBy: ['coast'], mode: 'replace' }).options).toEqual({
    path: 'out/',
    partitionBy: ['coast'],
    mode: 'replace',
  })
  expect(structuredClone(ndjson('a.ndjson').options)).toEqual({ path: 'a.ndjson' })
})

test('options of the wrong form are refused at once', () => {
  expect(() => csv('')).toThrow('csv wants a path, not an empty text')
  expect(() => csv('a.csv', { delimiter: '||' })).toThrow('delimiter must be one character')
  expect(() => csv('a.csv', { columns: ['a'] })).toThrow('columns name the columns of a file without a header')
  expect(() => rows({ x: 1 } as never)).toThrow('rows must be an array of objects, not {"x":1}')
})

test.each([
  [() => csv('a.csv', null as never), 'options of csv must be an object, not null (have delimiter, '],
  [() => csv('a.csv', { delimeter: ';' } as never), 'unknown option: delimeter of csv (have delimiter, '],
  [() => csv('a.csv', { names: 'snake' } as never), `names must be 'camelCase', not "snake"`],
  [() => csv('a.csv', { nulls: 'NA' } as never), 'nulls must be an array of texts, not "NA"'],
  [() => csv('a.csv', { header: 'no' } as never), 'header must be true or false, not "no"'],
  [() => csv('a.csv', { header: false, columns: 'a' as never }), 'columns must be an array of names, not "a"'],
  [() => csv('a.csv', { schema: 'x' } as never), `schema must be columns and types, such as { price: 'float64' }, not "x"`],
  [() => csv('a.csv', { mode: 'merge' } as never), `mode must be 'fail', 'replace', 'append' or 'replacePartitions', not "merge"`],
  [() => ndjson('a.ndjson', { delimiter: ';' } as never), 'unknown option: delimiter of ndjson (have names, '],
  [() => parquet('out', { partitionBy: 'coast' } as never), 'partitionBy must be an array of column names, not "coast"'],
  [() => rows([1, 2] as never), 'rows must be objects: row 1 is 1'],
  [() => rows([{ x: 1 }, null] as never), 'rows must be objects: row 2 is null'],
  [() => rows([[1, 2]]), 'rows must be objects: row 1 is [1,2]'],
  [() => rows(new Set() as never), 'rows must be an array of objects, not {}'],
  [() => rows([]), 'rows have no columns: the array is empty'],
])('what only the compiler would refuse is refused with what may be given: %s', (make, message) => {
  expect(make).toThrow(message)
})

test('an option that was misspelt is guessed, and one that is undefined counts as left out', () => {
  expect(() => csv('a.csv', { delimeter: ';' } as never)).toThrow(expect.objectContaining({ hint: 'did you mean delimiter?' }))
  expect(csv('a.csv', { delimiter: undefined } as never).options).toEqual({ path: 'a.csv' })
  expect(rows([], { schema: { x: 'int64' } }).options).toMatchObject({ rows: [] })
})

test('drivers are named by a module that exists', () => {
  expect(rows([{ x: 1 }]).code).toEqual({ url: new URL('./rows-driver.ts', import.meta.url).href, export: 'driver', hash: '' })
  expect(lines('a.txt').code?.url).toBe(new URL('./lines-driver.ts', import.meta.url).href)
})

type RowOfSource<S> = S extends Source<infer R> ? R : never

test('the row type comes from the schema, else from the path, else it is open', () => {
  const declared = csv('x.csv', { schema: { price: 'float64', city: 'string?' } })
  expectTypeOf<RowOfSource<typeof declared>>().toEqualTypeOf<{ price: number; city: string | null }>()
  const known = csv('test-only.csv')
  expectTypeOf<RowOfSource<typeof known>>().toEqualTypeOf<{ total_rooms: number; city: string | null }>()
  const camel = csv('test-only.csv', { names: 'camelCase' })
  expectTypeOf<RowOfSource<typeof camel>>().toEqualTypeOf<{ totalRooms: number; city: string | null }>()
  const open = csv('other.csv')
  expectTypeOf<RowOfSource<typeof open>>().toEqualTypeOf<OpenRow>()
  const dynamic = csv('x.csv' as string)
  expectTypeOf<RowOfSource<typeof dynamic>>().toEqualTypeOf<OpenRow>()
  const memory = rows([{ x: 1, y: 'a' as string | undefined }])
  expectTypeOf<RowOfSource<typeof memory>>().toEqualTypeOf<{ x: number; y: string | null }>()
  const text = lines('a.txt')
  expectTypeOf<RowOfSource<typeof text>>().toEqualTypeOf<{ line: string }>()
  expect(text.kind).toBe('lines')
})

test('a partitioned sink wants the columns it is partitioned by', () => {
  const sink = parquet('out/', { partitionBy: ['coast'] })
  const write = <In>(_row: In, _sink: Sink<In>): void => undefined
  write({ coast: 'west', price: 1 }, sink)
  // @ts-expect-error no column coast
  write({ price: 1 }, sink)
  write({ price: 1 }, csv('out.csv'))
  expect(sink.options).toEqual({ path: 'out/', partitionBy: ['coast'] })
})
