import type { MlText } from './text.ts'

export const decisionTreeRegressor: MlText = {
  functions: ['decisionTreeRegressor'],
  group: 'Models',
  about: 'A model of steps for a number; it cannot go beyond the targets it has seen.',
  input: 'Numeric features and target without NULLs. `weight` names a column of row weights.',
  output: 'A column `prediction` (float64): the mean of the training rows in the leaf; NULL where a feature is NULL.',
  example: `
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { decisionTreeRegressor } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const model = await decisionTreeRegressor({ maxDepth: 6, minLeaf: 20 }).fit(train, { target: 'medHouseVal' })
console.log((await model.evaluate(test)).mse.toFixed(3)) // => 0.494
const [most] = Object.entries(model.importance ?? {}).toSorted(([, a], [, b]) => b - a)
console.log(most?.[0], most?.[1].toFixed(2)) // => medInc 0.73
await tm.close()
`,
  computed:
    'At each node the split that lowers the squared error most, top down. A feature with at most 256 different values is split as exact trees do, at the middle between two values; with more it is cut into 256 ranges of about the same number of rows. Source: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984).',
  peer: {
    name: 'sklearn.tree.DecisionTreeRegressor',
    differs: 'Names as for `decisionTreeClassifier`. The only criterion is the squared error.',
  },
  limits: [
    'No pruning afterwards (`ccp_alpha`), no limit on the number of leaves.',
    'A prediction is SQL up to 2,000 nodes; beyond it runs beside the engine.',
    'Text must be encoded first.',
  ],
}
