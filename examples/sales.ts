/**
 * Half a year of a shop: what its till exports is cleaned, and becomes tables, baskets and a report.
 *
 * `node examples/sales.ts FOLDER [ORDERS]` writes `clean.parquet` (a folder by region), `rejected.ndjson`, `bad-lines.ndjson` and `report.html` into FOLDER. ORDERS is a
 * folder with `orders.csv` and `products.csv`; without it they are made by a seed, in FOLDER.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { column, count, expectThat, type Session, tidemill } from 'tidemill'
import { plot, report } from 'tidemill/chart'
import { csv, ndjson, parquet, readReport } from 'tidemill/connectors'
import { makeOrders } from './data/orders.ts'

/** Lines that are no record go to a file of their own; `1,234.50` is a number. */
const readOrders = (tm: Session, folder: string, badLines: string) =>
  tm.read(
    csv(join(folder, 'orders.csv'), {
      names: 'camelCase',
      thousands: ',',
      timestampFormat: '%Y-%m-%d %H:%M',
      onBadLine: { quarantine: badLines },
      schema: { orderId: 'int64', orderedAt: 'timestamp', region: 'string', product: 'string', quantity: 'int64', amount: 'float64?' },
    }),
  )
const readProducts = (tm: Session, folder: string) =>
  tm.read(csv(join(folder, 'products.csv'), { schema: { product: 'string', kind: 'string', price: 'float64' } }))

/** Spelling is made one, lines that came twice become one, an amount that was not typed is quantity times price. */
const tidy = (orders: Awaited<ReturnType<typeof readOrders>>, products: Awaited<ReturnType<typeof readProducts>>) =>
  orders
    .withColumns(r => ({ region: r.region.trim().lower() }))
    .distinct()
    .join(products, { on: 'product', validate: 'many-to-one' })
    .withColumns(r => ({ amount: r.amount.fillNull(r.price.mul(r.quantity.cast('float64')).round(2)) }))
    .drop('price')
type Sales = ReturnType<typeof tidy>

/** One row a region, one column a month. */
const byRegion = (sales: Sales) =>
  sales
    .withColumns(r => ({ month: r.orderedAt.format('%Y-%m') }))
    .pivot({
      index: 'region',
      columns: 'month',
      into: ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'],
      values: r => r.amount.sum().round(2),
    })
    .sort('region')

/** Weeks without an order are there, with 0. */
const byWeek = (sales: Sales) =>
  sales.resample('orderedAt', 'week', r => ({ takings: r.amount.sum().round(2), orders: r.orderId.countDistinct() }), { fill: 0 })

/** Pairs of products in one order: how often, and how much more often than chance (lift). */
const baskets = (sales: Sales) => {
  const inOrder = sales.select('orderId', 'product').distinct()
  const orders = inOrder.agg(r => ({ orders: r.orderId.countDistinct() }))
  const often = inOrder.groupBy('product').agg(() => ({ n: count() }))
  return inOrder
    .joinWhere(inOrder, (a, b) => a.orderId.eq(b.orderId).and(a.product.lt(b.product)), { suffix: '2' })
    .groupBy('product', 'product2')
    .agg(() => ({ together: count() }))
    .join(often.rename({ n: 'first' }), { on: 'product' })
    .join(often.rename({ n: 'second', product: 'product2' }), { on: 'product2' })
    .crossJoin(orders)
    .select('product', 'product2', 'together', r => ({
      lift: r.together.mul(r.orders).div(r.first.mul(r.second)).round(2),
    }))
    .topK(5, [r => r.lift.desc(), r => r.product.asc()])
}

async function tell(title: string, table: { show(options: { rows: number }): Promise<void> }) {
  console.log(`\n${title}`)
  await table.show({ rows: 30 })
}

const [folder = 'out', given] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
if (given === undefined) await makeOrders(folder)
await using tm = await tidemill()
const orders = await readOrders(tm, given ?? folder, join(folder, 'bad-lines.ndjson'))
const [read] = readReport(orders)
const sales = tidy(orders, await readProducts(tm, given ?? folder))

const checks = await expectThat(sales, [column('region').oneOf(['north', 'south', 'west']), column('quantity').between(1, 100)])
const { clean, rejected } = checks.quarantine()
await rejected.write(ndjson(join(folder, 'rejected.ndjson'), { mode: 'replace' }))
await clean.write(parquet(join(folder, 'clean.parquet'), { partitionBy: ['region'], mode: 'replace' }))
console.log(
  `${await orders.count()} lines read, ${read?.badLines} broken, ${await sales.count()} after tidying; ${await rejected.count()} set aside`,
)

await tell('takings by region and month', byRegion(clean))
await tell('bought together', baskets(clean))
const weeks = await byWeek(clean).cache()
const silent = await weeks.filter(r => r.orders.eq(0)).count()
const [all] = await clean.agg(r => ({ takings: r.amount.sum().round(2), orders: r.orderId.countDistinct() })).rows()
console.log(`\n${all?.orders} orders, ${all?.takings} taken; ${silent} weeks without an order`)

const page = report({
  title: 'Half a year of the shop',
  facts: [
    ['orders', all?.orders ?? null],
    ['taken', all?.takings ?? null],
    ['weeks without an order', silent],
  ],
  sections: [
    { chart: await plot(weeks, { x: 'orderedAt', y: 'takings', title: 'takings by week' }), wide: true },
    { chart: await plot(clean, { x: 'region', y: 'amount', aggregate: 'sum', title: 'takings by region' }) },
    { chart: await plot(clean, { x: 'kind', y: 'amount', aggregate: 'sum', title: 'takings by kind' }) },
    { title: 'Takings by region and month', table: await byRegion(clean).rows() },
    { title: 'Bought together', table: await baskets(clean).rows() },
    { title: 'Set aside', table: await rejected.limit(200).rows() },
  ],
})
await page.save(join(folder, 'report.html'))
