import type { MlText } from './text.ts'

export const mcc: MlText = {
  functions: ['mcc'],
  group: 'Metrics of classes',
  about: 'One figure for all four cells of a confusion matrix; robust to classes of different size.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output: 'A number from -1 to 1; 0 for a guess.',
  example: `
import { mcc } from 'tidemill/ml'

console.log(mcc([1, 1, 1, 0], [1, 0, 1, 1]).toFixed(2)) // => -0.33
`,
  computed:
    'The correlation of truth and prediction, for any number of labels. Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004).',
  peer: { name: 'sklearn.metrics.matthews_corrcoef', differs: 'The same.' },
  limits: ['0 where truth or prediction has one label only.'],
}
