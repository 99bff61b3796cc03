/** Nothing marked here may compile. The comment quotes the compiler, or says why. */
/* oxlint-disable vitest/expect-expect -- the compiler is what asserts here */
import { col, column, count, expectThat, rank, rowNumber, when, type Dataset, type Timestamp } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { linearRegression, pipeline, standardScaler } from 'tidemill/ml'
import { test } from 'vitest'

interface Order {
  id: number
  customer: string
  amount: number
  discount: number | null
  status: 'open' | 'paid'
  at: Timestamp
  tags: string[]
  address: { city: string }
}
interface Customer {
  customer: string
  status: string
  age: number | null
}
declare const orders: Dataset<Order>
declare const customers: Dataset<Customer>
declare function report(of: Dataset<{ amount: number }>): void
declare const big: Dataset<{ a: bigint; b: number }>
declare const csvRows: Dataset<{ [column: string]: any }>
declare const flowers: Dataset<{ sepalLength: number; sepalWidth: number; petalLength: number; petalWidth: number; species: string }>

test('wrong columns', () => {
  // @ts-expect-error Property 'amont' does not exist ... Did you mean 'amount'?
  orders.filter(r => r.amont.gt(1))
  // @ts-expect-error '"amont"' is not assignable to parameter of type '"id" | "customer" | ...'
  orders.select('amont')
  // @ts-expect-error the column is gone
  orders.drop('amount').filter(r => r.amount.gt(1))
  // @ts-expect-error the column has another name
  orders.rename({ amount: 'total' }).filter(r => r.amount.gt(1))
  // @ts-expect-error 'amont' does not exist in type
  orders.rename({ amont: 'total' })
  // @ts-expect-error not a key
  orders.groupBy('custmer')
  const counted = orders.groupBy('customer').agg(() => ({ n: count() }))
  // @ts-expect-error agg keeps keys and aggregates only
  counted.filter(r => r.amount.gt(1))
  // @ts-expect-error not a column
  orders.sort('amont')
  // @ts-expect-error not a column
  orders.split({ train: 0.8, test: 0.2 }, { seed: 1, stratify: 'clas' })
  // @ts-expect-error partition by a column that is not there
  void orders.write(parquet('out/', { partitionBy: ['region'] }))

  // @ts-expect-error a Dataset has exactly its columns: select('amount') first, or take a function over Columns<{ amount: number }>
  report(orders)
  report(orders.select('amount'))
})

test('values of the wrong type', () => {
  // @ts-expect-error text has no div
  orders.withColumns(r => ({ x: r.customer.div(2) }))
  // @ts-expect-error a number has no upper
  orders.withColumns(r => ({ x: r.amount.upper() }))
  // @ts-expect-error a string is not a number
  orders.filter(r => r.amount.gt('1'))
  // @ts-expect-error compare columns of one family
  orders.filter(r => r.amount.gt(r.customer))
  // @ts-expect-error '"payed"' is not assignable to '"open" | "paid"'
  orders.filter(r => r.status.eq('payed'))
  // @ts-expect-error use isNull()
  orders.filter(r => r.discount.eq(null))
  // @ts-expect-error bigint and number do not mix; cast one
  big.withColumns(r => ({ c: r.a.add(r.b) }))
  // @ts-expect-error not a type name
  orders.withColumns(r => ({ c: r.customer.cast('int') }))
  // @ts-expect-error not a field
  orders.withColumns(r => ({ c: r.address.field('town') }))
  // @ts-expect-error a condition is not a number
  orders.filter(r => r.amount)
  // @ts-expect-error a constant is not a condition
  orders.filter(_r => true)
  // @ts-expect-error JavaScript operators do not build expressions
  orders.filter(r => r.amount > 1)
  // @ts-expect-error no overlap
  orders.filter(r => r.amount === 1)
  // @ts-expect-error a boolean is not a condition
  orders.filter(r => !r.amount.gt(1))
  // @ts-expect-error branches of one family
  orders.withColumns(r => ({ c: when(r.amount.gt(1), 'a').otherwise(1) }))
  // @ts-expect-error a number is not a list
  orders.explode('amount')
  // @ts-expect-error a string is not a number
  orders.fillNull({ discount: 'none' })
})

test('NULLs', () => {
  async function nulls(): Promise<void> {
    const row = (await orders.withColumns(r => ({ net: r.amount.sub(r.discount), safe: r.amount.sub(r.discount.fillNull(0)) })).rows())[0]
    if (!row) return
    const safe: number = row.safe
    // @ts-expect-error a NULL operand makes NULL
    const net: number = row.net
    const dropped = (await orders.dropNulls('discount').rows())[0]?.discount
    const sure: number | undefined = dropped
    const left = (await orders.join(customers, { on: 'customer', how: 'left', suffix: 'Of' }).rows())[0]
    // @ts-expect-error the outer side can be NULL
    const status: string | undefined = left?.statusOf
    const all = (await orders.agg(r => ({ n: count(), total: r.amount.sum() })).rows())[0]
    const n: number | undefined = all?.n
    // @ts-expect-error the sum of no rows is NULL
    const total: number | undefined = all?.total
    console.log(safe, net, sure, status, n, total)
  }
  void nulls
})

test("aggregates, columns and windows in each other's place", () => {
  // @ts-expect-error '"aggregate"' is not assignable to '"column" | "window"'
  orders.filter(r => r.amount.mean().gt(1))
  // @ts-expect-error an aggregate needs groupBy().agg() or .over()
  orders.withColumns(r => ({ m: r.amount.mean() }))
  // @ts-expect-error '"column"' is not assignable to '"aggregate" | "count"'
  orders.groupBy('customer').agg(r => ({ m: r.amount }))
  // @ts-expect-error half an aggregate, half a column
  orders.groupBy('customer').agg(r => ({ m: r.amount.sum().div(r.amount) }))
  // @ts-expect-error an aggregate of an aggregate
  orders.groupBy('customer').agg(r => ({ m: r.amount.sum().max() }))
  // @ts-expect-error a column cannot go over a window
  orders.withColumns(r => ({ m: r.amount.over({ partitionBy: r.customer }) }))
  // @ts-expect-error rank() needs an order
  orders.withColumns(r => ({ m: rank().over({ partitionBy: r.customer }) }))
  // @ts-expect-error and an .over()
  orders.withColumns(() => ({ m: rowNumber() }))
  // @ts-expect-error a window value inside an aggregate
  orders.groupBy('customer').agg(r => ({ m: r.amount.sum().over({ partitionBy: r.status }).max() }))
  // @ts-expect-error kinds are checked on open rows too
  csvRows.withColumns(() => ({ m: col('amount').mean() }))
})

test('joins, unions, pivots', () => {
  // @ts-expect-error both sides have a column status: give a suffix, or rename one
  orders.join(customers, { on: 'customer' })
  // @ts-expect-error 'id' is not a column of both
  orders.join(customers, { on: 'id' })
  // @ts-expect-error keys have different types: id
  orders.join(customers.drop('status'), { on: { id: 'customer' } })
  // @ts-expect-error not assignable to JoinHow
  orders.join(customers, { on: 'customer', how: 'outer' })
  // @ts-expect-error union needs the same columns on both sides; these differ: ...
  orders.union(customers)
  // @ts-expect-error '"closed"' is not one of the values of status
  orders.pivot({ index: 'customer', columns: 'status', into: ['open', 'closed'], values: r => r.amount.sum() })
  // @ts-expect-error values of a pivot are aggregates
  orders.pivot({ index: 'customer', columns: 'status', into: ['open'], values: r => r.amount })
})

test('functions', () => {
  // @ts-expect-error the schema is not that of the rows
  orders.map(r => ({ n: r.amount }), { schema: { n: 'string' } })
  // @ts-expect-error rate is not given
  orders.map((r, { rate }) => ({ n: r.amount * rate }), { with: { rat: 1 } })
  // @ts-expect-error rows are objects
  orders.map(r => r.amount)
  // @ts-expect-error a batch has no such column
  orders.mapBatches(batch => [{ n: batch.column('amont').length }], { schema: { n: 'int64' } })
  // @ts-expect-error an order of a column that is not there
  orders.sort(r => r.amont.desc())
  // @ts-expect-error a split needs a seed or an order
  orders.split({ train: 0.8, test: 0.2 }, { stratify: 'status' })
})

test('learning', () => {
  // @ts-expect-error a regressor wants a number
  void linearRegression().fit(flowers, { target: 'species' })
  // @ts-expect-error target is missing
  void linearRegression().fit(flowers.drop('species'))
  // @ts-expect-error not a column
  void linearRegression().fit(flowers.drop('species'), { target: 'petalWidt' })
  // @ts-expect-error numeric columns only, but these are not: species
  void linearRegression().fit(flowers, { target: 'petalWidth' })
  // @ts-expect-error the same through a scaler in a pipeline
  void pipeline({ scale: standardScaler(), fit: linearRegression() }).fit(flowers, { target: 'petalWidth' })
  // @ts-expect-error a scaler over text
  void standardScaler().fit(flowers)
  // @ts-expect-error a string is not a boolean
  linearRegression({ intercept: 'no' })
})

test('quality', () => {
  // @ts-expect-error Property 'amont' is missing in type 'Order'
  void expectThat(orders, [column('amont').unique()])
  // @ts-expect-error matches is for text
  void expectThat(orders, [column('amount').matches(/x/)])
})
