import type { Section } from './types.ts'

export const joins: Section = {
  title: 'Two tables',
  rows: [
    {
      what: 'join',
      pandas: "orders.merge(customers, on='customer')[['id', 'name']]",
      polars: "orders.join(customers, on='customer').select('id', 'name')",
      sql: 'select id, name from orders join customers using (customer)',
      tidemill: ({ orders, customers }) => orders.join(customers, { on: 'customer' }).select('id', 'name'),
    },
    {
      what: 'all rows of the left',
      pandas: "orders.merge(customers, on='customer', how='left')[['id', 'name']]",
      polars: "orders.join(customers, on='customer', how='left').select('id', 'name')",
      sql: 'select id, name from orders left join customers using (customer)',
      tidemill: ({ orders, customers }) => orders.join(customers, { on: 'customer', how: 'left' }).select('id', 'name'),
    },
    {
      what: 'all rows of both',
      pandas: "january.drop_duplicates().merge(february, on='id', how='outer', suffixes=('', '_2'))",
      polars: "january.unique().join(february, on='id', how='full', suffix='_2', coalesce=True)",
      sql: 'select id, j.amount, f.amount as amount_2 from (select distinct * from january) j full join february f using (id)',
      tidemill: ({ january, february }) => january.distinct().join(february, { on: 'id', how: 'full', suffix: '_2' }),
    },
    {
      what: 'keys of two names',
      pandas: "customers.merge(sales.rename(columns={'city': 'town'}), left_on='city', right_on='town')[['name', 'jan']]",
      polars: "customers.join(sales.rename({'city': 'town'}), left_on='city', right_on='town').select('name', 'jan')",
      sql: 'select name, jan from customers c join (select city as town, jan from sales) s on c.city = s.town',
      tidemill: ({ customers, sales }) => customers.join(sales.rename({ city: 'town' }), { on: { city: 'town' } }).select('name', 'jan'),
    },
    {
      what: 'rows with a partner',
      pandas: 'customers[customers.customer.isin(orders.customer)][["name"]]',
      polars: "customers.join(orders, on='customer', how='semi').select('name')",
      sql: 'select name from customers where customer in (select customer from orders)',
      tidemill: ({ customers, orders }) => customers.join(orders, { on: 'customer', how: 'semi' }).select('name'),
    },
    {
      what: 'rows without a partner',
      pandas: 'customers[~customers.customer.isin(orders.customer)][["name"]]',
      polars: "customers.join(orders, on='customer', how='anti').select('name')",
      sql: 'select name from customers anti join orders using (customer)',
      tidemill: ({ customers, orders }) => customers.join(orders, { on: 'customer', how: 'anti' }).select('name'),
    },
    {
      what: 'by a condition',
      pandas: "january.merge(february, how='cross', suffixes=('', '_2')).query('amount < amount_2')",
      polars: "january.join_where(february, pl.col('amount') < pl.col('amount_2'), suffix='_2')",
      sql: 'select j.id, j.amount, f.id as id_2, f.amount as amount_2 from january j join february f on j.amount < f.amount',
      tidemill: ({ january, february }) => january.joinWhere(february, (a, b) => a.amount.lt(b.amount), { suffix: '_2' }),
    },
    {
      what: 'every row with every row',
      pandas: "sales[['city']].merge(february, how='cross')",
      polars: "sales.select('city').join(february, how='cross')",
      sql: 'select city, id, amount from sales cross join february',
      tidemill: ({ sales, february }) => sales.select('city').crossJoin(february),
    },
    {
      what: 'the last one before',
      pandas: "pd.merge_asof(trades.sort_values('time'), quotes.sort_values('time'), on='time', by='symbol')",
      polars: "trades.sort('time').join_asof(quotes.sort('time'), on='time', by='symbol')",
      sql: 'select t.*, q.bid from trades t asof left join quotes q on t.symbol = q.symbol and t.time >= q.time',
      tidemill: ({ trades, quotes }) => trades.joinAsOf(quotes, { at: 'time', on: 'symbol' }),
    },
    {
      what: 'one below the other',
      pandas: 'pd.concat([january, february])',
      polars: 'pl.concat([january, february])',
      sql: 'from january union all from february',
      tidemill: ({ january, february }) => january.union(february),
    },
    {
      what: 'with columns that one lacks',
      pandas: "pd.concat([january, sales.rename(columns={'jan': 'amount'})[['amount', 'city']]])",
      polars: "pl.concat([january, sales.select(amount='jan', city='city')], how='diagonal')",
      sql: 'from january union all by name select jan as amount, city from sales',
      tidemill: ({ january, sales }) =>
        january.union(
          sales.select('city', r => ({ amount: r.jan })),
          { missing: 'null' },
        ),
    },
    {
      what: 'rows of both tables',
      pandas: 'january.merge(february).drop_duplicates()',
      polars: "january.join(february, on=['id', 'amount'], how='semi').unique()",
      sql: 'from january intersect from february',
      tidemill: ({ january, february }) => january.intersect(february),
    },
    {
      what: 'rows that the other lacks',
      pandas: "january.merge(february, how='left', indicator=True).query(\"_merge == 'left_only'\")[['id', 'amount']].drop_duplicates()",
      polars: "january.join(february, on=['id', 'amount'], how='anti').unique()",
      sql: 'from january except from february',
      tidemill: ({ january, february }) => january.except(february),
    },
  ],
}
