import type { MlText } from './text.ts'

export const accuracy: MlText = {
  functions: ['accuracy'],
  group: 'Metrics of classes',
  about:
    'The plain question how often it is right. With rare classes it flatters: always saying the frequent one may be 99 % right. Then look at `balancedAccuracy`, `f1` or `rocAuc`.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output: 'A number from 0 to 1; 1 is best.',
  example: `
import { accuracy } from 'tidemill/ml'

console.log(accuracy(['cat', 'dog', 'dog', 'cat'], ['cat', 'cat', 'dog', 'cat'])) // => 0.75
console.log(accuracy(['cat', 'dog', 'dog', 'cat'], ['cat', 'cat', 'dog', 'cat'], { weights: [1, 3, 1, 1] })) // => 0.5
`,
  computed: 'Weight of the rows that are right, over the weight of all.',
  peer: {
    name: 'sklearn.metrics.accuracy_score',
    differs: 'The same; `sample_weight` is `weights`. There is no count instead of a share (`normalize=False`).',
  },
  limits: ['A label that is only predicted, or only true, is fine; of different types (text and number) it is an error.'],
}
