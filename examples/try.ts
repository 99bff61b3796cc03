import { tidemill } from 'tidemill'
import { show } from 'tidemill/display'
import { chooseForest } from './tour/5-choose-forest.ts'
import { forestPrices } from './tour/6-forest-prices.ts'
const tm = await tidemill({ workers: 2 })
for (const w of [undefined, 1, undefined]) {
  const t = performance.now()
  const { found, scores } = await chooseForest(tm, w)
  console.log(w, performance.now() - t, Object.entries(scores).map(([k, v]) => [k, v.accuracy]), found.bestParams, found.bestScore)
  if (w === 1) show(found)
}
const t = performance.now()
const f = await forestPrices(tm)
console.log(performance.now() - t, f.errors)
show(f.search); console.table(f.importance)
await tm.close()
