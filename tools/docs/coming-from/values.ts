import { greatest, when } from '../../../src/index.ts'
import type { Section } from './types.ts'

export const values: Section = {
  title: 'Values',
  rows: [
    {
      what: 'if, else',
      pandas: "pd.DataFrame({'size': np.where(orders.quantity > 4, 'big', np.where(orders.quantity > 1, 'some', 'one'))})",
      polars:
        "orders.select(size=pl.when(pl.col('quantity') > 4).then(pl.lit('big')).when(pl.col('quantity') > 1).then(pl.lit('some')).otherwise(pl.lit('one')))",
      sql: "select case when quantity > 4 then 'big' when quantity > 1 then 'some' else 'one' end as size from orders",
      tidemill: ({ orders }) =>
        orders.select(r => ({ size: when(r.quantity.gt(4), 'big').when(r.quantity.gt(1), 'some').otherwise('one') })),
    },
    {
      what: 'values by others',
      pandas: "pd.DataFrame({'region': orders.region.replace({'west': 'W', 'east': 'E'})})",
      polars: "orders.select(pl.col('region').replace({'west': 'W', 'east': 'E'}))",
      sql: "select case region when 'west' then 'W' when 'east' then 'E' else region end as region from orders",
      tidemill: ({ orders }) => orders.replace({ region: { west: 'W', east: 'E' } }).select('region'),
    },
    {
      what: 'within bounds',
      pandas: "pd.DataFrame({'quantity': orders.quantity.clip(2, 4)})",
      polars: "orders.select(pl.col('quantity').clip(2, 4))",
      sql: 'select least(greatest(quantity, 2), 4) as quantity from orders',
      tidemill: ({ orders }) => orders.clip({ quantity: [2, 4] }).select('quantity'),
    },
    {
      what: 'classes between edges',
      pandas: "pd.DataFrame({'size': pd.cut(orders.quantity, [0, 1, 4, np.inf], labels=['one', 'some', 'big']).astype(str)})",
      polars: "orders.select(size=pl.col('quantity').cut([1, 4], labels=['one', 'some', 'big']).cast(pl.String))",
      sql: "select case when quantity <= 1 then 'one' when quantity <= 4 then 'some' else 'big' end as size from orders",
      tidemill: ({ orders }) =>
        orders.cut('quantity', [0, 1, 4, Infinity], { into: 'size', labels: ['one', 'some', 'big'] }).select('size'),
    },
    {
      what: 'classes of equal size',
      pandas: "pd.DataFrame({'id': orders.id, 'half': pd.qcut(orders.id, 2, labels=False) + 1})",
      polars: "orders.select('id', half=pl.col('id').qcut(2, labels=['1', '2']).cast(pl.String).cast(pl.Int64))",
      sql: 'select id, case when id <= (select quantile_cont(id, 0.5) from orders) then 1 else 2 end as half from orders',
      tidemill: ({ orders }) => orders.qcut('id', 2, { into: 'half' }).select('id', 'half'),
    },
    {
      what: 'round, power, logarithm',
      pandas: "pd.DataFrame({'a': (orders.amount / 7).round(1), 'b': orders.quantity ** 2, 'c': np.log(orders.quantity)})",
      polars: "orders.select(a=(pl.col('amount') / 7).round(1), b=pl.col('quantity') ** 2, c=pl.col('quantity').log())",
      sql: 'select round(amount / 7, 1) as a, quantity ** 2 as b, ln(quantity) as c from orders',
      tidemill: ({ orders }) => orders.select(r => ({ a: r.amount.div(7).round(1), b: r.quantity.pow(2), c: r.quantity.log() })),
    },
    {
      what: 'whole division and remainder',
      pandas: "pd.DataFrame({'a': orders.quantity // 4, 'b': orders.quantity % 4})",
      polars: "orders.select(a=pl.col('quantity') // 4, b=pl.col('quantity') % 4)",
      sql: 'select quantity // 4 as a, quantity % 4 as b from orders',
      tidemill: ({ orders }) => orders.select(r => ({ a: r.quantity.floorDiv(4), b: r.quantity.mod(4) })),
    },
    {
      what: 'the greater of two columns',
      pandas: "pd.DataFrame({'best': sales[['jan', 'feb']].max(axis=1)})",
      polars: "sales.select(best=pl.max_horizontal('jan', 'feb'))",
      sql: 'select greatest(jan, feb) as best from sales',
      tidemill: ({ sales }) => sales.select(r => ({ best: greatest(r.jan, r.feb) })),
    },
  ],
}
