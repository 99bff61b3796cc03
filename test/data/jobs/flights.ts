/** Groups, joins, logic and arithmetic over the flights of 2013. */
import { col, count } from 'tidemill'
import type { Job } from '../job.ts'

export const flightJobs: readonly Job[] = [
  {
    name: 'schema_counts',
    run: async ({ flights }) => {
      const names = flights.schema.map(field => field.name)
      const [nonnull] = await flights.agg(() => Object.fromEntries(names.map(name => [name, col(name).count()]))).rows()
      const [distinct] = await flights.agg(() => Object.fromEntries(names.map(name => [name, col(name).countDistinct()]))).rows()
      return { rows: names.map(column => ({ column, nonnull: nonnull?.[column], distinct: distinct?.[column] })) }
    },
  },
  {
    name: 'group_carrier',
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy('carrier')
        .agg(r => ({
          n: count(),
          nd: r.dep_delay.count(),
          mean: r.dep_delay.mean(),
          sd: r.dep_delay.stddev(),
          mn: r.dep_delay.min(),
          mx: r.dep_delay.max(),
          med: r.dep_delay.median(),
          p90: r.dep_delay.quantile(0.9),
          dests: r.dest.countDistinct(),
        }))
        .sort('carrier')
        .rows(),
    }),
  },
  {
    name: 'group_null_key',
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy(r => ({ k: r.tailnum.isNull() }))
        .agg(r => ({ n: count(), s: r.distance.sum() }))
        .sort('k')
        .rows(),
    }),
  },
  {
    name: 'having_top',
    run: async ({ flights }) => ({
      rows: await flights
        .groupBy('dest')
        .agg(r => ({ n: count(), a: r.arr_delay.mean() }))
        .filter(r => r.n.gte(1000))
        .sort(r => r.a.desc(), 'dest')
        .limit(10)
        .rows(),
    }),
  },
  {
    name: 'join_inner',
    run: async ({ flights, airlines }) => ({
      rows: await flights
        .join(airlines, { on: 'carrier' })
        .groupBy('name')
        .agg(r => ({ n: count(), a: r.arr_delay.mean() }))
        .sort('name')
        .rows(),
    }),
  },
  {
    name: 'join_left_unmatched',
    run: async ({ flights, planes }) => ({
      rows: await flights
        .join(planes, { on: 'tailnum', how: 'left', suffix: 'OfPlane' })
        .agg(r => ({ n: count(), matched: r.manufacturer.count() }))
        .rows(),
    }),
  },
  {
    name: 'join_anti_dest',
    run: async ({ flights, airports }) => ({
      rows: await flights
        .join(airports, { on: { dest: 'faa' }, how: 'anti' })
        .select('dest')
        .distinct()
        .sort('dest')
        .rows(),
    }),
  },
  {
    name: 'join_semi',
    run: async ({ flights, airports }) => ({ rows: [{ n: await airports.join(flights, { on: { faa: 'dest' }, how: 'semi' }).count() }] }),
  },
  {
    name: 'join_full_outer',
    run: async ({ flights, airports }) => ({
      rows: await flights
        .select('dest')
        .distinct()
        .withColumns(() => ({ left: true }))
        .join(
          airports.withColumns(() => ({ right: true })),
          { on: { dest: 'faa' }, how: 'full' },
        )
        .agg(r => ({ n: count(), left_only: count().where(r.right.isNull()), right_only: count().where(r.left.isNull()) }))
        .rows(),
    }),
  },
  {
    name: 'join_two_keys',
    run: async ({ flights, weather }) => {
      const first = weather.distinct('origin', 'time_hour')
      return {
        rows: await flights
          .join(first, { on: ['origin', 'time_hour'] })
          .groupBy('visib')
          .agg(r => ({ n: count(), a: r.dep_delay.mean() }))
          .sort('visib')
          .rows(),
        figures: { weather_rows: await weather.count(), weather_after_dedupe: await first.count() },
      }
    },
  },
  {
    name: 'three_valued_logic',
    run: async ({ flights }) => ({
      rows: [
        {
          gt: await flights.filter(r => r.dep_delay.gt(0)).count(),
          not_gt: await flights.filter(r => r.dep_delay.gt(0).not()).count(),
          or_null: await flights.filter(r => r.dep_delay.gt(0).or(r.air_time.isNull())).count(),
          all: await flights.count(),
        },
      ],
    }),
  },
  {
    name: 'int_division_modulo',
    run: async ({ flights }) => ({
      rows: await flights
        .select(r => ({
          q: r.dep_time.floorDiv(100),
          m: r.dep_time.mod(100),
          neg: r.dep_delay.mod(7),
          floored: r.dep_delay.mod(7).add(7).mod(7),
        }))
        .agg(r => ({ q: r.q.sum(), m: r.m.sum(), neg_mod: r.neg.sum(), neg_floor_mod: r.floored.sum() }))
        .rows(),
    }),
  },
  {
    name: 'corr_regr',
    madeOf: 'slope and intercept of a regression: made of covariance, variance and means',
    run: async ({ flights }) => ({
      rows: await flights
        .dropNulls('dep_delay', 'arr_delay')
        .agg(r => {
          const slope = r.dep_delay.covariance(r.arr_delay).div(r.dep_delay.variance())
          return {
            corr: r.dep_delay.correlation(r.arr_delay),
            cov: r.dep_delay.covariance(r.arr_delay),
            slope,
            intercept: r.arr_delay.mean().sub(slope.mul(r.dep_delay.mean())),
            n: count(),
          }
        })
        .rows(),
    }),
  },
  {
    name: 'rollup',
    run: async ({ flights }) => {
      const rolled = flights.groupBy('origin', 'carrier').rollup(() => ({ n: count() }))
      const totals = await rolled
        .filter(r => r.carrier.isNull())
        .filter(r => r.origin.isNull().or(r.origin.eq('EWR')))
        .select(r => ({ k: r.origin.fillNull('all'), n: r.n }))
        .sort('k')
        .rows()
      return { rows: [{ k: 'groups', n: await rolled.count() }, ...totals] }
    },
  },
  {
    name: 'string_group',
    run: async ({ airlines }) => ({
      rows: await airlines
        .groupBy(r => ({ c: r.name.slice(0, 1).upper() }))
        .agg(() => ({ n: count() }))
        .sort('c')
        .rows(),
    }),
  },
]
