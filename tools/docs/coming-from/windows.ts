import { rank, rowNumber } from '../../../src/index.ts'
import type { Section } from './types.ts'

export const windows: Section = {
  title: 'Windows',
  rows: [
    {
      what: 'share of the group',
      pandas: "orders.assign(share=orders.quantity / orders.groupby('region').quantity.transform('sum'))[['id', 'share']]",
      polars: "orders.select('id', share=pl.col('quantity') / pl.col('quantity').sum().over('region'))",
      sql: 'select id, quantity / sum(quantity) over (partition by region) as share from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ share: r.quantity.div(r.quantity.sum().over({ partitionBy: r.region })) })),
    },
    {
      what: 'rank within the group',
      pandas: "orders.assign(place=orders.groupby('region').quantity.rank('min', ascending=False).astype(int))[['id', 'place']]",
      polars: "orders.select('id', place=pl.col('quantity').rank('min', descending=True).over('region'))",
      sql: 'select id, rank() over (partition by region order by quantity desc) as place from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ place: rank().over({ partitionBy: r.region, orderBy: r.quantity.desc() }) })),
    },
    {
      what: 'number within the group',
      pandas: "orders.sort_values('placed').assign(n=lambda d: d.groupby('region').cumcount() + 1)[['id', 'n']]",
      polars: "orders.sort('placed').select('id', n=pl.int_range(1, pl.len() + 1).over('region'))",
      sql: 'select id, row_number() over (partition by region order by placed) as n from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ n: rowNumber().over({ partitionBy: r.region, orderBy: r.placed }) })),
    },
    {
      what: 'the row before',
      pandas: "orders.sort_values('placed').assign(before=lambda d: d.amount.shift(1))[['id', 'before']]",
      polars: "orders.sort('placed').select('id', before=pl.col('amount').shift(1))",
      sql: 'select id, lag(amount) over (order by placed) as before from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ before: r.amount.lag().over({ orderBy: r.placed }) })),
    },
    {
      what: 'difference from the row before',
      pandas: "orders.sort_values('placed').assign(d=lambda d: d.quantity.diff())[['id', 'd']]",
      polars: "orders.sort('placed').select('id', d=pl.col('quantity').diff())",
      sql: 'select id, quantity - lag(quantity) over (order by placed) as d from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ d: r.quantity.change({ orderBy: r.placed }) })),
    },
    {
      what: 'change as a share',
      pandas: "orders.sort_values('placed').assign(d=lambda d: d.quantity.pct_change())[['id', 'd']]",
      polars: "orders.sort('placed').select('id', d=pl.col('quantity').pct_change())",
      sql: 'select id, quantity / lag(quantity) over (order by placed) - 1 as d from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ d: r.quantity.percentChange({ orderBy: r.placed }) })),
    },
    {
      what: 'running total',
      pandas: "orders.sort_values('placed').assign(total=lambda d: d.quantity.cumsum())[['id', 'total']]",
      polars: "orders.sort('placed').select('id', total=pl.col('quantity').cum_sum())",
      sql: 'select id, sum(quantity) over (order by placed rows unbounded preceding) as total from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ total: r.quantity.cumSum({ orderBy: r.placed }) })),
    },
    {
      what: 'mean of the last three rows',
      pandas: "orders.sort_values('placed').assign(m=lambda d: d.quantity.rolling(3).mean())[['id', 'm']]",
      polars: "orders.sort('placed').select('id', m=pl.col('quantity').rolling_mean(3))",
      sql: 'select id, case when count(*) over w = 3 then avg(quantity) over w end as m from orders window w as (order by placed rows 2 preceding)',
      tidemill: ({ orders }) => orders.select('id', r => ({ m: r.quantity.mean().rolling(3, { orderBy: r.placed }) })),
    },
    {
      what: 'sum of the last seven days',
      pandas: "orders.sort_values('placed').assign(s=lambda d: d.rolling('7D', on='placed').quantity.sum())[['id', 's']]",
      polars: "orders.sort('placed').select('id', s=pl.col('quantity').rolling_sum_by('placed', '7d'))",
      sql: "select id, sum(quantity) over (order by placed range interval '6 days 23 hours 59 minutes 59.999999 seconds' preceding) as s from orders",
      tidemill: ({ orders }) => orders.select('id', r => ({ s: r.quantity.sum().rolling('7d', { orderBy: r.placed }) })),
    },
    {
      what: 'the greatest of each group',
      pandas: "orders.sort_values('quantity', ascending=False).groupby('region').head(1)[['region', 'id']]",
      polars: "orders.sort('quantity', descending=True).group_by('region').head(1).select('region', 'id')",
      sql: 'select region, id from orders qualify row_number() over (partition by region order by quantity desc) = 1',
      tidemill: ({ orders }) => orders.topK(1, 'quantity', { per: 'region' }).select('region', 'id'),
    },
  ],
}
