import type { MlText } from './text.ts'

export const gridSearch: MlText = {
  functions: ['gridSearch'],
  group: 'Choosing and looking inside',
  about: 'Take it to choose parameters by held-out rows, on all cores.',
  input: 'An estimator that predicts, values by parameter (of a pipeline `step.parameter`), and the rows, target and options of its `fit`.',
  output:
    '`best`, the model learnt from all rows with the best parameters; `bestParams`, `bestScore`, all `candidates` with their scores by fold, and `table()`, best first.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { gridSearch, randomForestClassifier } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const search = gridSearch(randomForestClassifier({ seed: 42 }), { trees: [20, 50], maxDepth: [2, 10] }, { folds: 5 })
const found = await search.fit(train, { target: 'species' })
console.log(search.candidates, found.table()[0]?.['rank']) // => 4 1
console.log(found.bestScore > 0.9, (await found.best.evaluate(test)).accuracy) // => true 1
await tm.close()
`,
  computed:
    'Every candidate is learnt on every fold, fits dealt over the worker threads; of equal means the candidate that comes first in the grid is taken. Then the best learns from all rows. With `resume` the scores are kept in a file (with a hash of data, folds and candidates), and a search that was stopped goes on from there.',
  peer: {
    name: 'sklearn.model_selection.GridSearchCV',
    differs:
      '`param_grid` with `step__parameter` is a grid with `step.parameter`; `best_estimator_` is `best`. Candidates come in the order in which the grid is written, not in the order of the sorted names. Scores of errors are errors, lower is better.',
  },
  limits: ['The rows must fit into memory.', 'One metric decides; others can be had from `crossValidate`.', 'No random or halving search.'],
}
