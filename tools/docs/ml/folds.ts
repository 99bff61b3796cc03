import type { MlText } from './text.ts'

export const folds: MlText = {
  functions: ['kFold', 'stratifiedKFold', 'givenFolds'],
  title: 'folds',
  group: 'Choosing and looking inside',
  about:
    'They say how rows are dealt into folds, for `crossValidate` and `gridSearch`. A bare number `folds: 5` means `stratifiedKFold` for classifiers and `kFold` for regressors, in the order of the rows. Rows in the order of their target want `shuffle`.',
  parameters: {
    'options.folds': 'How many folds.',
    numbers: 'For each row, in order, the fold it is held out in, from 0.',
  },
  input: 'Nothing: they are plain values. The rows come with `crossValidate` and `gridSearch`.',
  output: 'A frozen value that shows itself; each fold is held out once while the others are learnt from.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { crossValidate, decisionTreeClassifier, givenFolds, kFold, stratifiedKFold } from 'tidemill/ml'

const tm = await tidemill()
const flowers = await tm.read(iris())
const tree = decisionTreeClassifier({ maxDepth: 3 })
for (const folds of [
  kFold({ folds: 3 }), // the file is sorted by species: each fold holds one that the others have never seen
  kFold({ folds: 3, shuffle: true, seed: 7 }),
  stratifiedKFold({ folds: 3 }),
  givenFolds(Array.from({ length: 150 }, (_, row) => row % 3)),
]) {
  const { mean } = await crossValidate(tree, { folds, scoring: ['accuracy'] }, flowers, { target: 'species' })
  console.log(folds.kind, mean['accuracy']?.toFixed(2))
}
// => kFold 0.00
// => kFold 0.95
// => stratifiedKFold 0.96
// => givenFolds 0.91
await tm.close()
`,
  computed:
    '`kFold` cuts the rows into consecutive parts, the first ones a row longer where they do not divide; `stratifiedKFold` deals the rows of each class so that every fold has its share. With `shuffle` by a seeded shuffle (Fisher, Yates).',
  peer: {
    name: 'sklearn.model_selection.KFold, StratifiedKFold, PredefinedSplit',
    differs:
      '`n_splits` is `folds`, `random_state` is `seed`. Without `shuffle` the same folds as scikit-learn; with it the draws are other ones.',
  },
  limits: [
    'Rows that belong together (one customer, one day) are not kept together; give the folds with `givenFolds`.',
    'No folds by time.',
  ],
}
