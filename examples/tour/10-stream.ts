import { count, type Session } from 'tidemill'
import { alerts, parquet } from 'tidemill/connectors'
import { californiaHousing } from 'tidemill/datasets'
import { tumbling } from 'tidemill/stream'

/** Replays the hold-out houses as a live stream of listings, scores each inside the stream, warns of odd prices, and writes windows exactly once. */
export async function streamListings(tm: Session, folder: string) {
  const forest = await tm.models.load('price@champion')
  const { test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
  const houses = test.withColumns(r => ({
    district: r.latitude.floor().cast('string').concat('/').concat(r.longitude.floor().cast('string')),
  }))

  const listings = await tm.replay(houses, { rate: 2_000, eventTime: { stamp: 'at' } })
  const scored = listings.transform(forest).as({ at: 'timestamp', district: 'string', medHouseVal: 'float64', prediction: 'float64' })
  const odd = scored.withColumns(r => ({ times: r.medHouseVal.div(r.prediction) })).filter(r => r.times.gt(2.5))
  const districts = scored
    .keyBy('district')
    .window(tumbling('250ms'))
    .agg(r => ({ listings: count(), asked: r.medHouseVal.mean(), worth: r.prediction.mean() }))

  const outlet = odd.to(alerts.console({ name: 'odd price' })).and(districts.to(parquet(folder)))
  const job = await outlet.start({ name: 'listings', checkpoint: '500ms' })
  await job.done // a replay ends; a followed file would not
  const live = (await tm.read(parquet(folder))).sort('windowStart', 'district')
  const asTable = (await tm.table(districts)).sort('windowStart', 'district') // the same plan, over the same rows as a table
  return { plan: outlet.explain(), metrics: job.metrics(), live: await live.rows(), asTable: await asTable.rows() }
}
