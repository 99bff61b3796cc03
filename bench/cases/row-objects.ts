import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
import { type BenchCase, cpuOf, inTurns, result } from '../measure.ts'

interface Four {
  readonly a: number
  readonly d: string
}

/** Rows of four columns (two integers, a float, a text of seven letters) as an array of plain objects, each of which is looked at. */
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
    const ours = async (): Promise<void> => check(await data.rows())
    const peer = async (): Promise<void> =>
      check((await connection.runAndReadAll(`select a, b, c, d from '${path}'`)).getRowObjects() as unknown as readonly Four[])
    const check = (objects: readonly Four[]): void => {
      let sum = 0
      for (const { a, d } of objects) sum += a + d.length
      if (objects.length !== rows || sum !== (rows * (rows - 1)) / 2 + 7 * rows)
        throw new Error(`wrong rows: ${objects.length}, sum ${sum}`)
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
