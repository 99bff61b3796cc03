/** Against scikit-learn on California housing; the numbers are in `golden/california-linear.json`. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../dataset/index.ts'
import { californiaHousing } from '../datasets/index.ts'
import type { Source } from '../plan/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { linearRegression, minMaxScaler, pipeline, standardScaler } from './index.ts'

interface Golden {
  readonly tolerance: number
  readonly testRows: number
  readonly scalerMean: readonly number[]
  readonly scalerScale: readonly number[]
  readonly coef: readonly number[]
  readonly intercept: number
  readonly holdOut: { readonly mse: number; readonly mae: number; readonly r2: number }
  readonly firstPredictions: readonly number[]
  readonly allRowsMse: number
}
const golden = JSON.parse(readFileSync(new URL('./golden/california-linear.json', import.meta.url), 'utf8')) as Golden
const price = pipeline({ scale: standardScaler(), fit: linearRegression() })

type Houses = ReturnType<typeof californiaHousing> extends Source<infer R> ? Dataset<R> : never
let tm: Session
let houses: Houses
let train: Houses
let holdOut: Houses

beforeAll(async () => {
  tm = await tidemill()
  houses = await tm.read(californiaHousing())
  const parts = houses.split(californiaHousing.articleSplit)
  train = parts.train
  holdOut = parts.test
})
afterAll(() => tm.close())

test('the scaler, the coefficients and the predictions are those of scikit-learn', async () => {
  const model = await price.fit(train, { target: 'medHouseVal' })
  expect(model.rows).toBe(20_640 - golden.testRows)
  const { state, tensors } = model.toJson() as {
    state: { steps: [unknown, { state: { intercept: number } }] }
    tensors: Record<string, { values: number[] }>
  }
  closeAll(tensors['0.offset']?.values, golden.scalerMean)
  closeAll(tensors['0.scale']?.values, golden.scalerScale)
  closeAll(tensors['1.coef']?.values, golden.coef)
  close(state.steps[1].state.intercept, golden.intercept)
  const first = await model.transform(holdOut).limit(3).rows()
  closeAll(
    first.map(row => row.prediction),
    golden.firstPredictions,
  )
})

test('training error and hold-out error are told apart by their rows', async () => {
  const model = await price.fit(train, { target: 'medHouseVal' })
  const unseen = await model.evaluate(holdOut)
  expect(unseen.rows).toBe(golden.testRows)
  close(unseen.mse, golden.holdOut.mse)
  close(unseen.rmse, Math.sqrt(golden.holdOut.mse))
  close(unseen.mae, golden.holdOut.mae)
  close(unseen.r2, golden.holdOut.r2)
  const seen = await model.evaluate(train)
  expect(seen.rows).toBe(20_640 - golden.testRows)
  expect(seen.mse.toFixed(4)).toBe('0.5179')
  const all = await (await price.fit(houses, { target: 'medHouseVal' })).evaluate(houses)
  expect(all.rows).toBe(20_640)
  close(all.mse, golden.allRowsMse)
})

test('scaling changes no prediction of least squares', async () => {
  const nested = pipeline({ prepare: pipeline({ range: minMaxScaler(), scale: standardScaler() }), fit: linearRegression() })
  for (const estimator of [linearRegression(), nested]) {
    const model = await estimator.fit(train, { target: 'medHouseVal' })
    const { mse } = await model.evaluate(holdOut)
    expect(Math.abs(mse - golden.holdOut.mse)).toBeLessThan(golden.tolerance)
  }
})

test('the model in the plan, one row at a time, and its own SQL give the same bits', async () => {
  const model = await price.fit(train, { target: 'medHouseVal' })
  const predicted = await model.transform(holdOut).rows()
  const single = (await holdOut.rows()).map(row => model.predict(row).prediction)
  expect(single.length).toBe(golden.testRows)
  expect(predicted.findIndex((row, i) => !Object.is(row.prediction, single[i]))).toBe(-1)
  const selected = await (await tm.sql(model.toSelect('holdOut'), { tables: { holdOut } })).rows()
  expect(selected.findIndex((row, i) => !Object.is(row['prediction'], single[i]))).toBe(-1)
  const bare = await (await tm.sql(`SELECT ${model.toSql('duckdb')} AS p FROM "holdOut"`, { tables: { holdOut } })).rows()
  expect(bare.findIndex((row, i) => !Object.is(row['p'], single[i]))).toBe(-1)
})

function close(found: number | undefined, wanted: number): void {
  expect(Math.abs((found ?? Number.NaN) - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(
    golden.tolerance * Math.max(1, Math.abs(wanted)),
  )
}

function closeAll(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found?.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) close(found?.[i], value)
}
