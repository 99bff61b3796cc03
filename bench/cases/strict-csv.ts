import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tidemill } from 'tidemill'
import { csv } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, result } from '../measure.ts'

/**
 * CPU of reading a CSV file with declared types. Ours refuses what does not fit; DuckDB's typed reader rounds 1.5 to 2 in a whole number, so the peer does less.
 */
export const strictCsv: BenchCase = async ({ quick, folder }) => {
  const rows = quick ? 300_000 : 3_000_000
  const path = join(folder, 'strict.csv')
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(
      `copy (select i as id, i % 1000 as part, i / 7.0 as price, i * 1.5 as amount, 'city ' || i % 5000 as city, date '2020-01-01' + (i % 2000)::integer as day
        from range(${rows}) t(i)) to '${path}' (header)`,
    )
    const schema = { id: 'int64', part: 'int32', price: 'float64', amount: 'float64', city: 'string', day: 'date' } as const
    const data = await tm.read(csv(path, { schema }))
    const query = data.agg(r => ({
      id: r.id.sum(),
      part: r.part.sum(),
      price: r.price.sum(),
      amount: r.amount.sum(),
      city: r.city.max(),
      day: r.day.max(),
    }))
    const columns = "{'id': 'BIGINT', 'part': 'INTEGER', 'price': 'DOUBLE', 'amount': 'DOUBLE', 'city': 'VARCHAR', 'day': 'DATE'}"
    const sql = `select sum(id)::bigint as id, sum(part)::bigint, sum(price), sum(amount), max(city), max(day) from read_csv('${path}', header = true, columns = ${columns})`
    const wanted = (rows * (rows - 1)) / 2
    const check = (sum: unknown): void => {
      if (Number(sum) !== wanted) throw new Error(`wrong sum: ${String(sum)}, not ${wanted}`)
    }
    const pair = await inTurns(
      quick ? 5 : 9,
      () => cpuOf(async () => check((await query.rows())[0]?.id)),
      () => cpuOf(async () => check((await connection.runAndReadAll(sql)).getRowObjects()[0]?.['id'])),
    )
    return [result(`strict CSV, ${rows / 1000}k x 6`, 'CPU ms', "DuckDB's typed reader, which rounds", pair)]
  } finally {
    connection.closeSync()
    instance.closeSync()
    await tm.close()
  }
}
