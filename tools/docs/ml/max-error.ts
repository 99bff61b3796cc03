import type { MlText } from './text.ts'

export const maxError: MlText = {
  functions: ['maxError'],
  group: 'Metrics of numbers',
  about: 'The worst case.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: 'A number from 0 (best) up, in the unit of the target.',
  example: `
import { maxError } from 'tidemill/ml'

console.log(maxError([3, 2, 7, 1], [4, 2, 7, 1])) // => 1
`,
  computed: 'The largest `|truth - prediction|`.',
  peer: { name: 'sklearn.metrics.max_error', differs: 'The same.' },
  limits: ['No weights.'],
}
