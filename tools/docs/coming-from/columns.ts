import type { Section } from './types.ts'

export const columns: Section = {
  title: 'Columns',
  rows: [
    {
      what: 'keep columns',
      pandas: "orders[['id', 'amount']]",
      polars: "orders.select('id', 'amount')",
      sql: 'select id, amount from orders',
      tidemill: ({ orders }) => orders.select('id', 'amount'),
    },
    {
      what: 'leave columns out',
      pandas: "customers.drop(columns='email')",
      polars: "customers.drop('email')",
      sql: 'select * exclude (email) from customers',
      tidemill: ({ customers }) => customers.drop('email'),
    },
    {
      what: 'rename',
      pandas: "sales.rename(columns={'jan': 'january'})",
      polars: "sales.rename({'jan': 'january'})",
      sql: 'select city, jan as january, feb from sales',
      tidemill: ({ sales }) => sales.rename({ jan: 'january' }),
    },
    {
      what: 'rename all by a rule',
      pandas: 'sales.rename(columns=str.upper)',
      polars: 'sales.rename(str.upper)',
      sql: 'select city as CITY, jan as JAN, feb as FEB from sales',
      tidemill: ({ sales }) => sales.rename(name => name.toUpperCase()),
    },
    {
      what: 'order of columns',
      pandas: "sales[['feb', 'city', 'jan']]",
      polars: "sales.select('feb', pl.exclude('feb'))",
      sql: 'select feb, city, jan from sales',
      tidemill: ({ sales }) => sales.reorder('feb'),
    },
    {
      what: 'columns of a kind',
      pandas: "sales.select_dtypes('number')",
      polars: 'sales.select(cs.numeric())',
      sql: 'select jan, feb from sales',
      tidemill: ({ sales }) => sales.selectTypes('number'),
    },
    {
      what: 'a new column',
      pandas: "orders[['id', 'amount', 'quantity']].assign(total=lambda d: d.amount * d.quantity)",
      polars: "orders.select('id', 'amount', 'quantity').with_columns(total=pl.col('amount') * pl.col('quantity'))",
      sql: 'select id, amount, quantity, amount * quantity as total from orders',
      tidemill: ({ orders }) => orders.select('id', 'amount', 'quantity').withColumns(r => ({ total: r.amount.mul(r.quantity) })),
    },
    {
      what: 'only new columns',
      pandas: "pd.DataFrame({'id': orders.id, 'cents': orders.amount * 100})",
      polars: "orders.select('id', cents=pl.col('amount') * 100)",
      sql: 'select id, amount * 100 as cents from orders',
      tidemill: ({ orders }) => orders.select('id', r => ({ cents: r.amount.mul(100) })),
    },
    {
      what: 'another type',
      pandas: "january.astype({'id': str})",
      polars: "january.cast({'id': pl.String})",
      sql: 'select cast(id as varchar) as id, amount from january',
      tidemill: ({ january }) => january.cast({ id: 'string' }),
    },
    {
      what: 'a number, or NULL where the text is none',
      pandas: "pd.DataFrame({'n': pd.to_numeric(customers.city, errors='coerce')})",
      polars: "customers.select(n=pl.col('city').cast(pl.Float64, strict=False))",
      sql: 'select try_cast(city as double) as n from customers',
      tidemill: ({ customers }) => customers.select(r => ({ n: r.city.tryCast('float64') })),
    },
    {
      what: 'a constant',
      pandas: 'sales.assign(year=2026)',
      polars: 'sales.with_columns(year=pl.lit(2026))',
      sql: 'select *, 2026 as year from sales',
      tidemill: ({ sales }) => sales.withColumns(() => ({ year: 2026 })),
    },
  ],
}
