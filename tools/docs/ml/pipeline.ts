import type { MlText } from './text.ts'

export const pipeline: MlText = {
  functions: ['pipeline'],
  group: 'Preparation',
  about: 'Take it always: what prepares and what predicts are then one value, that is searched, saved, served and put into a plan as one.',
  parameters: {
    steps: 'The steps in order, by name.',
  },
  input: 'What its first step reads. A step of `columns(...)` says which columns the whole reads.',
  output: 'What its last step gives: predictions, or of transformers only the columns that are left in the end.',
  example: `
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { linearRegression, pipeline, standardScaler } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const price = pipeline({ scale: standardScaler(), fit: linearRegression() })
console.log(Object.entries(price.params).map(([name, value]) => \`\${name}=\${String(value)}\`).join(' ')) // => scale.withMean=true scale.withStd=true fit.intercept=true
const model = await price.with({ 'fit.intercept': true }).fit(train, { target: 'medHouseVal' })
console.log((await model.evaluate(test)).mse.toFixed(4)) // => 0.5559
await tm.close()
`,
  computed:
    'Each step learns from what the fitted steps before it make of the training rows, block by block. Prediction of a table, of a row and as SQL do the same operations in the same order: the same bits.',
  peer: {
    name: 'sklearn.pipeline.Pipeline',
    differs:
      '`step__parameter` is `step.parameter`. Steps have names that are no numbers, because JavaScript would move those to the front. There is no `memory`: fitted steps are not cached.',
  },
  limits: ['All steps but the last must transform.', 'Steps before the last are learnt again for every candidate and fold of a search.'],
}
