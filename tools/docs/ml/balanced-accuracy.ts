import type { MlText } from './text.ts'

export const balancedAccuracy: MlText = {
  functions: ['balancedAccuracy'],
  group: 'Metrics of classes',
  about: 'Accuracy where classes are of different size: each class counts the same.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output: 'A number from 0 to 1; a guess has 1 over the number of classes.',
  example: `
import { balancedAccuracy } from 'tidemill/ml'

console.log(balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0])) // => 0.5
`,
  computed:
    'The mean of the recalls of the labels that are true somewhere. Source: Brodersen and others, "The balanced accuracy and its posterior distribution" (2010).',
  peer: { name: 'sklearn.metrics.balanced_accuracy_score', differs: 'The same; `adjusted` is not there.' },
  limits: ['Labels that are predicted and never true do not count.'],
}
