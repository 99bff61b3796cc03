import type { MlText } from './text.ts'

export const rocAuc: MlText = {
  functions: ['rocAuc'],
  group: 'Metrics of classes',
  about: 'How well scores put positives above negatives, whatever the threshold. 0.5 is guessing.',
  input: 'The true labels, and one score a row (higher is more positive), or `{ items, width }` with one for each label.',
  output: 'A number from 0 to 1; of lists for more than two labels the mean over the labels of each against the rest.',
  example: `
import { rocAuc } from 'tidemill/ml'

console.log(rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])) // => 0.75
console.log(rocAuc(['good', 'bad', 'good'], [0.2, 0.7, 0.7], { positive: 'bad' })) // => 0.75
`,
  computed:
    'Pairs of a positive and a negative row, equal scores counting half, counted by sorting. Source: Fawcett, "An introduction to ROC analysis" (2006).',
  peer: {
    name: 'sklearn.metrics.roc_auc_score',
    differs:
      'Of more than two labels `multi_class="ovr"` with `average="macro"` is the default here, and has to be asked for there. No `max_fpr`.',
  },
  limits: ['A truth of one label only is an error; `model.evaluate` gives NaN instead.'],
}
