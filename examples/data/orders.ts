import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chance } from './chance.ts'

const products = {
  bread: ['bakery', 3.2],
  butter: ['dairy', 2.49],
  cheese: ['dairy', 6.9],
  coffee: ['drinks', 7.5],
  milk: ['dairy', 1.19],
  oranges: ['fruit', 3.99],
  tea: ['drinks', 4.25],
} as const
type Product = keyof typeof products
/** What people put into one basket more often than chance would. */
const together: Partial<Record<Product, Product>> = { bread: 'butter', coffee: 'milk' }
const regions = ['north', 'south', 'west']
/** As people type it. */
const spelt: Record<string, readonly string[]> = { north: ['north', 'North', ' north'], south: ['south', 'SOUTH'], west: ['west', 'West '] }

/**
 * Writes `orders.csv`, half a year of a small shop as its till exports it, and `products.csv`.
 *
 * The till sends some lines twice, leaves out prices that were not typed, spells regions as people type them, books what comes back as negative quantities, writes
 * `1,234.50` for 1234.5, and breaks some lines in the middle. In May it was closed for two weeks.
 */
export async function makeOrders(folder: string) {
  const { whole, one, so } = chance(2026)
  const lines = ['order_id,ordered_at,region,product,quantity,amount']
  let order = 1000
  for (let day = 0; day < 181; day++) {
    const date = new Date(Date.UTC(2026, 0, 1 + day))
    if (date >= new Date('2026-05-11') && date < new Date('2026-05-25')) continue
    for (let n = whole(1, 6); n > 0; n--) {
      order++
      const region = one(regions, 1.4)
      const at = `${date.toISOString().slice(0, 10)} ${String(whole(8, 19)).padStart(2, '0')}:${String(whole(0, 59)).padStart(2, '0')}`
      const basket = new Set<Product>()
      for (let i = whole(1, 3); i > 0; i--) {
        const product = one(Object.keys(products) as Product[], 1.2)
        basket.add(product)
        const friend = together[product]
        if (friend !== undefined && so(0.6)) basket.add(friend)
      }
      for (const product of basket) {
        const quantity = so(0.02) ? -1 : so(0.01) ? 250 : whole(1, 4)
        const amount = so(0.03) ? '' : money(Math.round(quantity * products[product][1] * 100) / 100)
        const line = `${order},${at},${one(spelt[region] ?? [region])},${product},${quantity},${amount}`
        lines.push(line)
        if (so(0.02)) lines.push(line)
        if (so(0.01)) lines.push(line.slice(0, whole(8, 20)))
      }
    }
  }
  await writeFile(join(folder, 'orders.csv'), `${lines.join('\n')}\n`)
  const known = Object.entries(products).map(([name, [kind, price]]) => `${name},${kind},${price}`)
  await writeFile(join(folder, 'products.csv'), `${['product,kind,price', ...known].join('\n')}\n`)
}

function money(value: number) {
  const text = value.toLocaleString('en-US', { minimumFractionDigits: 2 })
  return text.includes(',') ? `"${text}"` : text
}
