import type { MlText } from './text.ts'

export const confusion: MlText = {
  functions: ['confusion'],
  group: 'Metrics of classes',
  about: 'Which classes are taken for which; look at it before any single figure.',
  input: 'Two columns of labels of one length: texts, whole numbers or booleans.',
  output: '`{ labels, counts }`: `counts[i][j]` rows (or their weight) of label i that were predicted as label j.',
  example: `
import { confusion } from 'tidemill/ml'

const { labels, counts } = confusion(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog'])
console.log(labels.join(' '), JSON.stringify(counts)) // => cat dog [[1,0],[1,1]]
`,
  computed: 'Counting.',
  peer: {
    name: 'sklearn.metrics.confusion_matrix',
    differs: 'The same orientation: true labels down, predicted ones across. It also says which labels they are.',
  },
  limits: ['No normalised form.'],
}
