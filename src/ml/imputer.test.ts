import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import type { OpenRow, SchemaSpec } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { expectCode } from '../testing/expect.ts'
import { type AnyModel, imputer, linearRegression, pipeline, standardScaler } from './index.ts'
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
const numbers = (...values: readonly (number | null)[]): Promise<Dataset<OpenRow>> =>
  table(
    values.map(x => ({ x })),
    { x: 'float64?' },
  )
const fill = async (strategy: 'mean' | 'median' | 'mode', ...values: readonly (number | null)[]): Promise<unknown> =>
  ((await imputer({ strategy }).fit(await numbers(...values))) as AnyModel).predict({ x: null })

test('a NULL becomes the mean, the middle or the most frequent value', async () => {
  expect(await fill('mean', 1, null, 2, 6)).toEqual({ x: 3 })
  expect(await fill('median', 9, null, 1, 4)).toEqual({ x: 4 })
  expect(await fill('median', 9, 1, 4, 5, null)).toEqual({ x: 4.5 })
  expect(await fill('mode', 7, 3, 3, null, null, null, 7)).toEqual({ x: 3 })
})

test('one value, and values at the end of the numbers', async () => {
  expect(await fill('mean', -0)).toEqual({ x: 0 })
  expect(await fill('median', 5)).toEqual({ x: 5 })
  expect(await fill('median', 1.7e308, 1.5e308)).toEqual({ x: 1.6e308 })
  expect(await fill('mean', 1.7e308, 1.7e308)).toEqual({ x: 1.7e308 })
})

test('NaN and NULL are the same to it', async () => {
  const data = await numbers(1, Number.NaN, null, 5)
  const model = (await imputer().fit(data)) as AnyModel
  expect(await (model.transform(data) as unknown as Dataset<OpenRow>).rows()).toEqual([{ x: 1 }, { x: 3 }, { x: 3 }, { x: 5 }])
  expect(model.predict({ x: Number.NaN })).toEqual({ x: 3 })
})

test('texts take the most frequent text, of several the first by code point', async () => {
  const data = await table([{ t: 'b' }, { t: '\u{1F600}' }, { t: null }, { t: 'ﬀ' }, { t: null }, { t: '\u{1F600}' }, { t: 'ﬀ' }], {
    t: 'string?',
  })
  const model = await imputer({ strategy: 'mode' }).fit(data)
  // UTF-16 would put the second before the first.
  expect(model.predict({ t: null } as never)).toEqual({ t: 'ﬀ' })
  const filled = model.transform(data)
  expect(filled.schema[0]?.nullable).toBe(false)
  expect((await filled.rows()).map(row => row['t'])).toEqual(['b', '\u{1F600}', 'ﬀ', 'ﬀ', 'ﬀ', '\u{1F600}', 'ﬀ'])
})

test('a text column has no mean', async () => {
  const data = await table([{ t: 'b', x: 1 }], { t: 'string', x: 'float64' })
  for (const strategy of ['mean', 'median'] as const) {
    const error = await expectCode('ml.not-numeric', () => imputer({ strategy }).fit(data))
    expect(error.message).toContain('t (string)')
  }
})

test('columns of NULLs only are an error that names them', async () => {
  const data = await table([{ a: null, b: 1, t: null }], { a: 'float64?', b: 'float64', t: 'string?' })
  const error = await expectCode('ml.no-values', () => imputer({ strategy: 'mode' }).fit(data))
  expect(error.message).toBe('columns without any value: a, t')
})

test('a weight counts a row so often', async () => {
  const schema = { x: 'float64?', w: 'float64' } as const
  const weighted = [
    { x: 4, w: 3 },
    { x: 1, w: 2 },
    { x: 9, w: 0 },
    { x: null, w: 5 },
    { x: 8, w: 1 },
  ]
  const repeated = weighted.flatMap(row => Array.from({ length: row.w }, () => ({ ...row, w: 1 })))
  for (const strategy of ['mean', 'median', 'mode'] as const) {
    const once = await imputer({ strategy }).fit(await table(weighted, schema), { weight: 'w' })
    const often = await imputer({ strategy }).fit(await table(repeated, schema), { columns: ['x'] } as never)
    const [found, wanted] = [once, often].map(model => ((model as AnyModel).predict({ x: null }) as { x: number }).x)
    expect(found, strategy).toBeCloseTo(wanted as number, 12)
  }
  // Half of the weight below, half above.
  const half = await imputer({ strategy: 'median' }).fit(
    await table(
      [
        { x: 1, w: 0.5 },
        { x: 1.2, w: 0 },
        { x: 2, w: 0.25 },
        { x: 4, w: 0.25 },
      ],
      schema,
    ),
    { weight: 'w' },
  )
  expect((half as AnyModel).predict({ x: null })).toEqual({ x: 1.5 })
})

test('an indicator tells where a NULL was, the same in the plan and one row at a time', async () => {
  const data = await table(
    [
      { x: 1, t: 'a' },
      { x: null, t: null },
      { x: Number.NaN, t: 'a' },
    ],
    { x: 'float64?', t: 'string?' },
  )
  const model = (await imputer({ strategy: 'mode', indicator: true }).fit(data)) as AnyModel
  const wanted = [
    { x: 1, t: 'a', 'x=NULL': 0, 't=NULL': 0 },
    { x: 1, t: 'a', 'x=NULL': 1, 't=NULL': 1 },
    { x: 1, t: 'a', 'x=NULL': 1, 't=NULL': 0 },
  ]
  const planned = model.transform(data) as unknown as Dataset<OpenRow>
  expect(await planned.rows()).toEqual(wanted)
  expect(((await data.rows()) as object[]).map(row => model.predict(row))).toEqual(wanted)
  const taken = await table([{ x: 1, 'x=NULL': 2 }], { x: 'float64', 'x=NULL': 'float64' })
  const error = await expectCode('plan.duplicate-column', () => imputer({ indicator: true }).fit(taken))
  expect(error.message).toContain('x=NULL')
})

test('in a pipeline the steps after it see no NULL, and a NULL feature has a prediction', async () => {
  const data = await table(
    [
      { x: 1, y: 2 },
      { x: null, y: 4 },
      { x: 3, y: 6 },
    ],
    { x: 'float64?', y: 'float64' },
  )
  const model = (await pipeline({ fill: imputer(), scale: standardScaler(), fit: linearRegression() }).fit(data, {
    target: 'y',
  })) as AnyModel
  expect((model.predict({ x: null }) as { prediction: number }).prediction).toBeCloseTo(4, 12)
  const { rows: counted, mse } = (await model.evaluate(data)) as { rows: number; mse: number }
  expect([counted, Math.round(mse * 1e9)]).toEqual([3, 0])
  const late = pipeline({ scale: standardScaler(), fill: imputer(), fit: linearRegression() })
  const error = await expectCode('ml.has-nulls', () => late.fit(data, { target: 'y' }))
  expect(error.message).toContain('at step scale: x (1 of 3 rows)')
})

test('parameters are checked, and the type follows the strategy', () => {
  expect(() => imputer({ strategy: 'max' as never })).toThrow('strategy must be mean, median or mode, not "max"')
  expect(() => imputer({ indicator: 1 as never })).toThrow('indicator must be true or false')
  expect(imputer({ strategy: 'mode' })['~takes']).toEqual({ text: true, missing: true })
  expect(imputer()['~takes']).toEqual({ text: false, missing: true })
})

test('a damaged state is refused', () => {
  const kind = kindNamed('imputer')
  const whole = { features: ['a', 't'], values: [1.5, 'x'], indicator: false }
  expect(kind.store(kind.restore({ json: whole, tensors: {} })).json).toEqual(whole)
  for (const [change, reason] of [
    [{ features: [] }, 'features is not a list of names'],
    [{ values: [1] }, 'values are not those of 2 features'],
    [{ values: [1, null] }, 'values are neither texts nor finite numbers'],
    [{ values: [1, Number.NaN] }, 'values are neither texts nor finite numbers'],
    [{ indicator: 'no' }, 'indicator is not true or false'],
    [{ features: ['a', 'a=NULL'], indicator: true }, 'a feature is called like an indicator'],
  ] as const)
    expect(() => kind.restore({ json: { ...whole, ...change }, tensors: {} })).toThrow(reason)
})
