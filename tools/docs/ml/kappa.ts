import type { MlText } from './text.ts'

export const kappa: MlText = {
  functions: ['kappa'],
  group: 'Metrics of classes',
  about: 'How far two labellings agree beyond chance: two people, or a person and a model.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output: 'A number up to 1; 0 for chance; NaN where both have the same one label throughout.',
  example: `
import { kappa } from 'tidemill/ml'

console.log(kappa([0, 1, 2, 0], [0, 1, 2, 1]).toFixed(3)) // => 0.636
`,
  computed: '`(agreed - expected) / (1 - expected)`. Source: Cohen, "A coefficient of agreement for nominal scales" (1960).',
  peer: {
    name: 'sklearn.metrics.cohen_kappa_score',
    differs: 'The same without `weights` of disagreements (linear, quadratic); `weights` here are those of rows.',
  },
  limits: ['Disagreements all count the same.'],
}
