import type { MlText } from './text.ts'

export const averagePrecision: MlText = {
  functions: ['averagePrecision'],
  group: 'Metrics of classes',
  about: 'The area under precision and recall: better than `rocAuc` to tell rankings apart when positives are rare.',
  parameters: {
    scores: 'One number a row, the higher the more positive.',
  },
  input: 'The true labels, and one score a row (higher is more positive).',
  output: 'A number from 0 to 1; a guess has the share of positives.',
  example: `
import { averagePrecision } from 'tidemill/ml'

console.log(averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toFixed(4)) // => 0.8333
`,
  computed:
    'Precision at every threshold, weighted by how much recall grew there, without interpolation. Source: Manning, Raghavan, Schütze, "Introduction to Information Retrieval" (2008), section 8.4.',
  peer: { name: 'sklearn.metrics.average_precision_score', differs: 'The same; `pos_label` is `positive`.' },
  limits: ['Two labels.'],
}
