import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { count, tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, type Result, result } from '../measure.ts'

/** CPU of a query through the typed builder against the SQL that a person would write, handed to DuckDB's own client in the same process. */
export const builderCpu: BenchCase = async ({ quick, folder }) => {
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const results: Result[] = []
  try {
    for (const { name, rows, rounds } of [
      { name: 'group-by of 1M rows of Parquet', rows: 1_000_000, rounds: quick ? 9 : 25 },
      { name: 'group-by of 1,000 rows of Parquet', rows: 1_000, rounds: quick ? 31 : 101 },
    ]) {
      const path = join(folder, `group-${rows}.parquet`)
      await connection.run(
        `copy (select (i * 7919) % 100 as key, i::bigint as id, (i % 1000) / 7.0 as price, i % 13 as rooms from range(${rows}) t(i)) to '${path}'`,
      )
      const data = await tm.read(parquet(path, { schema: { key: 'int64', id: 'int64', price: 'float64', rooms: 'int64' } }))
      const sql = `select key, count(*) as n, avg(price) as mean, max(price / rooms) as most from '${path}' where rooms > 2 group by key order by key`
      const ours = (): Promise<object[]> =>
        data
          .filter(r => r.rooms.gt(2))
          .groupBy('key')
          .agg(r => ({ n: count(), mean: r.price.mean(), most: r.price.div(r.rooms.cast('float64')).max() }))
          .sort('key')
          .rows()
      const peer = async (): Promise<object[]> => (await connection.runAndReadAll(sql)).getRowObjectsJS()
      const [mine, theirs] = [await ours(), await peer()]
      if (mine.length !== theirs.length || mine.length === 0)
        throw new Error(`the answers differ: ${mine.length} and ${theirs.length} rows`)
      const pair = await inTurns(
        rounds,
        () => cpuOf(ours),
        () => cpuOf(peer),
      )
      const ratio = pair.ours / pair.peer
      results.push(
        result(name, 'CPU ms', 'the same SQL on @duckdb/node-api', pair, {
          aim: { text: 'at most 1.1 times the CPU', met: ratio <= 1.1 },
        }),
      )
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
    await tm.close()
  }
  return results
}
