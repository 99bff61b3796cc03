import type { MlText } from './text.ts'

export const rmse: MlText = {
  functions: ['rmse'],
  group: 'Metrics of numbers',
  about: 'The typical size of an error, large ones counted more, in the unit of the target.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: 'A number from 0 (best) up.',
  example: `
import { rmse } from 'tidemill/ml'

console.log(rmse([3, -0.5, 2, 7], [2.5, 0, 2, 8]).toFixed(4)) // => 0.6124
`,
  computed: 'The root of `mse`.',
  peer: { name: 'sklearn.metrics.root_mean_squared_error', differs: 'The same, of one target.' },
  limits: ['One target.'],
}
