import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { profile as profileOf, tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, result } from '../measure.ts'

/** CPU of the profile of a wide table. DuckDB's SUMMARIZE estimates distinct values and quantiles and has no histograms; ours is exact and has both. */
export const profile: BenchCase = async ({ quick, folder }) => {
  const [rows, columns] = quick ? [20_000, 40] : [200_000, 100]
  const path = join(folder, 'wide.parquet')
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const made = Array.from({ length: columns }, (_, c) =>
      c % 4 === 3 ? `'text ' || (i * ${c + 7}) % ${50 * (c + 1)} as c${c}` : `((i * ${7919 + c}) % ${1000 + c}) / ${c + 3}.0 as c${c}`,
    )
    await connection.run(`copy (select ${made.join(', ')} from range(${rows}) t(i)) to '${path}'`)
    const data = await tm.read(parquet(path))
    const pair = await inTurns(
      quick ? 3 : 5,
      () =>
        cpuOf(async () => {
          const found = await profileOf(data)
          if (found.rows !== rows || found.columns.length !== columns)
            throw new Error(`wrong profile: ${found.rows} x ${found.columns.length}`)
        }),
      () =>
        cpuOf(async () => {
          const found = (await connection.runAndReadAll(`summarize select * from '${path}'`)).getRowObjects()
          if (found.length !== columns) throw new Error(`wrong summary: ${found.length}`)
        }),
    )
    return [result(`profile of ${rows / 1000}k x ${columns}`, 'CPU ms', 'SUMMARIZE of DuckDB, which estimates', pair)]
  } finally {
    connection.closeSync()
    instance.closeSync()
    await tm.close()
  }
}
