import type { MlText } from './text.ts'

export const randomForestClassifier: MlText = {
  functions: ['randomForestClassifier'],
  group: 'Models',
  about: 'The model to try second, and often last: little to set, hard to spoil, no scaling needed.',
  parameters: {
    trees: 'How many trees.',
  },
  input: 'Numeric features without NULLs; a target of text, booleans or whole numbers. `weight` names a column of row weights.',
  output:
    'Columns `prediction` (the label with the greatest mean share) and `probabilities` (the mean shares over the trees, in the order of `model.classes`); NULL where a feature is NULL. `model.importance` tells what the splits gained.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { randomForestClassifier } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const forest = randomForestClassifier({ trees: 100, maxDepth: 10, seed: 42 })
const model = await forest.fit(train, { target: 'species' })
console.log((await model.evaluate(test)).accuracy) // => 1
const again = await forest.fit(train, { target: 'species', workers: 1 })
console.log(JSON.stringify(again.toJson()) === JSON.stringify(model.toJson())) // => true
await tm.close()
`,
  computed:
    'Each tree learns from rows drawn with putting back and tries a few features at each node, drawn by the seed and the number of the tree alone; trees are grown on all worker threads and put together in their order, so one worker and eight give the same bits. A feature with at most 256 different values is split as exact trees do, at the middle between two values; with more it is cut into 256 ranges of about the same number of rows. Source: Breiman, "Random forests" (2001).',
  peer: {
    name: 'sklearn.ensemble.RandomForestClassifier',
    differs:
      '`n_estimators` is `trees`; other names as for `decisionTreeClassifier`; `n_jobs` is `workers` of `fit`. `maxFeatures: "auto"`, refused since scikit-learn 1.3, is read as `sqrt` with a note. The draws are other ones, so single trees differ and scores agree within the spread of seeds.',
  },
  limits: [
    'No out-of-bag score; use `crossValidate`.',
    'Several trees have no SQL for labels: in a plan the forest runs beside the engine.',
    'Text must be encoded first.',
  ],
}
