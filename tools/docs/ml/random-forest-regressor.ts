import type { MlText } from './text.ts'

export const randomForestRegressor: MlText = {
  functions: ['randomForestRegressor'],
  group: 'Models',
  about: 'The model to try second for a number: little to set, no scaling needed. It cannot go beyond the targets it has seen.',
  parameters: {
    trees: 'How many trees.',
  },
  input: 'Numeric features and target without NULLs. `weight` names a column of row weights.',
  output:
    'A column `prediction` (float64): the mean over the trees; NULL where a feature is NULL. `model.importance` tells what the splits gained.',
  example: `
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { randomForestRegressor } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const model = await randomForestRegressor({ trees: 20, maxFeatures: 3, minLeaf: 5, seed: 42 }).fit(train, { target: 'medHouseVal' })
const { mse, r2 } = await model.evaluate(test)
console.log(mse < 0.3, r2 > 0.75) // => true true
await tm.close()
`,
  computed:
    'As `randomForestClassifier`; splits lower the squared error. A feature with at most 256 different values is split as exact trees do, at the middle between two values; with more it is cut into 256 ranges of about the same number of rows. Source: Breiman, "Random forests" (2001).',
  peer: {
    name: 'sklearn.ensemble.RandomForestRegressor',
    differs: '`n_estimators` is `trees`; `max_features=1.0` is `"all"`. A whole number is a number of features, a number below 1 a share.',
  },
  limits: [
    'No out-of-bag score; use `crossValidate`.',
    'A prediction is SQL only while all trees together have at most 2,000 nodes; beyond it runs beside the engine.',
    'Text must be encoded first.',
  ],
}
