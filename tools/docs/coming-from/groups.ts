import { count, countDistinct } from '../../../src/index.ts'
import type { Section } from './types.ts'

export const groups: Section = {
  title: 'Groups',
  rows: [
    {
      what: 'a sum per group',
      pandas: "orders.groupby('region', as_index=False).amount.sum()",
      polars: "orders.group_by('region').agg(pl.col('amount').sum())",
      sql: 'select region, sum(amount) as amount from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ amount: r.amount.sum() })),
    },
    {
      what: 'several figures',
      pandas: "orders.groupby('region', as_index=False).agg(n=('id', 'size'), mean=('amount', 'mean'), most=('quantity', 'max'))",
      polars: "orders.group_by('region').agg(n=pl.len(), mean=pl.col('amount').mean(), most=pl.col('quantity').max())",
      sql: 'select region, count(*) as n, avg(amount) as mean, max(quantity) as most from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ n: count(), mean: r.amount.mean(), most: r.quantity.max() })),
    },
    {
      what: 'groups of an expression',
      pandas: "orders.groupby(orders.placed.dt.month.rename('month')).id.count().reset_index(name='n')",
      polars: "orders.group_by(month=pl.col('placed').dt.month()).agg(n=pl.len())",
      sql: 'select month(placed) as month, count(*) as n from orders group by 1',
      tidemill: ({ orders }) => orders.groupBy(r => ({ month: r.placed.month() })).agg(() => ({ n: count() })),
    },
    {
      what: 'figures of the whole table',
      pandas: "pd.DataFrame({'total': [orders.amount.sum()], 'n': [len(orders)]})",
      polars: "orders.select(total=pl.col('amount').sum(), n=pl.len())",
      sql: 'select sum(amount) as total, count(*) as n from orders',
      tidemill: ({ orders }) => orders.agg(r => ({ total: r.amount.sum(), n: count() })),
    },
    {
      what: 'how often each value is there',
      pandas: "orders['product'].value_counts(dropna=False).reset_index()",
      polars: "orders['product'].value_counts()",
      sql: 'select product, count(*) as count from orders group by product',
      tidemill: ({ orders }) => orders.valueCounts('product').select('product', 'count'),
    },
    {
      what: 'different values',
      pandas: "orders.groupby('region', as_index=False).customer.nunique()",
      polars: "orders.group_by('region').agg(pl.col('customer').drop_nulls().n_unique())",
      sql: 'select region, count(distinct customer) as customer from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ customer: r.customer.countDistinct() })),
    },
    {
      what: 'different combinations',
      pandas: "len(orders[['region', 'status']].drop_duplicates())",
      polars: "orders.select('region', 'status').n_unique()",
      sql: 'select count(distinct (region, status)) as n from orders',
      tidemill: ({ orders }) => orders.agg(r => ({ n: countDistinct(r.region, r.status) })),
    },
    {
      what: 'groups that meet a condition',
      pandas: "orders.groupby('region', as_index=False).agg(n=('id', 'size')).query('n > 2')",
      polars: "orders.group_by('region').agg(n=pl.len()).filter(pl.col('n') > 2)",
      sql: 'select region, count(*) as n from orders group by region having count(*) > 2',
      tidemill: ({ orders }) =>
        orders
          .groupBy('region')
          .agg(() => ({ n: count() }))
          .filter(r => r.n.gt(2)),
    },
    {
      what: 'figures of some rows',
      pandas:
        "orders[orders.status == 'paid'].groupby('region').amount.sum().reindex(orders.region.unique()).rename_axis('region').reset_index(name='paid')",
      polars: "orders.group_by('region').agg(paid=pl.col('amount').filter(pl.col('status') == 'paid').sum())",
      sql: "select region, sum(amount) filter (status = 'paid') as paid from orders group by region",
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ paid: r.amount.sum().where(r.status.eq('paid')) })),
    },
    {
      what: 'median and quantiles',
      pandas: "orders.groupby('region', as_index=False).agg(mid=('amount', 'median'), p90=('amount', lambda s: s.quantile(0.9)))",
      polars: "orders.group_by('region').agg(mid=pl.col('amount').median(), p90=pl.col('amount').quantile(0.9, 'linear'))",
      sql: 'select region, median(amount) as mid, quantile_cont(amount, 0.9) as p90 from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ mid: r.amount.median(), p90: r.amount.quantile(0.9) })),
    },
    {
      what: 'standard deviation',
      pandas: "orders.groupby('region', as_index=False).agg(sd=('amount', 'std'))",
      polars: "orders.group_by('region').agg(sd=pl.col('amount').std())",
      sql: 'select region, stddev_samp(amount) as sd from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ sd: r.amount.stddev() })),
    },
    {
      what: 'the first of an order',
      pandas: "orders.sort_values('placed').groupby('region', as_index=False).agg(first=('status', 'first'))",
      polars: "orders.group_by('region').agg(first=pl.col('status').sort_by('placed').first())",
      sql: 'select region, first(status order by placed) as first from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ first: r.status.first({ orderBy: r.placed }) })),
    },
    {
      what: 'the value where another is greatest',
      pandas: "orders.loc[orders.groupby('region').quantity.idxmax(), ['region', 'id']]",
      polars: "orders.group_by('region').agg(pl.col('id').get(pl.col('quantity').arg_max()))",
      sql: 'select region, arg_max(id, quantity) as id from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ id: r.id.argMax(r.quantity) })),
    },
    {
      what: 'values as a list',
      pandas: "orders.sort_values('id').groupby('region', as_index=False).agg(ids=('id', list))",
      polars: "orders.group_by('region').agg(ids=pl.col('id').sort())",
      sql: 'select region, list(id order by id) as ids from orders group by region',
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ ids: r.id.list({ orderBy: r.id }) })),
    },
    {
      what: 'values as one text',
      pandas: "orders.sort_values('id').groupby('region', as_index=False).agg(all=('status', ' '.join))",
      polars: "orders.sort('id').group_by('region').agg(all=pl.col('status').str.join(' '))",
      sql: `select region, string_agg(status, ' ' order by id) as "all" from orders group by region`,
      tidemill: ({ orders }) => orders.groupBy('region').agg(r => ({ all: r.status.stringAgg(' ', { orderBy: r.id }) })),
    },
    {
      what: 'subtotals',
      pandas:
        "pd.concat([orders.groupby('region', as_index=False).quantity.sum(), pd.DataFrame({'region': [None], 'quantity': [orders.quantity.sum()]})])",
      polars:
        "pl.concat([orders.group_by('region').agg(pl.col('quantity').sum()), orders.select(region=pl.lit(None, pl.String), quantity=pl.col('quantity').sum())])",
      sql: 'select region, sum(quantity) as quantity from orders group by rollup (region)',
      tidemill: ({ orders }) => orders.groupBy('region').rollup(r => ({ quantity: r.quantity.sum() })),
    },
    {
      what: 'correlation',
      pandas: "pd.DataFrame({'c': [orders.amount.corr(orders.quantity)]})",
      polars: "orders.drop_nulls('amount').select(c=pl.corr('amount', 'quantity'))",
      sql: 'select corr(amount, quantity) as c from orders',
      tidemill: ({ orders }) => orders.agg(r => ({ c: r.amount.correlation(r.quantity) })),
    },
  ],
}
