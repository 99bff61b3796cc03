import type { MlText } from './text.ts'

export const mape: MlText = {
  functions: ['mape'],
  group: 'Metrics of numbers',
  about: 'Errors as a share of the truth, for targets that are far from 0.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: 'A number from 0 (best) up; 0.1 is ten percent.',
  example: `
import { mape } from 'tidemill/ml'

console.log(mape([100, 200], [110, 180])) // => 0.1
`,
  computed: 'The mean of `|truth - prediction| / |truth|`.',
  peer: { name: 'sklearn.metrics.mean_absolute_percentage_error', differs: 'The same, also for a truth of 0, which counts as 2^-52.' },
  limits: ['A single true value of 0 makes it huge.'],
}
