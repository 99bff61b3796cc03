/** DuckDB's side of the same questions, in its own SQL through its own client: `node duckdb.ts FOLDER`. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { machineLimits } from '../../src/engines/embedded/index.ts'
import { answerTurns, type Task } from './turns.ts'

const folder = process.argv[2] ?? '.'
// The same memory and threads as ours, without a line a run on the terminal.
const { memoryBytes, threads } = machineLimits()
const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${Math.floor(memoryBytes / 1e6)}MB`, threads: String(threads) })
const connection = await instance.connect()
await connection.run('set enable_progress_bar = false')
const file = (name: string): string => `read_parquet('${join(folder, name)}')`
for (const name of ['x', 'small', 'medium', 'texts'])
  await connection.run(`create view ${name} as select * from ${file(`${name}.parquet`)}`)

async function one(sql: string): Promise<readonly unknown[]> {
  return (await connection.runAndReadAll(sql)).getRowsJS()[0] ?? []
}

/** A temporary table of the rows of a SELECT; then one column is summed up. */
function kept(sql: string, column: string): Task {
  return async () => {
    await connection.run(`create or replace temp table answer as ${sql}`)
    return async () => {
      const [rows, sum] = await one(`select count(*)::double, sum(${column})::double from answer`)
      await connection.run('drop table answer')
      return { rows: Number(rows), sum: Number(sum) }
    }
  }
}

const types = `{'id1': 'VARCHAR', 'id2': 'VARCHAR', 'id3': 'VARCHAR', 'id4': 'INTEGER', 'id5': 'INTEGER', 'id6': 'INTEGER', 'v1': 'INTEGER', 'v2': 'INTEGER', 'v3': 'DOUBLE'}`
await answerTurns(
  {
    q1: kept('select id1, sum(v1) as v1 from x group by id1', 'v1'),
    q2: kept('select id1, id2, sum(v1) as v1 from x group by id1, id2', 'v1'),
    q3: kept('select id3, sum(v1) as v1, avg(v3) as v3 from x group by id3', 'v3'),
    q4: kept('select id4, avg(v1) as v1, avg(v2) as v2, avg(v3) as v3 from x group by id4', 'v3'),
    q5: kept('select id6, sum(v1) as v1, sum(v2) as v2, sum(v3) as v3 from x group by id6', 'v3'),
    q6: kept('select id4, id5, quantile_cont(v3, 0.5) as median, stddev(v3) as sd from x group by id4, id5', 'sd'),
    q7: kept('select id3, max(v1) - min(v2) as range from x group by id3', 'range'),
    q8: kept(
      'select id6, v3 from (select id6, v3, row_number() over (partition by id6 order by v3 desc) as place from x where v3 is not null) where place <= 2',
      'v3',
    ),
    q9: kept('select id2, id4, pow(corr(v1, v2), 2) as r2 from x group by id2, id4', 'r2'),
    q10: kept('select id1, id2, id3, id4, id5, id6, sum(v3) as v3, count(*) as n from x group by id1, id2, id3, id4, id5, id6', 'v3'),
    'join-small': kept('select x.*, small.w from x join small using (id4)', 'w'),
    'join-medium': kept('select x.*, medium.w from x join medium using (id6)', 'w'),
    'join-medium-left': kept('select x.*, medium.w from x left join medium using (id6)', 'w'),
    'csv-read': kept(`select * from read_csv('${join(folder, 'x.csv')}', header = true, columns = ${types})`, 'v3'),
    map: kept('select id6, v1 * 2 + v3 as y from x', 'y'),
    'row-objects': async () => {
      const rows = (await connection.runAndReadAll('select id, a, b, c from texts')).getRowObjectsJS() as unknown as readonly {
        readonly id: number
        readonly a: string
        readonly b: string
      }[]
      return async () => ({ rows: rows.length, sum: rows.reduce((sum, row) => sum + row.a.length + row.b.length + row.id, 0) })
    },
    'first-row': async () => {
      const result = await connection.stream('select * from x')
      const chunk = await result.fetchChunk()
      const sum = Number(chunk?.getColumnValues(8)[0])
      return async () => ({ rows: 1, sum })
    },
  },
  async () => {
    connection.closeSync()
    instance.closeSync()
  },
)
