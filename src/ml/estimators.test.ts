import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { describeValue } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { decisionTreeRegressor, linearRegression, minMaxScaler, pipeline, standardScaler } from './index.ts'
import { failure } from '../../test/house/failure.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

test('a constant column becomes 0, and gets no coefficient', async () => {
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, c: 0.1, y: 2 * x })),
      { schema: { x: 'float64', c: 'float64', y: 'float64' } },
    ),
  )
  const scaled = await (await standardScaler().fit(data)).transform(data).rows()
  expect(scaled.map(row => row.c)).toEqual([0, 0, 0])
  const ranged = await (await minMaxScaler({ low: 3, high: 4 }).fit(data)).transform(data).rows()
  expect(ranged.map(row => row.c)).toEqual([3, 3, 3])
  const model = await linearRegression().fit(data, { target: 'y' })
  expect(model.predict({ x: 10, c: 99 }).prediction).toBeCloseTo(20, 12)
})

test('one row is enough for a scaler and for a line through it', async () => {
  const data = await tm.read(rows([{ x: 4, y: 9 }], { schema: { x: 'float64', y: 'float64' } }))
  expect((await standardScaler().fit(data)).predict({ x: 4, y: 9 })).toEqual({ x: 0, y: 0 })
  const model = await linearRegression().fit(data, { target: 'y' })
  expect(model.predict({ x: 100 })).toEqual({ prediction: 9 })
  expect((await model.evaluate(data)).r2).toBeNaN()
})

test('columns that depend on each other share a coefficient', async () => {
  const data = await tm.read(
    rows(
      [1, 2, 5, 9].map(x => ({ x, twice: 2 * x, y: 5 * x + 1 })),
      { schema: { x: 'float64', twice: 'float64', y: 'float64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'y' })
  const { tensors } = model.toJson() as { tensors: { coef: { values: number[] } } }
  expect(tensors.coef.values[0]).toBeCloseTo(1, 10)
  expect(tensors.coef.values[1]).toBeCloseTo(2, 10)
})

test('a weight counts a row so often, and is no feature', async () => {
  const schema = { x: 'float64', w: 'float64', y: 'float64' } as const
  const once = await tm.read(rows([row(1, 1, 1), row(2, 3, 5), row(3, 1, 2)], { schema }))
  const thrice = await tm.read(rows([row(1, 1, 1), row(2, 1, 5), row(2, 1, 5), row(2, 1, 5), row(3, 1, 2)], { schema }))
  const weighted = await linearRegression().fit(once, { target: 'y', weight: 'w' })
  const repeated = await linearRegression().fit(thrice.drop('w'), { target: 'y' })
  expect(weighted.features).toEqual(['x'])
  expect(weighted.predict({ x: 7 }).prediction).toBeCloseTo(repeated.predict({ x: 7 }).prediction, 12)
  const error = await failure(linearRegression().fit(await tm.read(rows([row(1, -1, 1)], { schema })), { target: 'y', weight: 'w' }))
  expect([error.code, error.message]).toEqual(['ml.param', 'negative weights: w (1 of 1 rows)'])
})

test('integers, booleans and big integers are numbers to a model', async () => {
  const data = await tm.read(
    rows(
      [1, 2, 3, 4].map(i => ({ i, b: i > 2, n: BigInt(i * i), y: i + (i > 2 ? 10 : 0) })),
      { schema: { i: 'int32', b: 'boolean', n: 'bigint', y: 'int64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'y' })
  const predicted = await model.transform(data).rows()
  expect(predicted.map(row => row.prediction)).toEqual((await data.rows()).map(row => model.predict(row).prediction))
  expect(model.predict({ i: 3, b: true, n: 9n }).prediction).toBeCloseTo(13, 10)
})

test('a NULL feature gives a NULL prediction in a plan', async () => {
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, y: x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'y' })
  const holes = await tm.read(rows([{ x: null }, { x: 2 }], { schema: { x: 'float64?' } }))
  const predicted = model.transform(holes as never) as unknown as typeof holes
  expect(predicted.schema.find(field => field.name === 'prediction')?.nullable).toBe(true)
  expect((await predicted.rows()).map(row => (row as { prediction?: number }).prediction ?? null)).toEqual([null, expect.closeTo(2, 12)])
})

test('a model learns from some columns only when told so', async () => {
  const data = await tm.read(
    rows(
      [1, 2].map(x => ({ x, city: 'Oslo' })),
      { schema: { x: 'float64', city: 'string' } },
    ),
  )
  const scaler = await standardScaler().fit(data, { columns: ['x'] })
  expect(scaler.features).toEqual(['x'])
  expect(await scaler.transform(data).rows()).toEqual([
    { x: -1, city: 'Oslo' },
    { x: 1, city: 'Oslo' },
  ])
})

test('all that is wrong with the columns is said at once', async () => {
  const data = await tm.read(rows([{ a: 'x', b: 'y', c: 1 }], { schema: { a: 'string', b: 'string', c: 'float64' } }))
  const error = await failure(linearRegression().fit(data as never, { target: 'z' } as never))
  expect(error.code).toBe('ml.unknown-target')
  expect(error.message).toBe('unknown target: z (have a, b, c); columns that are no numbers: a (string), b (string)')
  expect((await failure(linearRegression().fit(data.select('c') as never, { target: 'c' } as never))).code).toBe('ml.no-features')
  expect((await failure((linearRegression() as unknown as { fit(of: unknown): Promise<unknown> }).fit(data))).code).toBe(
    'ml.unknown-target',
  )
})

test('parameters that do not exist or have a wrong value are refused when the estimator is made', () => {
  expect(thrown(() => standardScaler({ withMen: false } as never)).message).toBe(
    'standardScaler: unknown parameter: withMen (have withMean, withStd)',
  )
  expect(thrown(() => standardScaler({ withMean: 1 } as never)).message).toBe('standardScaler: withMean must be true or false, not 1')
  expect(thrown(() => minMaxScaler({ low: 2, high: 1 })).code).toBe('ml.param')
  expect(thrown(() => minMaxScaler({ low: Number.NaN })).code).toBe('ml.param')
})

test('a pipeline has the parameters of its steps, and changes them by their path', () => {
  const both = pipeline({ scale: standardScaler(), fit: linearRegression() })
  expect(both.params).toEqual({ 'scale.withMean': true, 'scale.withStd': true, 'fit.intercept': true })
  const changed = both.with({ 'scale.withMean': false })
  expect(changed.params).toEqual({ ...both.params, 'scale.withMean': false })
  expect(both.params['scale.withMean']).toBe(true)
  expect(thrown(() => both.with({ 'scale.alpha': 1 } as never)).message).toContain('unknown parameter: scale.alpha (have scale.withMean')
  const nested = pipeline({ prepare: pipeline({ scale: standardScaler() }), fit: linearRegression() })
  expect(nested.with({ 'prepare.scale.withStd': false }).params['prepare.scale.withStd']).toBe(false)
})

test('steps that do not fit together are refused', () => {
  expect(thrown(() => pipeline({})).code).toBe('ml.steps')
  expect(thrown(() => pipeline({ fit: linearRegression(), scale: standardScaler() })).message).toBe(
    'step fit is a regressor, but only the last step may predict',
  )
  // @ts-expect-error a step name must not be a number
  expect(thrown(() => pipeline({ 1: standardScaler() })).code).toBe('ml.steps')
  expect(thrown(() => pipeline({ 'a.b': standardScaler() })).code).toBe('ml.steps')
  expect(thrown(() => pipeline({ a: {} as never })).message).toBe('step a is no estimator')
})

test('SQL of a transformer is a whole statement only, and other dialects are refused', async () => {
  const data = await tm.read(
    rows(
      [1, 2].map(x => ({ x })),
      { schema: { x: 'float64' } },
    ),
  )
  const scaler = await standardScaler().fit(data)
  expect(thrown(() => scaler.toSql()).code).toBe('ml.no-sql')
  expect(thrown(() => scaler.toSelect('t', 'oracle' as never)).code).toBe('ml.no-sql')
  expect(await (await tm.sql(scaler.toSelect('t'), { tables: { t: data } })).rows()).toEqual([{ x: -1 }, { x: 1 }])
})

test('SQL of a model gives NULL for a NULL, though it learnt from a column without any', async () => {
  const list = Array.from({ length: 20 }, (_, x) => ({ x, y: x < 10 ? 1 : 5 }))
  const data = await tm.read(rows(list, { schema: { x: 'float64', y: 'float64' } }))
  const holes = await tm.read(rows([{ x: null }, { x: 2 }, { x: 12 }], { schema: { x: 'float64?' } }))
  for (const estimator of [
    decisionTreeRegressor(),
    linearRegression(),
    pipeline({ scale: standardScaler(), fit: decisionTreeRegressor() }),
  ]) {
    const model = await estimator.fit(data, { target: 'y' })
    const [none, low, high] = await (await tm.sql(model.toSelect('t'), { tables: { t: holes } })).rows()
    expect([none?.['prediction'], low?.['prediction'], high?.['prediction']]).toEqual([
      null,
      expect.closeTo(model.predict({ x: 2 }).prediction, 9),
      expect.closeTo(model.predict({ x: 12 }).prediction, 9),
    ])
  }
})

test('estimators and models say what they are', async () => {
  expect(describeValue(minMaxScaler())).toEqual({
    kind: 'keyValues',
    title: 'minMaxScaler (transformer)',
    pairs: [
      ['low', '0'],
      ['high', '1'],
    ],
  })
  const data = await tm.read(
    rows(
      [1, 2].map(x => ({ x, y: x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  const model = await pipeline({ scale: standardScaler(), fit: linearRegression() }).fit(data, { target: 'y' })
  const text = JSON.stringify(describeValue(model))
  for (const part of ['pipeline (regressor)', '2 rows', 'scale.offset', 'fit.coef', '"y"']) expect(text).toContain(part)
})

test('aborting a fit ends it', async () => {
  const data = await tm.read(
    rows(
      [1, 2].map(x => ({ x, y: x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  await expect(linearRegression().fit(data, { target: 'y', signal: AbortSignal.abort() })).rejects.toThrow(/abort|cancel/)
})

function row(x: number, w: number, y: number): { x: number; w: number; y: number } {
  return { x, w, y }
}

function thrown(call: () => unknown): TidemillError {
  try {
    call()
  } catch (error) {
    if (error instanceof TidemillError) return error
    throw error
  }
  throw new Error('it did not throw')
}

test('columns that only a function knows are learnt before the fit, the prediction and the evaluation', async () => {
  const data = (
    await tm.read(
      rows(
        [1, 2, 3, 4].map(x => ({ x })),
        { schema: { x: 'float64' } },
      ),
    )
  ).map(r => ({ a: r.x, y: 2 * r.x + 1 }))
  const model = await linearRegression().fit(data, { target: 'y' })
  expect(model.features).toEqual(['a'])
  const predicted = await model.transform(data).rows()
  expect(predicted.map(r => Math.round(r.prediction * 1e9) / 1e9)).toEqual([3, 5, 7, 9])
  expect((await model.evaluate(data)).rows).toBe(4)
})
