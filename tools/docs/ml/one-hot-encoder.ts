import type { MlText } from './text.ts'

export const oneHotEncoder: MlText = {
  functions: ['oneHotEncoder'],
  group: 'Preparation',
  about: 'Take it for text, and for numbers that are codes. Inside `columns` it gets the text columns while others are scaled.',
  input: 'Columns of text, numbers or booleans. NULL and NaN are no category.',
  output:
    'A float64 column of 0 and 1 for each category, named `purpose=A43`: columns in the order of the features, categories within one by code point, numbers upwards. NULL, and with `unknown: "ignore"` a category never seen, give a row of zeros.',
  example: `
import { tidemill } from 'tidemill'
import { californiaBlocks } from 'tidemill/datasets'
import { oneHotEncoder } from 'tidemill/ml'

const tm = await tidemill()
const blocks = await tm.read(californiaBlocks())
const encoder = await oneHotEncoder().fit(blocks, { columns: ['oceanProximity'] })
console.log(Object.keys(encoder.predict({ oceanProximity: 'INLAND' })).length) // => 5
console.log(JSON.stringify(encoder.predict({ oceanProximity: 'INLAND' }))) // => {"oceanProximity=<1H OCEAN":0,"oceanProximity=INLAND":1,"oceanProximity=ISLAND":0,"oceanProximity=NEAR BAY":0,"oceanProximity=NEAR OCEAN":0}
console.log(Object.values(encoder.predict({ oceanProximity: 'MOON' })).join(' ')) // => 0 0 0 0 0
await tm.close()
`,
  computed: 'One pass collects the categories. As SQL each column is a comparison, so the engine does it.',
  peer: {
    name: 'sklearn.preprocessing.OneHotEncoder',
    differs:
      'scikit-learn refuses unknown categories unless told otherwise, here `ignore` is the default. `drop="first"` is the same; NaN is a category of its own there, none here. `max_categories` gathers rare ones there, here it is a limit above which learning stops. Columns are dense.',
  },
  limits: [
    'With `unknown: "error"` the model has no SQL and runs beside the engine.',
    'Rare categories are not gathered into one.',
    'Two columns of one name (`a=b` of column `a`, and a column called so) are an error.',
  ],
}
