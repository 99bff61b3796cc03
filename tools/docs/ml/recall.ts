import type { MlText } from './text.ts'

export const recall: MlText = {
  functions: ['recall'],
  group: 'Metrics of classes',
  about: 'How many of those that matter are found.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output:
    'A number from 0 to 1. Of two labels that of the second, or of `positive`; of more the mean over the labels (`macro`), unless `average` says otherwise.',
  example: `
import { recall } from 'tidemill/ml'

console.log(recall([0, 1, 1, 1, 1], [1, 1, 0, 0, 0])) // => 0.25
`,
  computed: 'Hits over rows that are so.',
  peer: { name: 'sklearn.metrics.recall_score', differs: 'As `precision`.' },
  limits: ['0, not an error, where no row is so.'],
}
