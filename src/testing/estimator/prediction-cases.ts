/** What regressors and classifiers keep besides. */
import assert from 'node:assert/strict'
import type { AnyModel } from '../../ml/index.ts'
import { planned, refused, same, single } from './bits.ts'
import type { Case } from '../suite.ts'
import { type EstimatorContext, estimatorCase } from './context.ts'
import { fit, type Labels, samples, schemaOf, subject } from './samples.ts'

const kindsOfLabels: readonly Labels[] = ['text', 'whole', 'boolean']
const classesOf: Readonly<Record<Labels, readonly unknown[]>> = {
  // By code point, as anywhere.
  text: ['low', 'middle', 'à part'],
  whole: [-3, 0, 11],
  boolean: [false, true],
}

export const predictionCases: readonly Case<EstimatorContext>[] = [
  estimatorCase('evaluating compares each prediction with the target', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 200 })
    const data = await table(rows, schemaOf(of))
    const model = await fit(make(), data)
    const found = (await model.evaluate(data)) as unknown as Readonly<Record<string, number>>
    assert.equal(found['rows'], 200)
    if (!of.predicts) return
    const predictions = rows.map(row => (model.predict(row) as { prediction: unknown }).prediction)
    if (of.estimator.role === 'classifier') {
      const right = rows.filter((row, i) => row['y'] === predictions[i]).length
      assert.equal(found['accuracy'], right / rows.length)
      assert.ok(right > 100, `only ${right} of 200 learnt rows are right`)
    } else {
      const mse = rows.reduce((sum, row, i) => sum + ((row['y'] as number) - (predictions[i] as number)) ** 2, 0) / rows.length
      assert.ok(Math.abs((found['mse'] ?? Number.NaN) / mse - 1) < 1e-9, `mse is ${found['mse']}, not ${mse}`)
      assert.ok((found['r2'] ?? 0) > 0.3, `r2 of learnt rows is ${found['r2']}`)
    }
  }),
  estimatorCase('labels may be text, whole numbers or booleans, and are predicted as what they are', async ({ make, table }) => {
    const of = subject(make)
    if (of.estimator.role !== 'classifier') return
    for (const labels of kindsOfLabels) {
      const rows = samples(of, { count: 200, labels })
      const data = await table(rows, schemaOf(of, { labels }))
      const model = await fit(make(), data)
      assert.deepEqual(model.classes, classesOf[labels])
      for (const row of rows.slice(0, 40)) checkShares(model, model.predict(row) as Answer)
      same(await planned(model, data), single(model, rows))
    }
  }),
  estimatorCase('a target with one label is learnt, or refused in words', async ({ make, table }) => {
    const of = subject(make)
    if (of.estimator.role !== 'classifier') return
    const rows = samples(of, { count: 60 }).map(row => ({ ...row, y: 'only' }))
    const data = await table(rows, schemaOf(of))
    let model: AnyModel
    try {
      model = await fit(make(), data)
    } catch {
      await refused(() => fit(make(), data), 'ml.no-labels', 'only')
      return
    }
    assert.deepEqual(model.predict(rows[0]), { prediction: 'only', probabilities: [1] })
  }),
  estimatorCase('a target that is a measure is no label, and text is no number: refused and named', async ({ make, table }) => {
    const of = subject(make)
    if (!of.predicts) return
    const measured = of.estimator.role === 'classifier'
    const rows = samples(of, { count: 30 }).map((row, i) => ({ ...row, y: measured ? i / 7 : `y${i}` }))
    const data = await table(rows, { ...schemaOf(of), y: measured ? 'float64' : 'string' } as never)
    await refused(() => fit(make(), data), measured ? 'ml.no-labels' : 'ml.not-numeric', 'y')
  }),
]

interface Answer {
  readonly prediction: unknown
  readonly probabilities: readonly number[]
}

function checkShares({ classes = [] }: AnyModel, { prediction, probabilities }: Answer): void {
  assert.equal(probabilities.length, classes.length)
  const sum = probabilities.reduce((all, share) => all + share, 0)
  assert.ok(Math.abs(sum - 1) < 1e-12, `probabilities add up to ${sum}`)
  assert.ok(
    probabilities.every(share => share >= 0 && share <= 1),
    `probabilities are ${probabilities.join(', ')}`,
  )
  assert.equal(prediction, classes[probabilities.indexOf(Math.max(...probabilities))])
}
