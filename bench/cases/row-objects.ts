import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, result } from '../measure.ts'

/** Rows of four columns (two integers, a float, a text of seven letters) as plain objects, streamed so that memory plays no part. */
export const rowObjects: BenchCase = async ({ quick, folder }) => {
  const rows = quick ? 1_000_000 : 10_000_000
  const path = join(folder, 'rows.parquet')
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(
      `copy (select i::integer as a, (i * 7 % 1000)::integer as b, i / 3.0 as c, 'x' || (100000 + i % 900000)::varchar as d from range(${rows}) t(i)) to '${path}'`,
    )
    const data = await tm.read(parquet(path, { schema: { a: 'int32', b: 'int32', c: 'float64', d: 'string' } }))
    const ours = async (): Promise<void> => {
      let seen = 0
      let sum = 0
      for await (const row of data) {
        seen++
        sum += row.a + row.d.length
      }
      check(seen, sum)
    }
    const peer = async (): Promise<void> => {
      let seen = 0
      let sum = 0
      for await (const some of (await connection.stream(`select a, b, c, d from '${path}'`)).yieldRowObjects())
        for (const row of some) {
          seen++
          sum += (row['a'] as number) + (row['d'] as string).length
        }
      check(seen, sum)
    }
    const check = (seen: number, sum: number): void => {
      if (seen !== rows || sum !== (rows * (rows - 1)) / 2 + 7 * rows) throw new Error(`wrong rows: ${seen}, sum ${sum}`)
    }
    const pair = await inTurns(
      quick ? 3 : 5,
      () => cpuOf(ours),
      () => cpuOf(peer),
    )
    const perSecond = (ms: number): string => `${(rows / 1e3 / ms).toFixed(2)} M rows/CPU s`
    return [
      result(`${rows / 1e6}M rows to plain objects`, 'CPU ms', "getRowObjects of DuckDB's own client", pair, {
        note: `ours ${perSecond(pair.ours)}, peer ${perSecond(pair.peer)}`,
      }),
    ]
  } finally {
    connection.closeSync()
    instance.closeSync()
    await tm.close()
  }
}
