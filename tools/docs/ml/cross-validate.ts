import type { MlText } from './text.ts'

export const crossValidate: MlText = {
  functions: ['crossValidate'],
  group: 'Choosing and looking inside',
  about: 'Take it to know how good an estimator is when there are too few rows to hold many out, and how much that varies.',
  parameters: {
    'options.scoring': 'Names of metrics, such as `accuracy` or `mse`.',
    data: 'The rows.',
    fitOptions: 'Those of `fit`: `target`, `weight`, `columns`, `workers`, `signal`.',
  },
  input: 'An estimator that predicts, and the rows, target and options of its `fit`.',
  output:
    'Scores by metric and fold, their means and deviations, and for every row the prediction of the model that has not seen it (`outOfFold`).',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { crossValidate, logisticRegression, pipeline, standardScaler } from 'tidemill/ml'

const tm = await tidemill()
const flowers = await tm.read(iris())
const estimator = pipeline({ scale: standardScaler(), fit: logisticRegression() })
const { scores, mean, outOfFold } = await crossValidate(estimator, { folds: 5, scoring: ['accuracy', 'logLoss'] }, flowers, { target: 'species' })
console.log(scores['accuracy']?.map(score => score.toFixed(2)).join(' ')) // => 0.97 1.00 0.93 0.90 1.00
console.log(mean['accuracy']?.toFixed(3), mean['logLoss']?.toFixed(3)) // => 0.960 0.150
console.log(outOfFold.prediction.length, outOfFold.classes?.join(' ')) // => 150 setosa versicolor virginica
await tm.close()
`,
  computed:
    'Rows are read once into shared memory; the folds are learnt on all worker threads and put together in their order, so the bits do not depend on how many there are. The deviation is that of the population of folds.',
  peer: {
    name: 'sklearn.model_selection.cross_validate, cross_val_predict',
    differs:
      'Both in one answer. Scores of errors are errors, lower is better: `mse`, not `neg_mean_squared_error`. Classifiers get stratified folds by default in both.',
  },
  limits: ['The rows must fit into memory: 8 bytes a number, 4 a text.', 'No scores on the training rows, no fit times.'],
}
