import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, result } from '../measure.ts'

/** CPU of `for await (const row of table)` against `rows()` of the same table, both looking at every row. */
export const rowByRow: BenchCase = async ({ quick, folder }) => {
  const count = quick ? 500_000 : 5_000_000
  const path = join(folder, 'row-by-row.parquet')
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const connection = await instance.connect()
    await connection.run(`copy (select i::integer as a, i / 3.0 as b, 'x' || i % 1000 as c from range(${count}) t(i)) to '${path}'`)
    connection.closeSync()
    const data = await tm.read(parquet(path, { schema: { a: 'int32', b: 'float64', c: 'string' } }))
    const check = (sum: number): void => {
      if (sum !== (count * (count - 1)) / 2) throw new Error(`wrong sum: ${sum}`)
    }
    const pair = await inTurns(
      quick ? 3 : 5,
      () =>
        cpuOf(async () => {
          let sum = 0
          for await (const row of data) sum += row.a
          check(sum)
        }),
      () =>
        cpuOf(async () => {
          let sum = 0
          for (const row of await data.rows()) sum += row.a
          check(sum)
        }),
    )
    return [result(`for await over ${count / 1000}k rows`, 'CPU ms', 'rows() of the same table', pair)]
  } finally {
    instance.closeSync()
    await tm.close()
  }
}
