/** What the compiler says about estimators; nothing here runs. */
import { expect, test } from 'vitest'
import type { Dataset } from '../dataset/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { linearRegression, loadModel, pipeline, standardScaler } from './index.ts'

declare const flowers: Dataset<{ petalLength: number; petalWidth: number | null; species: 'setosa' | 'virginica' }>
declare const homes: Dataset<{ a: number; b: bigint; w: number }>
declare const open: Dataset<OpenRow>
const both = pipeline({ scale: standardScaler(), fit: linearRegression() })

export const mistakes = async (): Promise<unknown> => [
  // @ts-expect-error not a column
  linearRegression().fit(homes, { target: 'c' }),
  // @ts-expect-error a regressor needs a numeric target
  linearRegression().fit(flowers, { target: 'species' }),
  // @ts-expect-error target is missing
  linearRegression().fit(homes),
  // @ts-expect-error numeric columns only
  linearRegression().fit(flowers, { target: 'petalWidth' }),
  // @ts-expect-error the same through a scaler in a pipeline
  both.fit(flowers, { target: 'petalWidth' }),
  // @ts-expect-error a scaler over text
  standardScaler().fit(flowers),
  // @ts-expect-error a weight is a number
  linearRegression().fit(flowers, { target: 'petalWidth', columns: ['petalLength'], weight: 'species' }),
  // @ts-expect-error no such parameter
  both.with({ 'scale.alpha': 1 }),
  // @ts-expect-error a step name must not be a number
  pipeline({ 1: standardScaler(), fit: linearRegression() }),
  // @ts-expect-error missing column, or of another type: a
  (await linearRegression().fit(homes, { target: 'b' })).transform(flowers),
  // @ts-expect-error a is missing
  (await linearRegression().fit(homes, { target: 'b' })).predict({ w: 1 }),
]

export const uses = async (): Promise<void> => {
  const regression = await linearRegression().fit(homes, { target: 'b', weight: 'w' })
  const names: readonly 'a'[] = regression.features
  const rows: { a: number; b: bigint; w: number; prediction: number }[] = await regression.transform(homes).rows()
  const { r2, rows: count } = await regression.evaluate(homes)
  const one: { prediction: number } = regression.predict({ a: 1 })
  const scaler = await standardScaler().fit(flowers, { columns: ['petalLength', 'petalWidth'] })
  const kept: { petalLength: number; petalWidth: number | null; species: 'setosa' | 'virginica' }[] = await scaler.transform(flowers).rows()
  const scaled = await standardScaler().fit(homes)
  const numbers: { a: number; b: number; w: number }[] = await scaled.transform(homes).rows()
  const params: boolean = both.params['scale.withMean']
  const loaded = await loadModel('models/price')
  const predicted: Dataset<{ prediction: number }> = loaded.transform(homes)
  const unknown = await linearRegression().fit(open, { target: 'y' })
  const found: number | undefined = (await unknown.transform(open).select('prediction').rows())[0]?.prediction
  const plain = homes.transform(regression).select('prediction')
  void [names, rows, r2, count, one, kept, numbers, params, predicted, found, plain]
}

test('types are checked by the compiler', () => {
  expect([mistakes, uses].every(check => typeof check === 'function')).toBe(true)
})
