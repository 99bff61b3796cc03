/** One plan over sources of several kinds: files, a database, a sheet, an address, rows in memory. Numbers of different types are brought together; other types are refused. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, excel, ndjson, parquet, rows, sqlite } from '../src/connectors/index.ts'
import { count, type Session, tidemill } from '../src/index.ts'

let tm: Session
let folder: string
let server: Server
const place = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-several-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: place('work'), print: () => undefined })
  // Rates of the day come as JSON lines from a server.
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"currency":"EUR","rate":1}\n{"currency":"CHF","rate":1.25}\n')
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  await writeFile(place('orders.csv'), 'id,customer,currency,amount\n1,7,EUR,10.00\n2,8,CHF,20.00\n3,9,CHF,4.00\n4,7,EUR,1.50\n')
  await (
    await tm.read(
      rows([
        { id: 7, name: 'Ada' },
        { id: 8, name: 'Bo' },
      ]),
    )
  ).write(sqlite(place('shop.db'), { table: 'customers' }))
  await (
    await tm.read(
      rows([
        { customer: 8, limit: 30 },
        { customer: 7, limit: 5 },
      ]),
    )
  ).write(excel(place('limits.xlsx')))
  await (await tm.read(rows([{ id: 5, customer: 8, currency: 'EUR', amount: 100 }]))).write(parquet(place('late.parquet')))
})
afterAll(async () => {
  await tm.close()
  server.closeAllConnections()
  await new Promise(resolve => void server.close(resolve))
  await rm(folder, { recursive: true })
})

test('one plan joins a CSV file, Parquet, SQLite, Excel, an address and rows in memory', async () => {
  const schema = { id: 'int64', customer: 'int64', currency: 'string', amount: 'decimal(12,2)' } as const
  const orders = await tm.read(csv(place('orders.csv'), { schema }))
  const late = await tm.read(
    parquet(place('late.parquet'), { schema: { id: 'int64', customer: 'int64', currency: 'string', amount: 'int64' } }),
  )
  const rates = await tm.read(
    ndjson(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rates.ndjson`, {
      schema: { currency: 'string', rate: 'decimal(6,2)' },
    }),
  )
  const customers = await tm.read(sqlite(place('shop.db'), { table: 'customers', schema: { id: 'int64', name: 'string' } }))
  const limits = await tm.read(excel(place('limits.xlsx'), { schema: { customer: 'int64', limit: 'float64' } }))
  const regions = await tm.read(
    rows([
      { name: 'Ada', region: 'north' },
      { name: 'Bo', region: 'south' },
    ]),
  )

  // Whole numbers become the decimals they stand beside; a text is no number, and the plan says so.
  expect(() => orders.union(late.withColumns(r => ({ amount: r.amount.cast('string') })) as never)).toThrow(/amount/)
  const answer = orders
    .union(late as never)
    .join(rates, { on: 'currency' })
    .withColumns(r => ({ euros: r.amount.mul(r.rate).cast('float64') }))
    .join(customers.rename({ id: 'customer' }), { on: 'customer', how: 'left' })
    .join(limits, { on: 'customer', how: 'left' })
    .join(regions, { on: 'name', how: 'left' })
    .groupBy('region')
    .agg(r => ({ orders: count(), euros: r.euros.sum(), limit: r.limit.max() }))
    .sort(r => r.euros.desc())
  expect(await answer.rows()).toEqual([
    { region: 'south', orders: 2, euros: 125, limit: 30 },
    { region: 'north', orders: 2, euros: 11.5, limit: 5 },
    { region: null, orders: 1, euros: 5, limit: null },
  ])
})
