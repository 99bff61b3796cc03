import { count } from '../../../src/index.ts'
import type { Section } from './types.ts'

export const times: Section = {
  title: 'Time',
  rows: [
    {
      what: 'parts',
      pandas: "pd.DataFrame({'year': orders.placed.dt.year, 'month': orders.placed.dt.month, 'hour': orders.placed.dt.hour})",
      polars: "orders.select(year=pl.col('placed').dt.year(), month=pl.col('placed').dt.month(), hour=pl.col('placed').dt.hour())",
      sql: 'select year(placed) as year, month(placed) as month, hour(placed) as hour from orders',
      tidemill: ({ orders }) => orders.select(r => ({ year: r.placed.year(), month: r.placed.month(), hour: r.placed.hour() })),
    },
    {
      what: 'day of the week, Monday is 1',
      pandas: "pd.DataFrame({'d': orders.placed.dt.dayofweek + 1})",
      polars: "orders.select(d=pl.col('placed').dt.weekday())",
      sql: 'select isodow(placed) as d from orders',
      tidemill: ({ orders }) => orders.select(r => ({ d: r.placed.weekday() })),
    },
    {
      what: 'beginning of the month',
      pandas: "pd.DataFrame({'month': orders.placed.dt.tz_localize(None).dt.to_period('M').dt.to_timestamp().dt.tz_localize('UTC')})",
      polars: "orders.select(month=pl.col('placed').dt.truncate('1mo'))",
      sql: "select date_trunc('month', placed) as month from orders",
      tidemill: ({ orders }) => orders.select(r => ({ month: r.placed.truncate('month') })),
    },
    {
      what: 'beginning of the quarter of an hour',
      pandas: "pd.DataFrame({'slot': orders.placed.dt.floor('15min')})",
      polars: "orders.select(slot=pl.col('placed').dt.truncate('15m'))",
      sql: 'select time_bucket(interval 15 minutes, placed) as slot from orders',
      tidemill: ({ orders }) => orders.select(r => ({ slot: r.placed.bin('15m') })),
    },
    {
      what: 'a span later',
      pandas: "pd.DataFrame({'due': orders.placed + pd.DateOffset(months=1)})",
      polars: "orders.select(due=pl.col('placed').dt.offset_by('1mo'))",
      sql: 'select placed + interval 1 month as due from orders',
      tidemill: ({ orders }) => orders.select(r => ({ due: r.placed.plus(1, 'month') })),
    },
    {
      what: 'whole hours since',
      pandas: "pd.DataFrame({'hours': (orders.placed - pd.Timestamp('2026-01-01', tz='UTC')) // pd.Timedelta(hours=1)})",
      polars: "orders.select(hours=(pl.col('placed') - pl.datetime(2026, 1, 1, time_zone='UTC')).dt.total_hours())",
      sql: "select date_sub('hour', timestamp '2026-01-01 00:00:00', placed) as hours from orders",
      tidemill: ({ orders }) => orders.select(r => ({ hours: r.placed.diff('2026-01-01T00:00:00Z', 'hour') })),
    },
    {
      what: 'as text',
      pandas: "pd.DataFrame({'day': orders.placed.dt.strftime('%d.%m.%Y')})",
      polars: "orders.select(day=pl.col('placed').dt.strftime('%d.%m.%Y'))",
      sql: "select strftime(placed, '%d.%m.%Y') as day from orders",
      tidemill: ({ orders }) => orders.select(r => ({ day: r.placed.format('%d.%m.%Y') })),
    },
    {
      what: 'from text',
      pandas: "pd.DataFrame({'day': pd.to_datetime(orders.placed.dt.strftime('%d/%m/%Y'), format='%d/%m/%Y').dt.date})",
      polars: "orders.select(day=pl.col('placed').dt.strftime('%d/%m/%Y').str.to_date('%d/%m/%Y'))",
      sql: "select cast(strptime(strftime(placed, '%d/%m/%Y'), '%d/%m/%Y') as date) as day from orders",
      tidemill: ({ orders }) => orders.select(r => ({ day: r.placed.format('%d/%m/%Y').toDate('%d/%m/%Y') })),
    },
    {
      what: 'the hour on a clock elsewhere',
      pandas: "pd.DataFrame({'hour': orders.placed.dt.tz_convert('Asia/Tokyo').dt.hour})",
      polars: "orders.select(hour=pl.col('placed').dt.convert_time_zone('Asia/Tokyo').dt.hour())",
      sql: "select hour(placed at time zone 'Asia/Tokyo') as hour from orders",
      tidemill: ({ orders }) => orders.select(r => ({ hour: r.placed.hour({ timeZone: 'Asia/Tokyo' }) })),
    },
    {
      what: 'a row per span of time, empty ones too',
      pandas: "trades.set_index('time').resample('2s').agg(n=('price', 'count')).reset_index()",
      polars:
        "trades.sort('time').group_by_dynamic('time', every='2s').agg(n=pl.len()).upsample('time', every='2s').with_columns(pl.col('n').fill_null(0))",
      sql: "select t as time, count(price) as n from generate_series(timestamp '2026-01-02 10:00:00', timestamp '2026-01-02 10:00:08', interval 2 seconds) s(t) left join trades on time_bucket(interval 2 seconds, time) = t group by t order by t",
      tidemill: ({ trades }) => trades.resample('time', '2s', () => ({ n: count() })),
      ordered: true,
    },
  ],
}
