import type { MlText } from './text.ts'

export const permutationImportance: MlText = {
  functions: ['permutationImportance'],
  group: 'Choosing and looking inside',
  about:
    'Take it to see what a model depends on, whatever its kind; on rows it has not learnt from. Columns before encoding are shuffled, so a text column counts as one.',
  parameters: {
    'options.scoring': 'The name of a metric.',
    data: 'Rows with the features and the target.',
    'options.seed': 'Decides the shuffles.',
    'options.workers': 'How many worker threads may help; the bits do not depend on it.',
    'options.signal': 'Ends it early.',
  },
  input: 'A fitted model that predicts, and rows with its features and target.',
  output:
    'A list of `{ feature, mean, std }`, greatest first: how much worse the score gets when the values of a feature are shuffled. About 0: the model does not need it. Below 0: by chance.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { decisionTreeClassifier, permutationImportance } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const model = await decisionTreeClassifier({ maxDepth: 3 }).fit(train, { target: 'species' })
const importance = await permutationImportance(model, test, { repeats: 10, seed: 1 })
console.log(importance.length, importance[0]?.feature) // => 4 petalWidth
console.log(importance.find(one => one.feature === 'sepalWidth')?.mean) // => 0
await tm.close()
`,
  computed:
    'The rows are predicted as they are, then with one feature shuffled at a time, `repeats` times each; the order of a shuffle depends on seed, feature and repeat alone. Sources: Breiman, "Random forests" (2001); Fisher, Rudin, Dominici, "All models are wrong, but many are useful" (2019).',
  peer: {
    name: 'sklearn.inspection.permutation_importance',
    differs:
      '`n_repeats` is `repeats`, `random_state` is `seed` (0, not by chance). For errors the loss is turned round, so greater is always more important.',
  },
  limits: ['Features that say the same share their importance; each alone may look useless.', 'The rows must fit into memory.'],
}
