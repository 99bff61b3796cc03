import type { MlText } from './text.ts'

export const mse: MlText = {
  functions: ['mse'],
  group: 'Metrics of numbers',
  about: 'What least squares makes small. Large errors count most; its root is in the unit of the target.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: `A number from 0 (best) up, in the square of the target's unit.`,
  example: `
import { mse } from 'tidemill/ml'

console.log(mse([3, -0.5, 2, 7], [2.5, 0, 2, 8])) // => 0.375
`,
  computed: 'The mean of `(truth - prediction)^2`.',
  peer: { name: 'sklearn.metrics.mean_squared_error', differs: 'The same, of one target.' },
  limits: ['One target.'],
}
