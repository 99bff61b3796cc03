import type { MlText } from './text.ts'

export const brier: MlText = {
  functions: ['brier'],
  group: 'Metrics of classes',
  about: 'The squared error of probabilities; kinder than `logLoss` to confident mistakes.',
  input:
    'The true labels, and the probability of the second of two labels for each row; or `{ items, width }` with one for each label, row after row, as models give them.',
  output: 'Of two labels 0 (best) to 1; of more 0 to 2.',
  example: `
import { brier } from 'tidemill/ml'

console.log(brier([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]).toFixed(4)) // => 0.0375
`,
  computed:
    'The mean squared difference of the probability and what is true. Source: Brier, "Verification of forecasts expressed in terms of probability" (1950).',
  peer: {
    name: 'sklearn.metrics.brier_score_loss',
    differs: 'The same; of more than two labels the sum over the labels, as there (`scale_by_half=False`).',
  },
  limits: ['One label only is an error unless all are named in `labels`.'],
}
