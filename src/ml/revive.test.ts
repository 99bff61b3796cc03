import { expect, test } from 'vitest'
import { batchFromRows, rawAt } from '../batch/index.ts'
import { schemaOf } from '../schema/index.ts'
import { revive } from './index.ts'
import { modelCode } from './revive.ts'

const pipeline = {
  kind: 'pipeline',
  state: {
    features: ['a', 'b'],
    steps: [
      { name: 'scale', kind: 'standardScaler', state: { features: ['a', 'b'], offset: [1, 2], scale: [2, 4] } },
      { name: 'fit', kind: 'linearRegression', state: { features: ['a', 'b'], coef: [10, 100], intercept: 1 } },
    ],
  },
}
const schema = schemaOf({ b: 'int32?', a: 'float64', n: 'string' })

test('a model is revived from its data alone and predicts batches by column name', () => {
  const batch = batchFromRows(schema, [
    { a: 3, b: 6, n: 'x' },
    { a: 1, b: 2, n: 'y' },
  ])
  const [prediction] = revive(structuredClone(pipeline))(batch)
  expect(prediction && [0, 1].map(row => rawAt(prediction, row))).toEqual([111, 1])
})

test('a NULL makes NULL only what depends on it', () => {
  const batch = batchFromRows(schema, [
    { a: 3, b: null, n: 'x' },
    { a: 1, b: 2, n: 'y' },
  ])
  const [prediction] = revive(pipeline)(batch)
  expect(prediction && [0, 1].map(row => rawAt(prediction, row))).toEqual([null, 1])
  const [a, b] = revive(pipeline.state.steps[0] as { kind: string; state: object })(batch)
  expect(a && [0, 1].map(row => rawAt(a, row))).toEqual([1, 0])
  expect(b && [0, 1].map(row => rawAt(b, row))).toEqual([null, 0])
})

test('a batch that lacks a column, and an unknown kind, are errors', () => {
  const poor = batchFromRows(schemaOf({ a: 'float64' }), [{ a: 1 }])
  expect(() => revive(pipeline)(poor)).toThrow(
    expect.objectContaining({ code: 'ml.missing-feature', message: 'missing feature: b (have a)' }),
  )
  expect(() => revive({ kind: 'oracle', state: {} })).toThrow(expect.objectContaining({ code: 'ml.unknown-kind' }))
})

test('the code of a model can be imported where it is needed', async () => {
  const module = (await import(modelCode.url)) as Record<string, unknown>
  expect(module[modelCode.export]).toBe(revive)
})
