import type { MlText } from './text.ts'

export const imputer: MlText = {
  functions: ['imputer'],
  group: 'Preparation',
  about:
    'Take it before models that want every value. The value that stands in is learnt from the training rows only; inside a `pipeline` no held-out row leaks into it.',
  input: 'Numeric columns; with `mode` text columns too. NULL and NaN mean the same. `weight` counts a row so often.',
  output:
    'Columns of the same names without NULLs, numbers as float64. With `indicator` also `age=NULL` for each column `age`: 1 where it was NULL.',
  example: `
import { tidemill } from 'tidemill'
import { californiaBlocks } from 'tidemill/datasets'
import { imputer } from 'tidemill/ml'

const tm = await tidemill()
const blocks = await tm.read(californiaBlocks())
const filler = await imputer({ strategy: 'median' }).fit(blocks, { columns: ['totalBedrooms'] })
console.log(filler.predict({ totalBedrooms: null }).totalBedrooms) // => 435
const left = await filler.transform(blocks).filter(r => r.totalBedrooms.isNull()).count()
console.log(left) // => 0
await tm.close()
`,
  computed:
    'One pass over the rows. `mean` as the scaler computes it; `median` is half the sum of the two middle values where there are two; of several most frequent values `mode` takes the smallest, of texts by code point.',
  peer: {
    name: 'sklearn.impute.SimpleImputer',
    differs:
      '`most_frequent` is `mode`; there is no `constant` (use `fillNull` on the table). `add_indicator` is `indicator`, and marks every column, not only those with gaps while learning.',
  },
  limits: [
    '`median` keeps its columns in memory while it learns (8 bytes a value), `mode` the different values.',
    'A column without any value is an error.',
    'Infinite values are errors.',
  ],
}
