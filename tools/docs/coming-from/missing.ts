import { coalesce } from '../../../src/index.ts'
import type { Section } from './types.ts'

export const missing: Section = {
  title: 'Missing values',
  rows: [
    {
      what: 'rows without a value',
      pandas: "orders[orders.amount.isna()][['id']]",
      polars: "orders.filter(pl.col('amount').is_null()).select('id')",
      sql: 'select id from orders where amount is null',
      tidemill: ({ orders }) => orders.filter(r => r.amount.isNull()).select('id'),
    },
    {
      what: 'rows with all values',
      pandas: "orders.dropna(subset=['amount', 'customer'])[['id']]",
      polars: "orders.drop_nulls(['amount', 'customer']).select('id')",
      sql: 'select id from orders where amount is not null and customer is not null',
      tidemill: ({ orders }) => orders.dropNulls('amount', 'customer').select('id'),
    },
    {
      what: 'a value instead',
      pandas: "customers.fillna({'city': '?'})[['name', 'city']]",
      polars: "customers.with_columns(pl.col('city').fill_null('?')).select('name', 'city')",
      sql: "select name, coalesce(city, '?') as city from customers",
      tidemill: ({ customers }) => customers.fillNull({ city: '?' }).select('name', 'city'),
    },
    {
      what: 'the value before',
      pandas: "orders.sort_values('placed').assign(amount=lambda d: d.amount.ffill())[['id', 'amount']]",
      polars: "orders.sort('placed').with_columns(pl.col('amount').forward_fill()).select('id', 'amount')",
      sql: 'select id, last_value(amount ignore nulls) over (order by placed) as amount from orders',
      tidemill: ({ orders }) => orders.fillNull(['amount'], { strategy: 'forward', orderBy: 'placed' }).select('id', 'amount'),
    },
    {
      what: 'the value after',
      pandas: "orders.sort_values('placed').assign(amount=lambda d: d.amount.bfill())[['id', 'amount']]",
      polars: "orders.sort('placed').with_columns(pl.col('amount').backward_fill()).select('id', 'amount')",
      sql: 'select id, first_value(amount ignore nulls) over (order by placed rows between current row and unbounded following) as amount from orders',
      tidemill: ({ orders }) => orders.fillNull(['amount'], { strategy: 'backward', orderBy: 'placed' }).select('id', 'amount'),
    },
    {
      what: 'the mean',
      pandas: "orders.assign(amount=orders.amount.fillna(orders.amount.mean()))[['id', 'amount']]",
      polars: "orders.with_columns(pl.col('amount').fill_null(strategy='mean')).select('id', 'amount')",
      sql: 'select id, coalesce(amount, avg(amount) over ()) as amount from orders',
      tidemill: ({ orders }) => orders.fillNull(['amount'], { strategy: 'mean' }).select('id', 'amount'),
    },
    {
      what: 'the line between neighbours',
      pandas: "orders.sort_values('id').assign(amount=lambda d: d.amount.interpolate())[['id', 'amount']]",
      polars: "orders.sort('id').with_columns(pl.col('amount').interpolate()).select('id', 'amount')",
      sql: 'select id, coalesce(amount, (lag(amount) over (order by id) + lead(amount) over (order by id)) / 2) as amount from orders',
      tidemill: ({ orders }) => orders.fillNull(['amount'], { strategy: 'interpolate', orderBy: 'id' }).select('id', 'amount'),
    },
    {
      what: 'the first of several columns',
      pandas: "pd.DataFrame({'where': customers.city.combine_first(customers.name)})",
      polars: "customers.select(where=pl.coalesce('city', 'name'))",
      sql: 'select coalesce(city, name) as "where" from customers',
      tidemill: ({ customers }) => customers.select(r => ({ where: coalesce(r.city, r.name) })),
    },
    {
      what: 'a value that means none',
      pandas: "pd.DataFrame({'status': orders.status.replace('lost', None)})",
      polars: "orders.select(status=pl.when(pl.col('status') != 'lost').then(pl.col('status')))",
      sql: "select nullif(status, 'lost') as status from orders",
      tidemill: ({ orders }) => orders.select(r => ({ status: r.status.nullIf('lost') })),
    },
    {
      what: 'how many are missing',
      pandas: "customers.isna().sum().rename_axis('column').reset_index(name='nulls')",
      polars: "customers.null_count().unpivot(variable_name='column', value_name='nulls')",
      sql: 'unpivot (select count(*) - count(columns(*)) from customers) on * into name "column" value nulls',
      tidemill: ({ customers }) => customers.nullCounts().select('column', 'nulls'),
    },
  ],
}
