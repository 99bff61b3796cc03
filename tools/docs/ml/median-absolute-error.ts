import type { MlText } from './text.ts'

export const medianAbsoluteError: MlText = {
  functions: ['medianAbsoluteError'],
  group: 'Metrics of numbers',
  about: 'The error of a usual row; half of the rows may be as wrong as they like.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: 'A number from 0 (best) up, in the unit of the target.',
  example: `
import { medianAbsoluteError } from 'tidemill/ml'

console.log(medianAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8])) // => 0.5
`,
  computed: 'The median of `|truth - prediction|`.',
  peer: { name: 'sklearn.metrics.median_absolute_error', differs: 'The same.' },
  limits: ['All errors are kept in memory to be sorted.'],
}
