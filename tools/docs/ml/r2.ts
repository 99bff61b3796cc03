import type { MlText } from './text.ts'

export const r2: MlText = {
  functions: ['r2'],
  group: 'Metrics of numbers',
  about: 'How much better than always saying the mean.',
  parameters: {
    truth: 'What was to be predicted, a number a row.',
    prediction: 'What was predicted, in the same order.',
  },
  input: 'Two columns of finite numbers of one length.',
  output: '1 at best, 0 for the mean as prediction, below for worse.',
  example: `
import { r2 } from 'tidemill/ml'

console.log(r2([3, -0.5, 2, 7], [2.5, 0, 2, 8]).toFixed(4)) // => 0.9486
console.log(r2([1, 2, 3], [2, 2, 2]), r2([1, 2, 3], [3, 2, 1])) // => 0 -3
`,
  computed: '`1 - sum((truth - prediction)^2) / sum((truth - mean)^2)`.',
  peer: { name: 'sklearn.metrics.r2_score', differs: 'The same, also for a constant target (1 when every prediction is right, else 0).' },
  limits: ['NaN of one row.'],
}
