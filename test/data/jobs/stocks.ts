/** Prices: the S&P 500 by day, and five shares by month. */
import { join } from 'node:path'
import { count, type Dataset, lit, type LocalDateTime, rowNumber } from 'tidemill'
import { csv, rows } from 'tidemill/connectors'
import type { Job } from '../job.ts'
import type { Tables } from '../tables.ts'
import { months } from './months.ts'

const prices = { date: 'datetime', close: 'float64' } as const
const shares = { symbol: 'string', date: 'string', price: 'float64' } as const
const texts = {
  date: 'string',
  open: 'string',
  high: 'string',
  low: 'string',
  close: 'string',
  adjclose: 'string',
  volume: 'string',
} as const

const daily = ({ tm, folder }: Tables) => tm.read(csv(join(folder, 'stocks/sp500_daily.csv.gz'), { schema: prices }))
const monthly = ({ tm, folder }: Tables) => tm.read(csv(join(folder, 'stocks/stocks_monthly.csv'), { schema: shares }))

/** The monthly prices of a share with their day. */
async function share(tables: Tables, symbol: string): Promise<Dataset<{ m: LocalDateTime; price: number }>> {
  const names = await tables.tm.read(rows(months, { schema: { name: 'string', month: 'string' } }))
  return (await monthly(tables))
    .filter(r => r.symbol.eq(symbol))
    .withColumns(r => ({ name: r.date.slice(0, 3), year: r.date.extract(/ 1 (\d{4})$/, 1) }))
    .join(names, { on: 'name' })
    .select('price', r => ({ m: r.year.concat('-').concat(r.month).concat('-01').cast('datetime') }))
    .dropNulls('m')
}

export const stockJobs: readonly Job[] = [
  {
    name: 'stocks_raw_heads',
    run: async tables => {
      const { tm, folder } = tables
      const days = await (await tm.read(csv(join(folder, 'stocks/sp500_daily.csv.gz'), { schema: texts }))).limit(2).rows()
      const heads = await (await monthly(tables)).limit(2).rows()
      // The reference shows numbers as Python does: 1478.0.
      const number = (text: string, place: number): string => (place === 0 || place === 6 ? text : python(Number(text)))
      return {
        figures: {
          sp500: days.map(row => Object.values(row).map(number)),
          stocks: heads.map(row => [row.symbol, row.date, python(row.price)]),
        },
      }
    },
  },
  {
    name: 'asof_join',
    madeOf: 'parsing of dates by a pattern: made of extract',
    run: async tables => {
      const ibm = await share(tables, 'IBM')
      const days = (await daily(tables)).filter(r => r.date.gte('2010-01-01').and(r.date.lt('2010-06-01')))
      return {
        rows: await days
          .joinAsOf(
            ibm.withColumns(r => ({ at: r.m })),
            { at: { date: 'at' }, how: 'inner' },
          )
          .groupBy('m')
          .agg(r => ({ days: count(), close: r.close.mean(), ibm: r.price.min() }))
          .sort('m')
          .rows(),
      }
    },
  },
  {
    name: 'stock_windows',
    madeOf: 'an exponentially weighted mean: made of a sum of weights',
    run: async tables => {
      const days = (await daily(tables)).withColumns(r => ({
        before: r.close.lag().over({ orderBy: r.date }),
        place: rowNumber().over({ orderBy: r.date }),
      }))
      const windows = days
        .withColumns(r => ({ change: r.close.div(r.before).sub(1) }))
        .select('date', 'close', r => ({
          ma20: r.close.mean().over({ orderBy: r.date, rows: [-19, 0] }),
          vol20: r.change.stddev().over({ orderBy: r.date, rows: [-19, 0] }),
          drawdown: r.close.div(r.close.max().over({ orderBy: r.date })).sub(1),
        }))
      const [least] = await windows.agg(r => ({ drawdown: r.drawdown.min() })).rows()
      const [mean] = await days
        .withColumns(r => ({ age: r.place.max().over({}).sub(r.place).cast('float64') }))
        .withColumns(r => ({ weight: lit(0.9).pow(r.age), isFirst: r.place.eq(1) }))
        .agg(r => ({
          rest: r.weight.mul(r.close).mul(0.1).sum().where(r.isFirst.not()),
          first: r.weight.mul(r.close).sum().where(r.isFirst),
        }))
        .select(r => ({ ewm: r.rest.add(r.first) }))
        .rows()
      const last = await windows
        .sort(r => r.date.desc())
        .limit(5)
        .sort('date')
        .rows()
      return { rows: last, figures: { max_drawdown: least?.drawdown, ewm_alpha_0_1_last: mean?.ewm } }
    },
  },
]

function python(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
