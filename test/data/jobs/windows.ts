/** Analytic windows, pivots and calendar over the flights of 2013. */
import { count, denseRank, percentRank, rank, rowNumber, when } from 'tidemill'
import type { Job } from '../job.ts'

const days = ['2013-01-01', '2013-03-09', '2013-03-10', '2013-03-11', '2013-11-02', '2013-11-03', '2013-11-04', '2013-12-31']
const origins = ['EWR', 'JFK', 'LGA'] as const

export const windowJobs: readonly Job[] = [
  {
    name: 'windows',
    run: async ({ numbered }) => ({
      rows: await numbered
        .filter(r => r.origin.eq('LGA').and(r.carrier.eq('F9')))
        .select('rid', 'dep_delay', r => {
          const orderBy = [r.time_hour, r.rid]
          return {
            rn: rowNumber().over({ orderBy }),
            lag: r.dep_delay.lag().over({ orderBy }),
            lead: r.dep_delay.lead().over({ orderBy }),
            run_sum: r.dep_delay.sum().over({ orderBy, rows: ['unbounded', 0] }),
            avg4: r.dep_delay.mean().over({ orderBy, rows: [-3, 0] }),
            first: r.dep_delay.first({ orderBy }).over({}),
          }
        })
        .sort('rn')
        .rows(),
    }),
  },
  {
    name: 'ranks',
    madeOf: 'cumeDist and ntile: made of counts and row numbers',
    run: async ({ numbered }) => ({
      rows: await numbered
        .filter(r => r.carrier.eq('HA'))
        .dropNulls('dep_delay')
        .withColumns(r => ({
          place: rowNumber().over({ orderBy: [r.dep_delay.desc(), r.rid] }),
          upTo: count().over({ orderBy: r.dep_delay.desc() }),
          all: count().over({}),
        }))
        .withColumns(r => ({ share: r.all.div(4).floor().cast('int64'), over: r.all.mod(4) }))
        .select('rid', 'dep_delay', r => ({
          rank: rank().over({ orderBy: r.dep_delay.desc() }),
          dense: denseRank().over({ orderBy: r.dep_delay.desc() }),
          pct: percentRank().over({ orderBy: r.dep_delay.desc() }),
          cume: r.upTo.div(r.all),
          ntile4: when(r.place.lte(r.over.mul(r.share.add(1))), r.place.sub(1).div(r.share.add(1)).floor())
            .otherwise(r.place.sub(1).sub(r.over).div(r.share).floor())
            .cast('int64')
            .add(1),
        }))
        .sort(r => r.dep_delay.desc(), 'rid')
        .rows(),
    }),
  },
  {
    name: 'top_n_per_group',
    run: async ({ numbered }) => ({
      rows: await numbered
        .dropNulls('arr_delay')
        .withColumns(r => ({ place: rowNumber().over({ partitionBy: r.origin, orderBy: [r.arr_delay.desc(), r.rid] }) }))
        .filter(r => r.place.lte(2))
        .sort('origin', 'place')
        .select('origin', 'rid', 'carrier', 'flight', 'arr_delay')
        .rows(),
    }),
  },
  {
    name: 'pivot',
    // Both ways: the values named, and found.
    run: async ({ flights }) => {
      const named = await flights
        .pivot({ index: 'month', columns: 'origin', into: origins, values: () => count() })
        .sort('month')
        .rows()
      const found = await (await flights.pivotAll({ index: 'month', columns: 'origin', values: () => count() })).sort('month').rows()
      if (JSON.stringify(named) !== JSON.stringify(found)) throw new Error('pivot and pivotAll differ')
      return { rows: named }
    },
  },
  {
    name: 'pivot_with_nulls',
    run: async ({ flights }) => ({
      rows: await flights
        .pivot({ index: 'carrier', columns: 'origin', into: origins, values: r => r.dep_delay.mean() })
        .sort('carrier')
        .rows(),
    }),
  },
  {
    name: 'unpivot',
    run: async ({ flights }) => ({
      rows: await flights
        .pivot({ index: 'month', columns: 'origin', into: origins, values: () => count() })
        .unpivot({ columns: origins, name: 'origin', value: 'n' })
        .sort('month', 'origin')
        .rows(),
    }),
  },
  {
    name: 'resample_7d',
    // 2013-01-01 is a Tuesday: weeks from Tuesday are weeks from Monday, one day later.
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy(r => ({ time_hour: r.time_hour.minus('1d').truncate('week').plus('1d') }))
        .agg(r => ({ n: count(), m: r.dep_delay.mean() }))
        .sort('time_hour')
        .rows(),
    }),
  },
  {
    name: 'resample_local_days',
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy(r => ({ day: r.time_hour.toDate('America/New_York').cast('string') }))
        .agg(() => ({ n: count() }))
        .filter(r => r.day.in(days))
        .sort('day')
        .rows(),
    }),
  },
  {
    name: 'resample_month_end',
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy(r => ({ time_hour: r.time_hour.truncate('month') }))
        .agg(r => ({ n: count(), late: count().where(r.dep_delay.gt(15)) }))
        .sort('time_hour')
        .rows(),
    }),
  },
]
