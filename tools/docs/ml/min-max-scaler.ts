import type { MlText } from './text.ts'

export const minMaxScaler: MlText = {
  functions: ['minMaxScaler'],
  group: 'Preparation',
  about:
    'Take it where a fixed range is wanted: pixel values, features that are shares. One outlier squeezes all other values together; `standardScaler` is less touched by it.',
  input: 'Numeric columns (integers, floats, booleans as 0 and 1) without NULLs.',
  output: 'float64 columns of the same names: `low + (x - min) / (max - min) * (high - low)`.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { minMaxScaler } from 'tidemill/ml'

const tm = await tidemill()
const flowers = await tm.read(iris())
const scaler = await minMaxScaler({ low: -1 }).fit(flowers, { columns: ['petalLength'] })
console.log(scaler.predict({ petalLength: 1 }).petalLength, scaler.predict({ petalLength: 6.9 }).petalLength) // => -1 1
console.log(scaler.predict({ petalLength: 9.85 }).petalLength.toFixed(6)) // => 2.000000
await tm.close()
`,
  computed:
    'Smallest and largest value in one pass. Rows are read in blocks of 4,096 whose figures are merged in the order of the blocks, so the bits depend on the rows and their order, not on batches or threads.',
  peer: {
    name: 'sklearn.preprocessing.MinMaxScaler',
    differs: '`feature_range=(0, 1)` is `low` and `high`. There is no `clip`: values beyond those seen go beyond the range.',
  },
  limits: ['NULL and NaN are errors while learning; a NULL in a row to be scaled gives NULL.', 'Weights other than 0 change nothing.'],
}
