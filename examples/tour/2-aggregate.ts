import { count, type Dataset, type Session } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type Block, oceanNames } from 'tidemill/datasets'

/** A function of your own; it runs on worker threads. */
function crowding(people: number, homes: number): string {
  const each = people / homes
  return each > 4 ? 'crowded' : each > 2.5 ? 'usual' : 'roomy'
}

/** Groups, derives, calls a TypeScript function, joins, writes partitioned Parquet and reads it back. */
export async function aggregate(tm: Session, blocks: Dataset<Block & { district: string }>, folder: string) {
  const names = await tm.read(oceanNames())
  const districts = blocks
    .dropNulls('totalBedrooms')
    .withColumns(r => ({ roomsPerHome: r.totalRooms.div(r.households) }))
    .filter(r => r.roomsPerHome.lt(20))
    .map(b => ({ ...b, living: crowding(b.population, b.households) }))
    .join(names, { on: 'oceanProximity' })
    .groupBy('district', 'coast')
    .agg(r => ({
      blocks: count(),
      crowded: count().where(r.living.eq('crowded')),
      price: r.medianHouseValue.mean().round(),
      p90: r.medianHouseValue.quantile(0.9).round(),
    }))
    .sort(r => r.price.desc())
  const written = await districts.write(parquet(folder, { partitionBy: ['coast'], mode: 'replace' }))
  const back = await tm.read(parquet(folder))
  return { districts, written, back }
}
