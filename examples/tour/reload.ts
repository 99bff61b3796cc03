/** Run by the tour in a process of its own: loads the model and predicts the hold-out rows as SQL in the plan. */
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { loadModel } from 'tidemill/ml'
import { digest } from './digest.ts'

const tm = await tidemill()
const { test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const model = await loadModel(process.argv[2] ?? '')
console.log(digest((await model.transform(test).rows()).map(row => row.prediction)))
await tm.close()
