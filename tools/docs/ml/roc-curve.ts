import type { MlText } from './text.ts'

export const rocCurve: MlText = {
  functions: ['rocCurve'],
  group: 'Metrics of classes',
  about: 'The points to draw, or to choose a threshold from.',
  parameters: {
    scores: 'One number a row, the higher the more positive.',
  },
  input: 'The true labels, and one score a row (higher is more positive).',
  output:
    '`{ falsePositiveRate, truePositiveRate, thresholds }`, from the strictest threshold (Infinity: nothing is positive) to the mildest.',
  example: `
import { rocCurve } from 'tidemill/ml'

const curve = rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
console.log([...curve.truePositiveRate].join(' ')) // => 0 0.5 0.5 1 1
console.log([...curve.falsePositiveRate].join(' ')) // => 0 0 0.5 0.5 1
console.log([...curve.thresholds].join(' ')) // => Infinity 0.8 0.4 0.35 0.1
`,
  computed: 'Scores sorted downwards, a point for each different one. Source: Fawcett, "An introduction to ROC analysis" (2006).',
  peer: { name: 'sklearn.metrics.roc_curve', differs: 'As with `drop_intermediate=False`: no point is left out.' },
  limits: ['Two labels.'],
}
