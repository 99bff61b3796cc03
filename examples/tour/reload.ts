/** Run by the tour in a process of its own: loads a saved or a registered model and predicts the hold-out rows in a plan. */
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { loadModel } from 'tidemill/ml'
import { digest } from './digest.ts'

const [reference = '', workspace] = process.argv.slice(2)
const tm = await tidemill(workspace === undefined ? {} : { workspace })
const { test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const model = workspace === undefined ? await loadModel(reference) : await tm.models.load(reference)
console.log(digest((await model.transform(test).rows()).map(row => row.prediction)))
await tm.close()
