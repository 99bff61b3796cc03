/** What plain JavaScript lets through: each mistake is told with what was given, how to write it, and the line. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, rows } from '../connectors/index.ts'
import { col } from '../expr/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { failure } from '../../test/house/failure.ts'

let tm: Session
// As a program without types sees a table.
let table: any
let other: any
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false, print: () => undefined })
  table = await tm.read(rows([{ city: 'Delft', price: 1.5, rooms: 3 }], { schema: { city: 'string', price: 'float64', rooms: 'int64' } }))
  other = await tm.read(rows([{ city: 'Delft', coast: false }]))
})
afterAll(() => tm.close())

const mistakes: readonly (readonly [string, () => unknown, string, string?])[] = [
  ["filter('x')", () => table.filter('x'), 'filter wants a callback, not "x"', 'filter(r => r.price.gt(1000))'],
  ['filter()', () => table.filter(), 'filter wants a callback, not undefined'],
  ['filter(true)', () => table.filter(true), 'filter wants a callback, not true'],
  ['filter of an expression', () => table.filter(col('price').gt(1)), 'filter wants a callback, not an object'],
  [
    "select(['a', 'b'])",
    () => table.select(['city', 'price']),
    'select wants names of columns or callbacks one by one, not an array',
    "select('city', 'price'), or select(...names)",
  ],
  ['select(5)', () => table.select(5), 'select wants names of columns or callbacks, not 5'],
  ["drop(['a'])", () => table.drop(['city']), 'drop wants names of columns one by one, not an array', "drop('city'), or drop(...names)"],
  ['dropNulls({})', () => table.dropNulls({}), 'dropNulls wants names of columns, not an empty object'],
  ["distinct(['a'])", () => table.distinct(['city']), 'distinct wants names of columns one by one'],
  ['explode()', () => table.explode(), 'explode wants names of columns, not undefined', "explode('tags')"],
  [
    "rename('a', 'b')",
    () => table.rename('city', 'town'),
    'rename wants an object of old and new names, not "city"',
    "rename({ old: 'new' })",
  ],
  ['rename({ a: 5 })', () => table.rename({ city: 5 }), 'rename wants names of columns, not 5'],
  [
    'withColumns({})',
    () => table.withColumns({}),
    'withColumns wants a callback, not an empty object',
    'withColumns(r => ({ total: r.price.mul(r.count) }))',
  ],
  ['withColumns of made columns', () => table.withColumns({ twice: 2 }), 'withColumns wants a callback, not an object (twice)'],
  ['fillNull(0)', () => table.fillNull(0), 'fillNull wants an object of columns and values, not 0', "fillNull({ rooms: 0, city: '' })"],
  ['sort(5)', () => table.sort(5), 'sort wants names of columns or callbacks, not 5', "sort('city', r => r.price.desc())"],
  ["sort({ price: 'desc' })", () => table.sort({ price: 'desc' }), 'sort wants names of columns or callbacks, not an object (price)'],
  ["limit('3')", () => table.limit('3'), 'limit wants a number, not "3"', 'without quotes: limit(10)'],
  ['limit()', () => table.limit(), 'limit wants a number, not undefined'],
  ['limit(3, 5)', () => table.limit(3, 5), 'limit wants an object of options, not 5', 'limit(10, { offset: 20 })'],
  ['limit(3, { ofset: 1 })', () => table.limit(3, { ofset: 1 }), 'unknown option of limit: ofset (have offset)', 'did you mean offset?'],
  ['sample(5)', () => table.sample(5), 'sample wants a size, not 5', 'sample({ rows: 100 }'],
  ['sample({})', () => table.sample({}), 'sample wants rows or fraction, not an empty object'],
  ["sample({ rows: '3' })", () => table.sample({ rows: '3' }), 'rows of sample wants a number, not "3"'],
  [
    'split(0.8)',
    () => table.split(0.8, { seed: 1 }),
    'split wants an object of parts and shares, not 0.8',
    'split({ train: 0.8, test: 0.2 }, { seed: 42 })',
  ],
  ["split({ train: '0.8' })", () => table.split({ train: '0.8', test: '0.2' }, { seed: 1 }), 'train of split wants a number, not "0.8"'],
  ['split(shares, 42)', () => table.split({ a: 0.5, b: 0.5 }, 42), 'split wants an object of options, not 42'],
  ["split(shares, { seed: '42' })", () => table.split({ a: 0.5, b: 0.5 }, { seed: '42' }), 'seed of split wants a number, not "42"'],
  [
    'split(shares, { seeds: 42 })',
    () => table.split({ a: 0.5, b: 0.5 }, { seeds: 42 }),
    'unknown option of split: seeds',
    'did you mean seed?',
  ],
  [
    "groupBy(['city'])",
    () => table.groupBy(['city']),
    'groupBy wants names of columns or callbacks one by one, not an array',
    "groupBy('city'), or groupBy(...names)",
  ],
  [
    "groupBy('city').agg('sum')",
    () => table.groupBy('city').agg('sum'),
    'agg wants a callback, not "sum"',
    'agg(r => ({ rows: count(), mean: r.price.mean() }))',
  ],
  ['groupBy().agg()', () => table.groupBy().agg(), 'agg wants a callback, not undefined'],
  ["groupBy('city').mapGroups()", () => table.groupBy('city').mapGroups(), 'mapGroups wants a function, not undefined'],
  ['agg({ n: 1 })', () => table.agg({ n: 1 }), 'agg wants a callback, not an object (n)'],
  ['join()', () => table.join(), 'join wants a table, not undefined', 'a.join(b, ...)'],
  [
    'join of a promise',
    () => table.join(tm.read(rows([{ a: 1 }])), { on: 'city' }),
    'join wants a table, not a promise: await it first',
    'was an await forgotten?',
  ],
  ['join of rows', () => table.join([{ city: 'Delft' }], { on: 'city' }), 'join wants a table, not an array', 'tm.read(rows(items))'],
  [
    'join of a source',
    () => table.join(csv('a.csv'), { on: 'city' }),
    'join wants a table, not an object (kind, options)',
    'a source is read first',
  ],
  [
    'join of groups',
    () => table.join(table.groupBy('city'), { on: 'city' }),
    'join wants a table, not a GroupedTable',
    'groups become a table',
  ],
  ['join without options', () => table.join(other), 'join wants options that name the columns, not undefined', "{ on: 'id' }"],
  ["join(other, 'city')", () => table.join(other, 'city'), 'join wants an object of options, not "city"', "{ on: 'id' }"],
  [
    "join(other, { by: 'city' })",
    () => table.join(other, { by: 'city' }),
    'unknown option of join: by (have on, how, suffix, validate, onManyToMany)',
  ],
  ['join(other, { on: 5 })', () => table.join(other, { on: 5 }), 'join wants names of columns in on, not 5'],
  ["union('x')", () => table.union('x.csv'), 'union wants a table, not "x.csv"', 'tm.read(csv("x.csv"))'],
  ['joinWhere without a condition', () => table.joinWhere(other), 'joinWhere wants a callback, not undefined', '(left, right) =>'],
  ["crossJoin(other, 'Of')", () => table.crossJoin(other, 'Of'), 'crossJoin wants an object of options, not "Of"'],
  ['pivot()', () => table.pivot(), 'pivot wants an object, not undefined', 'pivot({ index:'],
  [
    'pivot without into',
    () => table.pivot({ index: 'city', columns: 'rooms', values: (r: any) => r.price.sum() }),
    'pivot wants an array in into, not undefined',
    'pivotAll finds the values',
  ],
  [
    'pivotAll without values',
    () => table.pivotAll({ index: 'city', columns: 'rooms' }),
    'pivotAll wants a callback in values, not undefined',
  ],
  ["unpivot('price')", () => table.unpivot('price'), 'unpivot wants an object, not "price"', 'unpivot({ columns:'],
  [
    "unpivot({ columns: 'price' })",
    () => table.unpivot({ columns: 'price', name: 'n', value: 'v' }),
    'unpivot wants an array of names in columns, not "price"',
  ],
  ['map(5)', () => table.map(5), 'map wants a function, not 5', 'map(row =>'],
  ['map of a promise', () => table.map(Promise.resolve()), 'map wants a function, not a promise: await it first'],
  ['map(f, { schem })', () => table.map((row: object) => row, { schem: {} }), 'unknown option of map: schem', 'did you mean schema?'],
  ['transform of a promise', () => table.transform(Promise.resolve()), 'transform wants a fitted model, not a promise: await it first'],
  [
    'transform of an estimator',
    () => table.transform({ role: 'transformer', kind: 'standardScaler', fit: () => 0 }),
    'transform wants a fitted model, not an estimator: standardScaler',
    'await standardScaler().fit(',
  ],
  ["as('float64')", () => table.as('float64'), 'as wants columns and types, not "float64"', "as({ price: 'float64'"],
  ['rows(5)', () => table.rows(5), 'a run wants an object of options, not 5', 'limit(10)'],
  ['show(5)', () => table.show(5), 'show wants an object of options, not 5', 'show({ rows: 20 })'],
  ["write('out.csv')", () => table.write('out.csv'), 'write wants a sink, not "out.csv"', 'write(csv("out.csv"))'],
]

for (const [title, make, message, hint = ''] of mistakes)
  test(`${title} says what was given and how to write it`, async () => {
    const error = await failure(make)
    expect(error.message).toContain(message)
    expect(error.code).toBe('plan.argument')
    expect(error.hint).toBeTypeOf('string')
    expect(error.hint).toContain(hint)
  })

test('a misuse is told with the line that wrote it', async () => {
  expect((await failure(() => table.filter('x'))).message).toMatch(/ at dataset\/misuse\.test\.ts:\d+:\d+$/)
  expect((await failure(() => table.join('x'))).message).toMatch(/ at dataset\/misuse\.test\.ts:\d+:\d+$/)
})

test('a misspelt column is told with the names that are near, wherever it is written', async () => {
  const near = async (make: () => unknown): Promise<readonly (string | undefined)[]> => {
    const { message, hint } = await failure(make)
    return [message.replace(/ at .*/, ''), hint]
  }
  const told = ['unknown column: pric (have city, price, rooms)', 'did you mean price?']
  expect(await near(() => table.select('pric'))).toEqual(told)
  expect(await near(() => table.drop('pric'))).toEqual(told)
  expect(await near(() => table.filter((r: any) => r.pric.gt(1)))).toEqual(told)
  expect(await near(() => table.filter(() => col('pric').gt(1)))).toEqual(told)
  expect(await near(() => table.sort('pric'))).toEqual(told)
  expect(await near(() => table.groupBy('pric').agg((r: any) => ({ n: r.price.sum() })))).toEqual(told)
  expect(await near(() => table.select('pric', 'citty'))).toEqual([
    'unknown columns: pric, citty (have city, price, rooms)',
    'did you mean price, city?',
  ])
  expect(await near(() => table.join(other, { on: { city: 'citi' } }))).toEqual([
    'unknown column of the other side: citi (have city, coast)',
    'did you mean city?',
  ])
  expect(await near(() => table.joinWhere(other, (a: any, b: any) => a.city.eq(b.costa), { suffix: 'Of' }))).toEqual([
    'unknown column of the right side: costa (have city, coast)',
    'did you mean coast?',
  ])
  expect(await near(() => table.select('elevation'))).toEqual(['unknown column: elevation (have city, price, rooms)', undefined])
})

test('what is right still works without types', async () => {
  expect(
    await table
      .select('city', (r: any) => ({ twice: r.price.mul(2) }))
      .limit(1, { offset: 0 })
      .rows({}),
  ).toEqual([{ city: 'Delft', twice: 3 }])
  expect(await table.join(other, { on: ['city'] }).count()).toBe(1)
  expect(await table.sort().dropNulls().distinct().sample({ fraction: 1 }).count(undefined)).toBe(1)
})
