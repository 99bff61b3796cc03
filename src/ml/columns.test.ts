import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { describeValue } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import type { OpenRow, SchemaSpec } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { expectCode } from '../testing/expect.ts'
import { type AnyModel, columns, imputer, linearRegression, minMaxScaler, oneHotEncoder, pipeline, standardScaler } from './index.ts'
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

const people = [
  { age: 20, job: 'clerk', pay: 1, at: 'x', y: 30 },
  { age: null, job: 'admin', pay: 2, at: 'y', y: 43 },
  { age: 40, job: null, pay: 3, at: 'z', y: 56 },
  { age: 30, job: 'admin', pay: 5, at: 'x', y: 46 },
]
const schema = { age: 'float64?', job: 'string?', pay: 'int64', at: 'string', y: 'float64' } as const
const prepare = columns({
  number: { of: ['age'], use: pipeline({ fill: imputer(), scale: minMaxScaler() }) },
  range: { of: ['pay'], use: minMaxScaler({ low: 0, high: 4 }) },
  word: { of: ['job'], use: oneHotEncoder() },
})

test('each part treats its own columns, and what they write comes in their order', async () => {
  const model = (await prepare.fit(await table(people, schema))) as AnyModel
  expect(model.features).toEqual(['age', 'pay', 'job'])
  expect(model.adds.map(field => field.name)).toEqual(['age', 'pay', 'job=admin', 'job=clerk'])
  const wanted = [
    { age: 0, pay: 0, 'job=admin': 0, 'job=clerk': 1 },
    { age: 0.5, pay: 1, 'job=admin': 1, 'job=clerk': 0 },
    { age: 1, pay: 2, 'job=admin': 0, 'job=clerk': 0 },
    { age: 0.5, pay: 4, 'job=admin': 1, 'job=clerk': 0 },
  ]
  expect(people.map(({ age, job, pay }) => model.predict({ age, job, pay }))).toEqual(wanted)
  const found = await planned(model, await table(people, schema))
  expect(found.map(row => Object.fromEntries(Object.entries(row).filter(([name]) => !['job', 'at', 'y'].includes(name))))).toEqual(wanted)
})

test('what was learnt shows its parts', async () => {
  const model = await prepare.fit(await table(people, schema))
  const text = JSON.stringify(describeValue(model))
  for (const part of ['columns (transformer)', 'number: pipeline, range: minMaxScaler, word: oneHotEncoder', '4 rows'])
    expect(text).toContain(part)
})

test('columns that no part names are dropped before the next step', async () => {
  const data = await table(people, schema)
  const model = (await pipeline({ prepare, fit: linearRegression() }).fit(data, { target: 'y' })) as AnyModel
  expect(model.features).toEqual(['age', 'pay', 'job'])
  const single = people.map(({ age, job, pay }) => (model.predict({ age, job, pay }) as { prediction: number }).prediction)
  expect((await planned(model, data)).map(row => (row as { prediction: number }).prediction)).toEqual(single)
  const filled = pipeline({ fill: imputer({ strategy: 'mode', indicator: true }), prepare, fit: linearRegression() })
  const after = (await filled.fit(data, { target: 'y' })) as AnyModel
  expect(after.features).toEqual(['age', 'pay', 'job'])
  expect(await planned(after, data)).toHaveLength(4)
})

test('a NULL is filled where every part that reads it fills it', async () => {
  const data = await table(people, schema)
  const both = columns({ encode: { of: ['pay'], use: oneHotEncoder() }, scale: { of: ['pay'], use: standardScaler() } })
  const model = (await both.fit(data)) as AnyModel
  expect(model.adds.map(field => field.name)).toEqual(['pay=1', 'pay=2', 'pay=3', 'pay=5', 'pay'])
  await expectCode('ml.missing-feature', () => model.predict({ pay: null }))
  const holes = await table([{ pay: null }, { pay: 5 }], { pay: 'int64?' })
  const [hole] = await planned(model, holes)
  expect({ pay: null, ...hole }).toEqual({ 'pay=1': 0, 'pay=2': 0, 'pay=3': 0, 'pay=5': 0, pay: null })
})

test('parameters are named part.parameter, and changed by their path', () => {
  expect(Object.keys(prepare.params)).toEqual([
    'number.fill.strategy',
    'number.fill.indicator',
    'number.scale.low',
    'number.scale.high',
    'range.low',
    'range.high',
    'word.drop',
    'word.unknown',
    'word.maxCategories',
  ])
  const changed = prepare.with({ 'number.fill.strategy': 'median', 'word.drop': 'first' })
  expect(changed.params).toEqual({ ...prepare.params, 'number.fill.strategy': 'median', 'word.drop': 'first' })
  expect(changed['~data'].parts?.map(part => part.of)).toEqual([['age'], ['pay'], ['job']])
  expect(() => prepare.with({ 'word.dropp': 'first' } as never)).toThrow(
    'columns: unknown parameter: word.dropp (have number.fill.strategy',
  )
})

test('parts that cannot be are refused when they are made, all at once', () => {
  const problems = thrown(() =>
    columns({
      'a.b': { of: ['x'], use: standardScaler() },
      none: { of: [], use: standardScaler() },
      twice: { of: ['x', 'x'], use: standardScaler() },
      nothing: { of: ['x'] } as never,
      fit: { of: ['x'], use: linearRegression() as never },
    }),
  )
  expect(problems.code).toBe('ml.steps')
  expect(problems.message).toBe(
    "part name 'a.b' must be a word without a dot; part none names no columns; part twice names a column twice: x, x; part nothing has no estimator; part fit is a regressor, but parts only transform",
  )
  expect(thrown(() => columns({})).message).toBe('columns without parts')
  expect(thrown(() => columns({ a: null as never })).message).toBe('part a names no columns; part a has no estimator')
})

test('two parts that write one column are refused when they have learnt', async () => {
  const data = await table(people, schema)
  const both = columns({ scale: { of: ['pay'], use: standardScaler() }, range: { of: ['pay', 'y'], use: minMaxScaler() } })
  const error = await expectCode('plan.duplicate-column', () => both.fit(data))
  expect(error.message).toBe('two parts of columns() write pay')
})

test('what the data lack, or a part cannot take, is named with the part', async () => {
  const data = await table(people, schema)
  const lacking = columns({ scale: { of: ['pay', 'size'], use: standardScaler() } })
  expect((await expectCode('plan.unknown-column', () => lacking.fit(data))).message).toContain('size')
  const step = pipeline({ scale: standardScaler(), again: columns({ deep: { of: ['nope'], use: standardScaler() } }) })
  expect((await expectCode('plan.unknown-column', () => step.fit(data))).message).toContain('nope')
  const nulls = columns({ word: { of: ['job'], use: oneHotEncoder() }, scale: { of: ['age'], use: standardScaler() } })
  expect((await expectCode('ml.has-nulls', () => nulls.fit(data))).message).toBe('columns with NULLs at step scale: age (1 of 4 rows)')
  const text = columns({ word: { of: ['job'], use: oneHotEncoder() }, scale: { of: ['at'], use: standardScaler() } })
  expect((await expectCode('ml.not-numeric', () => text.fit(data))).message).toBe('columns that are no numbers at step scale: at')
})

test('a part that refuses unknown categories makes the whole run beside the engine', async () => {
  const data = await table(people, schema)
  const strict = prepare.with({ 'word.unknown': 'error' })
  const model = (await strict.fit(data)) as AnyModel
  const loose = (await prepare.fit(data)) as AnyModel
  expect(model.steps).toBeUndefined()
  expect(await planned(model, data)).toEqual(await planned(loose, data))
  const other = await table([{ age: 1, job: 'pilot', pay: 1 }], { age: 'float64', job: 'string', pay: 'int64' })
  expect((await expectCode('ml.unknown-category', () => planned(model, other))).message).toBe(
    'unknown category of job: pilot (have admin, clerk)',
  )
})

test('a damaged state is refused', async () => {
  const kind = kindNamed('columns')
  const model = (await prepare.fit(await table(people, schema))) as AnyModel
  const { state, tensors } = model.toJson() as {
    state: { features: string[]; parts: { name: string; kind: string; state: object }[] }
    tensors: object
  }
  const named = Object.fromEntries(
    Object.entries(tensors as Record<string, { shape: number[]; values: number[] }>).map(([name, { shape, values }]) => [
      name,
      { shape, values: Float64Array.from(values) },
    ]),
  )
  const [first, second] = state.parts
  expect(kind.store(kind.restore({ json: state, tensors: named })).json).toEqual(state)
  for (const [change, reason] of [
    [{ parts: [] }, 'columns without parts'],
    [{ parts: [{ name: 'x' }] }, 'part 0 of the columns has no name, kind and state'],
    [{ features: ['age', 'pay'] }, 'part word reads job, which is no feature'],
    [
      { parts: [first, second, { name: 'again', kind: 'imputer', state: { features: ['pay'], values: [1], indicator: false } }] },
      'two parts write pay',
    ],
    [{ parts: [{ name: 'fit', kind: 'linearRegression', state: { features: ['pay'], intercept: 0 } }] }, 'part fit is a regressor'],
  ] as const)
    expect(() =>
      kind.restore({ json: { ...state, ...change }, tensors: { ...named, '0.coef': { shape: [1], values: Float64Array.of(1) } } }),
    ).toThrow(reason)
})

function thrown(call: () => unknown): TidemillError {
  try {
    call()
  } catch (error) {
    if (error instanceof TidemillError) return error
    throw error
  }
  throw new Error('it did not throw')
}
