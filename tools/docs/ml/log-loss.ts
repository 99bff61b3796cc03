import type { MlText } from './text.ts'

export const logLoss: MlText = {
  functions: ['logLoss'],
  group: 'Metrics of classes',
  about: 'How good the probabilities are, not only the labels; a confident mistake costs most.',
  input:
    'The true labels, and the probability of the second of two labels for each row; or `{ items, width }` with one for each label, row after row, as models give them.',
  output: 'A number from 0 (best) up; `ln(classes)` for a guess.',
  example: `
import { logLoss } from 'tidemill/ml'

console.log(logLoss([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]).toFixed(5)) // => 0.21616
console.log(logLoss(['a', 'b', 'c'], { items: Float64Array.of(0.8, 0.1, 0.1, 0.2, 0.6, 0.2, 0.1, 0.1, 0.8), width: 3 }).toFixed(4)) // => 0.3190
`,
  computed: 'The mean of `-ln(probability of the true label)`, probabilities clipped to 2^-52 .. 1 - 2^-52.',
  peer: {
    name: 'sklearn.metrics.log_loss',
    differs: 'The same clipping. scikit-learn warns when the probabilities of a row do not add up to 1; here they are taken as they are.',
  },
  limits: ['One label only is an error unless all are named in `labels`.'],
}
