import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import type { OpenRow, SchemaSpec } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { expectCode } from '../testing/expect.ts'
import { type AnyModel, linearRegression, oneHotEncoder, pipeline } from './index.ts'
import { kindNamed } from './kinds/index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

/** The rows of each test have other columns, so the compiler is not told which. */
async function table(list: readonly object[], schema: SchemaSpec): Promise<Dataset<OpenRow>> {
  return (await tm.read(rows(list, { schema }))) as unknown as Dataset<OpenRow>
}
const planned = (model: AnyModel, data: unknown): Promise<object[]> =>
  (model.transform(data as never) as unknown as Dataset<OpenRow>).rows()

test('each category gets a column of 0 and 1, texts by code point and numbers upwards', async () => {
  const list = [
    { t: 'b', n: 10, f: true },
    { t: '\u{1F600}', n: 9, f: false },
    { t: 'ﬀ', n: -1, f: true },
    { t: 'B', n: 9, f: true },
  ]
  const data = await table(list, { t: 'string', n: 'int64', f: 'boolean' })
  const model = (await oneHotEncoder().fit(data)) as AnyModel
  const names = ['t=B', 't=b', 't=ﬀ', 't=\u{1F600}', 'n=-1', 'n=9', 'n=10', 'f=0', 'f=1']
  expect(model.adds.map(field => [field.name, field.type, field.nullable])).toEqual(names.map(name => [name, 'float64', false]))
  const wanted = [
    [0, 1, 0, 0, 0, 0, 1, 0, 1],
    [0, 0, 0, 1, 0, 1, 0, 1, 0],
    [0, 0, 1, 0, 1, 0, 0, 0, 1],
    [1, 0, 0, 0, 0, 1, 0, 0, 1],
  ].map(values => Object.fromEntries(names.map((name, i) => [name, values[i]])))
  expect(list.map(row => model.predict(row))).toEqual(wanted)
  expect(await planned(model, data)).toEqual(wanted.map((ones, i) => ({ ...list[i], ...ones })))
})

test('the first category can be dropped', async () => {
  const data = await table([{ t: 'a' }, { t: 'b' }, { t: 'c' }], { t: 'string' })
  const model = (await oneHotEncoder({ drop: 'first' }).fit(data)) as AnyModel
  expect(await planned(model, data)).toEqual([
    { t: 'a', 't=b': 0, 't=c': 0 },
    { t: 'b', 't=b': 1, 't=c': 0 },
    { t: 'c', 't=b': 0, 't=c': 1 },
  ])
})

test('NULL and NaN are no category but a row of zeros, in the plan and one row at a time', async () => {
  const data = await table(
    [
      { t: 'a', x: 1 },
      { t: null, x: null },
      { t: 'a', x: Number.NaN },
    ],
    { t: 'string?', x: 'float64?' },
  )
  for (const unknown of ['ignore', 'error'] as const) {
    const model = (await oneHotEncoder({ unknown }).fit(data)) as AnyModel
    const wanted = [
      { 't=a': 1, 'x=1': 1 },
      { 't=a': 0, 'x=1': 0 },
      { 't=a': 1, 'x=1': 0 },
    ]
    expect((await planned(model, data)).map(row => ({ 't=a': (row as never)['t=a'], 'x=1': (row as never)['x=1'] }))).toEqual(wanted)
    expect(((await data.rows()) as object[]).map(row => model.predict(row))).toEqual(wanted)
  }
})

test('a category that was not learnt is a row of zeros, or an error that names it, as asked', async () => {
  const data = await table([{ job: 'admin' }, { job: 'clerk' }], { job: 'string' })
  const other = await table([{ job: 'admin' }, { job: 'pilot' }], { job: 'string' })
  const ignoring = (await oneHotEncoder().fit(data)) as AnyModel
  expect(ignoring.predict({ job: 'pilot' })).toEqual({ 'job=admin': 0, 'job=clerk': 0 })
  expect((await planned(ignoring, other))[1]).toEqual({ job: 'pilot', 'job=admin': 0, 'job=clerk': 0 })
  const strict = (await oneHotEncoder({ unknown: 'error' }).fit(data)) as AnyModel
  expect(strict.predict({ job: 'clerk' })).toEqual({ 'job=admin': 0, 'job=clerk': 1 })
  expect((await planned(strict, data))[1]).toEqual({ job: 'clerk', 'job=admin': 0, 'job=clerk': 1 })
  for (const work of [async () => strict.predict({ job: 'pilot' }), () => planned(strict, other)]) {
    const error = await expectCode('ml.unknown-category', work)
    expect(error.message).toBe('unknown category of job: pilot (have admin, clerk)')
  }
  await expectCode('ml.no-sql', () => strict.toSelect('t'))
})

test('columns of too many categories, and of none, are errors that name them', async () => {
  const list = Array.from({ length: 12 }, (_, i) => ({ id: i, key: `k${i}`, few: i % 2, none: null }))
  const data = await table(list, { id: 'int64', key: 'string', few: 'int64', none: 'string?' })
  const many = await expectCode('ml.too-many-categories', () => oneHotEncoder({ maxCategories: 11 }).fit(data.drop('none')))
  expect(many.message).toBe('columns with more than 11 categories: id, key')
  expect(many.hint).toContain('maxCategories')
  const enough = (await oneHotEncoder({ maxCategories: 12 }).fit(data.drop('none'))) as AnyModel
  expect(enough.adds.length).toBe(26)
  const empty = await expectCode('ml.no-values', () => oneHotEncoder().fit(data))
  expect(empty.message).toBe('columns without any value: none')
})

test('a name that two columns would have is refused', async () => {
  const own = await table([{ t: 'a', 't=a': 1 }], { t: 'string', 't=a': 'int64' })
  expect((await expectCode('plan.duplicate-column', () => oneHotEncoder().fit(own))).message).toBe('two columns would be called t=a')
  const both = await table([{ t: 'a=b', 't=a': 'b' }], { t: 'string', 't=a': 'string' })
  expect((await expectCode('plan.duplicate-column', () => oneHotEncoder().fit(both))).message).toBe('two columns would be called t=a=b')
})

test('texts that would break a name or a statement are ordinary categories', async () => {
  const texts = ['', "it's", '"quoted"', 'two\nlines', '__proto__', 'ADMIN', 'admin', 'NULL']
  const data = await table(
    texts.map(t => ({ t })),
    { t: 'string' },
  )
  const model = (await oneHotEncoder().fit(data)) as AnyModel
  const found = await planned(model, data)
  for (const [i, t] of texts.entries()) {
    const ones = Object.entries(found[i] as object).filter(([name, value]) => name !== 't' && value === 1)
    expect(ones.map(([name]) => name)).toEqual([`t=${t}`])
    expect(model.predict({ t })).toEqual(Object.fromEntries(texts.map(text => [`t=${text}`, text === t ? 1 : 0])))
  }
})

test('rows of weight 0 have no categories', async () => {
  const data = await table(
    [
      { t: 'a', w: 1 },
      { t: 'b', w: 0 },
    ],
    { t: 'string', w: 'float64' },
  )
  const model = (await oneHotEncoder().fit(data, { weight: 'w' })) as AnyModel
  expect(model.adds.map(field => field.name)).toEqual(['t=a'])
})

test('in a pipeline its columns take the place of the text', async () => {
  const data = await table(
    [
      { t: 'a', x: 1, y: 11 },
      { t: 'b', x: 1, y: 21 },
      { t: 'a', x: 2, y: 12 },
      { t: 'b', x: 2, y: 22 },
    ],
    { t: 'string', x: 'float64', y: 'float64' },
  )
  const model = (await pipeline({ encode: oneHotEncoder({ drop: 'first' }), fit: linearRegression() }).fit(data, {
    target: 'y',
  })) as AnyModel
  expect((model.predict({ t: 'b', x: 2 }) as { prediction: number }).prediction).toBeCloseTo(22, 10)
  expect((model.predict({ t: null, x: 1 }) as { prediction: number }).prediction).toBeCloseTo(11, 10)
})

test('parameters are checked', () => {
  expect(() => oneHotEncoder({ drop: 'last' as never })).toThrow('drop must be none or first, not "last"')
  expect(() => oneHotEncoder({ maxCategories: 0 })).toThrow('maxCategories must be a whole number above 0')
})

test('a damaged state is refused', () => {
  const kind = kindNamed('oneHotEncoder')
  const whole = {
    features: ['t', 'n'],
    categories: [
      ['a', 'b'],
      [1, 2.5],
    ],
    drop: 'first',
    unknown: 'ignore',
  }
  expect(kind.store(kind.restore({ json: whole, tensors: {} })).json).toEqual(whole)
  for (const [change, reason] of [
    [{ features: ['t', 't'] }, 'features has a name twice'],
    [{ categories: [['a']] }, 'categories are not those of 2 features'],
    [{ categories: [['a'], []] }, 'no categories of n'],
    [{ categories: [['a'], 'b'] }, 'no categories of n'],
    [{ categories: [['a', 1], [1]] }, 'categories of t are neither texts nor numbers'],
    [{ categories: [['a'], [true]] }, 'categories of n are neither texts nor numbers'],
    [{ categories: [['b', 'a'], [1]] }, 'categories of t are not in order'],
    [{ categories: [['a', 'a'], [1]] }, 'categories of t are not in order'],
    [{ drop: 'last' }, 'drop is neither none nor first'],
    [{ unknown: 1 }, 'unknown is neither ignore nor error'],
    [{ features: ['t', 't=a'], categories: [['a=b'], ['b']], drop: 'none' }, 'two columns are called t=a=b'],
  ] as const)
    expect(() => kind.restore({ json: { ...whole, ...change }, tensors: {} })).toThrow(reason)
})
