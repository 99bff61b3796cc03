import type { MlText } from './text.ts'

export const f1: MlText = {
  functions: ['f1'],
  group: 'Metrics of classes',
  about: 'One figure for precision and recall together; high only when both are.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output:
    'A number from 0 to 1. Of two labels that of the second, or of `positive`; of more the mean over the labels (`macro`), unless `average` says otherwise.',
  example: `
import { f1 } from 'tidemill/ml'

console.log(f1([0, 1, 1, 0], [1, 1, 0, 0])) // => 0.5
console.log(f1([0, 1, 2, 2], [0, 2, 2, 2], { average: 'weighted' }).toFixed(3)) // => 0.650
`,
  computed: '`2 * hits / (true + predicted)`.',
  peer: { name: 'sklearn.metrics.f1_score', differs: 'As `precision`. There is no `fbeta`.' },
  limits: ['0, not an error, where a label neither is there nor was predicted.'],
}
