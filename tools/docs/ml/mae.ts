import type { MlText } from './text.ts'

export const mae: MlText = {
  functions: ['mae'],
  group: 'Metrics of numbers',
  about: 'The typical size of an error; a few large ones do not decide it.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: 'A number from 0 (best) up, in the unit of the target.',
  example: `
import { mae } from 'tidemill/ml'

console.log(mae([3, -0.5, 2, 7], [2.5, 0, 2, 8])) // => 0.5
`,
  computed: 'The mean of `|truth - prediction|`.',
  peer: { name: 'sklearn.metrics.mean_absolute_error', differs: 'The same, of one target.' },
  limits: ['One target.'],
}
