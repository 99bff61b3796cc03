import type { Section } from './types.ts'

export const shapes: Section = {
  title: 'Shape',
  rows: [
    {
      what: 'values become columns',
      pandas: "orders.pivot_table(index='region', columns='status', values='quantity', aggfunc='max')[['paid', 'open']].reset_index()",
      polars: "orders.pivot('status', index='region', values='quantity', aggregate_function='max').select('region', 'paid', 'open')",
      sql: "pivot (select region, status, quantity from orders) on status in ('paid', 'open') using max(quantity)",
      tidemill: ({ orders }) => orders.pivot({ index: 'region', columns: 'status', into: ['paid', 'open'], values: r => r.quantity.max() }),
    },
    {
      what: 'how often two values meet',
      pandas: 'pd.crosstab(orders.region, orders.status).reset_index()',
      polars:
        "orders.pivot('status', index='region', values='id', aggregate_function='len').select('region', pl.col('lost', 'open', 'paid').fill_null(0))",
      sql: "select region, count(*) filter (status = 'lost') as lost, count(*) filter (status = 'open') as open, count(*) filter (status = 'paid') as paid from orders group by region",
      tidemill: ({ orders }) => orders.crosstab('region', 'status'),
    },
    {
      what: 'values become columns, with totals',
      pandas:
        "orders[orders.status.isin(['paid', 'open'])].pivot_table(index='region', columns='status', values='quantity', aggfunc='sum', margins=True)[['paid', 'open', 'All']].reset_index()",
      polars: 'no margins',
      sql: "select case when grouping(region) = 1 then 'All' else region end as region, sum(quantity) filter (status = 'paid') as paid, sum(quantity) filter (status = 'open') as open, sum(quantity) filter (status in ('paid', 'open')) as \"All\" from orders group by rollup (region)",
      tidemill: ({ orders }) =>
        orders.pivot({ index: 'region', columns: 'status', into: ['paid', 'open'], values: r => r.quantity.sum(), margins: true }),
    },
    {
      what: 'columns become rows',
      pandas: "sales.melt(id_vars='city', var_name='month', value_name='sold')",
      polars: "sales.unpivot(index='city', variable_name='month', value_name='sold')",
      sql: 'unpivot sales on jan, feb into name month value sold',
      tidemill: ({ sales }) => sales.unpivot({ keep: ['city'], name: 'month', value: 'sold' }),
    },
    {
      what: 'a row per item',
      pandas: "orders[['id', 'tags']].explode('tags').dropna()",
      polars: "orders.select('id', 'tags').explode('tags').drop_nulls()",
      sql: 'select id, unnest(tags) as tags from orders',
      tidemill: ({ orders }) => orders.select('id', 'tags').explode('tags'),
    },
    {
      what: 'lists: length, item, membership',
      pandas: "pd.DataFrame({'n': orders.tags.str.len(), 'first': orders.tags.str[0], 'gift': orders.tags.apply(lambda t: 'gift' in t)})",
      polars:
        "orders.select(n=pl.col('tags').list.len(), first=pl.col('tags').list.get(0, null_on_oob=True), gift=pl.col('tags').list.contains('gift'))",
      sql: "select len(tags) as n, tags[1] as first, list_contains(tags, 'gift') as gift from orders",
      tidemill: ({ orders }) => orders.select(r => ({ n: r.tags.length(), first: r.tags.at(0), gift: r.tags.contains('gift') })),
    },
    {
      what: 'your own function on each row',
      pandas: "sales.apply(lambda r: {'city': r.city, 'growth': r.feb / r.jan}, axis=1, result_type='expand')",
      polars: "sales.select('city', growth=pl.struct('jan', 'feb').map_elements(lambda r: r['feb'] / r['jan'], pl.Float64))",
      sql: 'select city, feb / jan as growth from sales',
      tidemill: ({ sales }) => sales.map(row => ({ city: row.city, growth: row.feb / row.jan })),
    },
  ],
}
