/** Prices: the S&P 500 by day, and five shares by month. */
import { join } from 'node:path'
import { count, type Dataset, type LocalDateTime } from 'tidemill'
import { csv } from 'tidemill/connectors'
import type { Job } from '../job.ts'
import type { Tables } from '../tables.ts'

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
  return (await monthly(tables)).filter(r => r.symbol.eq(symbol)).select('price', r => ({ m: r.date.toDatetime('%b %d %Y') }))
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
    run: async tables => {
      const days = (await daily(tables)).withColumns(r => ({
        change: r.close.percentChange({ orderBy: r.date }),
        ewm: r.close.ewmMean({ alpha: 0.1, adjust: false }).over({ orderBy: r.date }),
      }))
      const windows = days.select('date', 'close', r => ({
        ma20: r.close.mean().over({ orderBy: r.date, rows: [-19, 0] }),
        vol20: r.change.stddev().over({ orderBy: r.date, rows: [-19, 0] }),
        drawdown: r.close.div(r.close.max().over({ orderBy: r.date })).sub(1),
      }))
      const [least] = await windows.agg(r => ({ drawdown: r.drawdown.min() })).rows()
      const [mean] = await days
        .sort(r => r.date.desc())
        .limit(1)
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
