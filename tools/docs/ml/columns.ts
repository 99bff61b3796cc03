import type { MlText } from './text.ts'

export const columns: MlText = {
  functions: ['columns'],
  group: 'Preparation',
  about:
    'Take it as the first step of a pipeline over a table of numbers and text: each part names its columns and what is done with them.',
  parameters: {
    parts: 'For each part its columns (`of`) and what is done with them (`use`), by name.',
  },
  input: 'The columns that the parts name; all others are dropped. A part may be a pipeline of transformers.',
  output: 'What the parts write, in their order. Parameters are named `part.parameter`, in a grid too.',
  example: `
import { tidemill } from 'tidemill'
import { californiaBlocks } from 'tidemill/datasets'
import { columns, imputer, linearRegression, oneHotEncoder, pipeline, standardScaler } from 'tidemill/ml'

const tm = await tidemill()
const blocks = await tm.read(californiaBlocks())
const prepare = columns({
  numbers: {
    of: ['medianIncome', 'housingMedianAge', 'totalBedrooms'],
    use: pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler() }),
  },
  words: { of: ['oceanProximity'], use: oneHotEncoder({ drop: 'first' }) },
})
const price = pipeline({ prepare, fit: linearRegression() })
console.log(Object.keys(price.params).join(', ')) // => prepare.numbers.fill.strategy, prepare.numbers.fill.indicator, prepare.numbers.scale.withMean, prepare.numbers.scale.withStd, prepare.words.drop, prepare.words.unknown, prepare.words.maxCategories, fit.intercept
const model = await price.fit(blocks, { target: 'medianHouseValue' })
console.log((await model.evaluate(blocks)).r2.toFixed(3)) // => 0.605
await tm.close()
`,
  computed:
    'The parts learn one after the other from the same blocks; none reads what another wrote. As SQL they are columns of one SELECT.',
  peer: {
    name: 'sklearn.compose.ColumnTransformer',
    differs:
      'The rest of the columns is dropped, as with `remainder="drop"`; there is no `passthrough` (a part with `imputer` comes close). Names are those of the columns, without a prefix of the part; two parts that write one name are an error.',
  },
  limits: ['Parts cannot be added to or taken from a model that is fitted.', 'Columns are named, not chosen by type.'],
}
