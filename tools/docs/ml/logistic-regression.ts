import type { MlText } from './text.ts'

export const logisticRegression: MlText = {
  functions: ['logisticRegression'],
  group: 'Models',
  about:
    'The first model to try for classes: quick, its probabilities are well calibrated when the model is right, and the coefficients can be read.',
  parameters: {
    maxIterations: 'The most steps of the search.',
  },
  input:
    'Numeric features without NULLs, best scaled; a target of text, booleans or whole numbers with at least two labels. `weight` names a column of row weights.',
  output: 'Columns `prediction` (the label) and `probabilities` (a list in the order of `model.classes`); NULL where a feature is NULL.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { logisticRegression, pipeline, standardScaler } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const model = await pipeline({ scale: standardScaler(), fit: logisticRegression() }).fit(train, { target: 'species' })
console.log(model.classes?.join(', ')) // => setosa, versicolor, virginica
const { accuracy, logLoss } = await model.evaluate(test)
console.log(accuracy, logLoss.toFixed(4)) // => 1 0.1203
const { prediction, probabilities } = model.predict({ sepalLength: 6, sepalWidth: 3, petalLength: 4.8, petalWidth: 1.8 })
console.log(prediction, probabilities.map(share => share.toFixed(2)).join(' ')) // => virginica 0.01 0.41 0.58
await tm.close()
`,
  computed:
    'The least `c * sum(weight * log loss) + |coefficients|^2 / 2`, the constant without a penalty: one score for two labels, softmax for more. L-BFGS with a strong-Wolfe line search over blocks of rows, preconditioned at the start. Sources: Nocedal, Wright, "Numerical Optimization" (2006), algorithms 7.4 and 7.5; Moré, Thuente (1994).',
  peer: {
    name: 'sklearn.linear_model.LogisticRegression',
    differs:
      '`C` is `c`, `fit_intercept` is `intercept`, `class_weight="balanced"` is `classWeight: "balanced"`, `tol` is `tolerance` (1e-6 here, 1e-4 there), `max_iter` is `maxIterations` (1000 here, 100 there). The same objective, so the same coefficients.',
  },
  limits: [
    'Penalties are `l2` or `none`; no `l1`.',
    'A model that ran out of iterations says so in its state (`converged: false`); `tidemill train` tells of it.',
    'The whole prediction is SQL only without `probabilities`, so in a plan it runs beside the engine.',
  ],
}
