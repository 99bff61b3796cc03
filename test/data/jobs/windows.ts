/** Analytic windows, pivots and calendar over the flights of 2013. */
import { count, cumeDist, denseRank, ntile, percentRank, rank, rowNumber } from 'tidemill'
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
    run: async ({ numbered }) => ({
      rows: await numbered
        .filter(r => r.carrier.eq('HA'))
        .dropNulls('dep_delay')
        .select('rid', 'dep_delay', r => ({
          rank: rank().over({ orderBy: r.dep_delay.desc() }),
          dense: denseRank().over({ orderBy: r.dep_delay.desc() }),
          pct: percentRank().over({ orderBy: r.dep_delay.desc() }),
          cume: cumeDist().over({ orderBy: r.dep_delay.desc() }),
          ntile4: ntile(4).over({ orderBy: [r.dep_delay.desc(), r.rid] }),
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
        .topK(2, [r => r.arr_delay.desc(), r => r.rid.asc()], { per: 'origin' })
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
    run: async ({ flights }) => ({
      rows: await flights.resample('time_hour', '7d', r => ({ n: count(), m: r.dep_delay.mean() }), { origin: '2013-01-01' }).rows(),
    }),
  },
  {
    name: 'resample_local_days',
    run: async ({ flights }) => ({
      rows: await flights
        .resample('time_hour', 'day', () => ({ n: count() }), { timeZone: 'America/New_York' })
        .select(r => ({ day: r.time_hour.toDate('America/New_York').cast('string'), n: r.n }))
        .filter(r => r.day.in(days))
        .sort('day')
        .rows(),
    }),
  },
  {
    name: 'resample_month_end',
    run: async ({ flights }) => ({
      rows: await flights.resample('time_hour', 'month', r => ({ n: count(), late: count().where(r.dep_delay.gt(15)) })).rows(),
    }),
  },
]
