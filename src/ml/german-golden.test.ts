/** Against scikit-learn on German credit, from the table to the scores: text, folds and threads; the numbers are in `solve/golden/logistic.json`. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../dataset/index.ts'
import { type Credit, germanCredit } from '../datasets/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { columns, crossValidate, givenFolds, logisticRegression, oneHotEncoder, pipeline, standardScaler } from './index.ts'

interface Golden {
  readonly german: {
    readonly folds: string
    readonly cv_auc: readonly number[]
    readonly cv_accuracy: readonly number[]
    readonly cv_log_loss: readonly number[]
    readonly full_coef_numeric: readonly number[]
    readonly full_intercept: readonly number[]
  }
}
const { german } = JSON.parse(readFileSync(new URL('./solve/golden/logistic.json', import.meta.url), 'utf8')) as Golden
const numbers = ['durationMonths', 'creditAmount', 'installmentRate', 'residenceSince', 'age', 'existingCredits', 'peopleLiable'] as const
const texts = [
  'checkingStatus',
  'creditHistory',
  'purpose',
  'savings',
  'employmentSince',
  'personalStatusSex',
  'otherDebtors',
  'property',
  'otherInstallmentPlans',
  'housing',
  'job',
  'telephone',
  'foreignWorker',
] as const
const risk = pipeline({
  prepare: columns({ number: { of: numbers, use: standardScaler() }, text: { of: texts, use: oneHotEncoder() } }),
  fit: logisticRegression({ tolerance: 1e-9 }),
})

let tm: Session
let credits: Dataset<Credit>
beforeAll(async () => {
  tm = await tidemill({ workers: 2 })
  credits = await tm.read(germanCredit())
})
afterAll(() => tm.close())

test('scaled numbers and encoded texts give the coefficients of scikit-learn, and one row predicts the bits of the plan', async () => {
  const model = await risk.fit(credits, { target: 'class' })
  const { state, tensors } = model.toJson() as {
    state: { steps: [unknown, { state: { intercept?: readonly number[] } }] }
    tensors: Record<string, { values: readonly number[] }>
  }
  const coef = tensors['1.coef']?.values ?? []
  expect(coef.length).toBe(7 + 54)
  for (const [i, wanted] of german.full_coef_numeric.entries()) expect(Math.abs((coef[i] ?? Number.NaN) - wanted)).toBeLessThan(1e-4)
  expect(state.steps.length).toBe(2)
  const planned = await model.transform(credits).rows()
  for (const [i, row] of (await credits.rows()).slice(0, 50).entries()) {
    const { prediction, probabilities } = model.predict(row)
    expect([planned[i]?.prediction, planned[i]?.probabilities]).toEqual([prediction, probabilities])
  }
})

test('each fold on its thread scores as scikit-learn does', async () => {
  const folds = givenFolds(Array.from(german.folds, Number))
  const { scores } = await crossValidate(risk, { folds, scoring: ['rocAuc', 'accuracy', 'logLoss'] }, credits, { target: 'class' })
  for (const [name, wanted] of [
    ['rocAuc', german.cv_auc],
    ['accuracy', german.cv_accuracy],
    ['logLoss', german.cv_log_loss],
  ] as const)
    for (const [fold, value] of wanted.entries())
      expect(Math.abs((scores[name]?.[fold] ?? Number.NaN) - value), `${name} ${fold}`).toBeLessThan(1e-4)
})
