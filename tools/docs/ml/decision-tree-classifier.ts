import type { MlText } from './text.ts'

export const decisionTreeClassifier: MlText = {
  functions: ['decisionTreeClassifier'],
  group: 'Models',
  about:
    'A model that can be read: questions and answers. Alone it learns its rows by heart unless `maxDepth` or `minLeaf` hold it back; many together are `randomForestClassifier`.',
  input: 'Numeric features without NULLs; a target of text, booleans or whole numbers. `weight` names a column of row weights.',
  output:
    'Columns `prediction` (the label) and `probabilities` (the shares of the labels in the leaf, in the order of `model.classes`); NULL where a feature is NULL. `model.importance` tells what the splits gained.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { decisionTreeClassifier } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const model = await decisionTreeClassifier({ maxDepth: 2 }).fit(train, { target: 'species' })
console.log((await model.evaluate(test)).accuracy.toFixed(3)) // => 0.967
console.log(model.predict({ sepalLength: 5, sepalWidth: 3.4, petalLength: 1.5, petalWidth: 0.2 }).prediction) // => setosa
await tm.close()
`,
  computed:
    'At each node the split that lowers the impurity most (`gini` or `entropy`), top down. A feature with at most 256 different values is split as exact trees do, at the middle between two values; with more it is cut into 256 ranges of about the same number of rows. Source: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees" (1984).',
  peer: {
    name: 'sklearn.tree.DecisionTreeClassifier',
    differs:
      '`max_depth`, `min_samples_split`, `min_samples_leaf`, `max_features`, `random_state` are `maxDepth` (no limit: `Infinity`), `minSplit`, `minLeaf`, `maxFeatures` (`None`: `"all"`), `seed` (0, not by chance). scikit-learn takes NaN; here NULLs want an `imputer`.',
  },
  limits: [
    'No pruning afterwards (`ccp_alpha`), no limit on the number of leaves.',
    'A prediction is SQL up to 2,000 nodes; beyond, and for `probabilities`, it runs beside the engine.',
    'Text must be encoded first.',
  ],
}
