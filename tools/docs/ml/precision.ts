import type { MlText } from './text.ts'

export const precision: MlText = {
  functions: ['precision'],
  group: 'Metrics of classes',
  about: 'How far an alarm can be trusted.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output:
    'A number from 0 to 1. Of two labels that of the second, or of `positive`; of more the mean over the labels (`macro`), unless `average` says otherwise.',
  example: `
import { precision } from 'tidemill/ml'

console.log(precision([0, 1, 1, 0], [1, 1, 0, 0])) // => 0.5
console.log(precision(['no', 'yes', 'yes'], ['no', 'yes', 'no'], { positive: 'no' })) // => 0.5
console.log(precision([0, 1, 2, 0], [0, 2, 1, 0], { average: 'macro' }).toFixed(3)) // => 0.333
`,
  computed: 'Hits over rows predicted so.',
  peer: {
    name: 'sklearn.metrics.precision_score',
    differs:
      '`pos_label=1` is `positive`, by default the second of two labels in their order; three labels and no `average` are a macro mean here, an error there. `zero_division` is 0, without a warning.',
  },
  limits: ['0, not an error, where no row was predicted so.'],
}
