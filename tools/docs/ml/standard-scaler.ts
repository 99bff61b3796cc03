import type { MlText } from './text.ts'

export const standardScaler: MlText = {
  functions: ['standardScaler'],
  group: 'Preparation',
  about:
    'Take it before models that compare the sizes of columns: logistic regression, everything with a penalty. Trees and plain least squares do not need it.',
  input: 'Numeric columns (integers, floats, booleans as 0 and 1) without NULLs. `weight` names a column of row weights.',
  output:
    'float64 columns of the same names: `(x - mean) / deviation`. A fitted scaler is a model: `transform` puts it into a plan, `predict` scales one row, `toSelect` prints it as SQL.',
  example: `
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { standardScaler } from 'tidemill/ml'

const tm = await tidemill()
const flowers = await tm.read(iris())
const scaler = await standardScaler().fit(flowers, { columns: ['petalLength', 'petalWidth'] })
const [first] = await scaler.transform(flowers).rows()
console.log(first?.petalLength.toFixed(3), first?.petalWidth.toFixed(3)) // => -1.340 -1.315
console.log(scaler.predict({ petalLength: 6.9, petalWidth: 1.2 }).petalLength.toFixed(3)) // => 1.786
await tm.close()
`,
  computed:
    'Mean and population deviation in one pass. Rows are read in blocks of 4,096 whose figures are merged in the order of the blocks, so the bits depend on the rows and their order, not on batches or threads. A constant column has exactly no deviation and becomes 0. Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).',
  peer: {
    name: 'sklearn.preprocessing.StandardScaler',
    differs:
      '`with_mean` is `withMean`, `with_std` is `withStd`; the same deviation (of the population). scikit-learn leaves NaN where it is; here NULLs are an error, so that nothing is scaled unseen: put `imputer` before.',
  },
  limits: [
    'NULL and NaN are errors while learning; a NULL in a row to be scaled gives NULL.',
    'A column whose squares overflow a float64 is an error.',
  ],
}
