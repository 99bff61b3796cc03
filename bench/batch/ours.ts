/** Our side of the questions on tables: `node ours.ts FOLDER`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { col, count, type Dataset, tidemill } from 'tidemill'
import { csv, parquet } from 'tidemill/connectors'
import { answerTurns, type Task } from './turns.ts'

const folder = process.argv[2] ?? '.'
const store = await mkdtemp(join(tmpdir(), 'tidemill-bench-store-'))
const tm = await tidemill({ typesFile: false, folder: store })
const columns = {
  id1: 'string',
  id2: 'string',
  id3: 'string',
  id4: 'int32',
  id5: 'int32',
  id6: 'int32',
  v1: 'int32',
  v2: 'int32',
  v3: 'float64',
} as const
const right = { w: 'float64' } as const
const x = await tm.read(parquet(join(folder, 'x.parquet'), { schema: columns }))
const small = await tm.read(parquet(join(folder, 'small.parquet'), { schema: { id4: 'int32', ...right } }))
const medium = await tm.read(parquet(join(folder, 'medium.parquet'), { schema: { id6: 'int32', ...right } }))
const texts = await tm.read(parquet(join(folder, 'texts.parquet'), { schema: { id: 'int32', a: 'string', b: 'string', c: 'float64' } }))

/** The rows of a plan are kept with the engine, as a temporary table is; then one column is summed up. */
function kept<R>(plan: () => Dataset<R>, column: keyof R & string): Task {
  return async () => {
    const table = await plan().cache()
    return async () => {
      const [found] = await table.agg(() => ({ rows: count(), sum: col(column).sum() })).rows()
      await table[Symbol.asyncDispose]()
      return { rows: found?.rows ?? 0, sum: Number(found?.sum) }
    }
  }
}

await answerTurns(
  {
    q1: kept(() => x.groupBy('id1').agg(r => ({ v1: r.v1.sum() })), 'v1'),
    q2: kept(() => x.groupBy('id1', 'id2').agg(r => ({ v1: r.v1.sum() })), 'v1'),
    q3: kept(() => x.groupBy('id3').agg(r => ({ v1: r.v1.sum(), v3: r.v3.mean() })), 'v3'),
    q4: kept(() => x.groupBy('id4').agg(r => ({ v1: r.v1.mean(), v2: r.v2.mean(), v3: r.v3.mean() })), 'v3'),
    q5: kept(() => x.groupBy('id6').agg(r => ({ v1: r.v1.sum(), v2: r.v2.sum(), v3: r.v3.sum() })), 'v3'),
    q6: kept(() => x.groupBy('id4', 'id5').agg(r => ({ median: r.v3.median(), sd: r.v3.stddev() })), 'sd'),
    q7: kept(() => x.groupBy('id3').agg(r => ({ range: r.v1.max().sub(r.v2.min()) })), 'range'),
    q8: kept(() => x.dropNulls('v3').topK(2, 'v3', { per: 'id6' }).select('id6', 'v3'), 'v3'),
    q9: kept(() => x.groupBy('id2', 'id4').agg(r => ({ r2: r.v1.correlation(r.v2).pow(2) })), 'r2'),
    q10: kept(() => x.groupBy('id1', 'id2', 'id3', 'id4', 'id5', 'id6').agg(r => ({ v3: r.v3.sum(), n: count() })), 'v3'),
    'join-small': kept(() => x.join(small, { on: 'id4' }), 'w'),
    'join-medium': kept(() => x.join(medium, { on: 'id6' }), 'w'),
    'join-medium-left': kept(() => x.join(medium, { on: 'id6', how: 'left' }), 'w'),
    // The plan is made anew each time, as the file is opened then.
    'csv-read': async () => {
      const read = await tm.read(csv(join(folder, 'x.csv'), { schema: columns }))
      return kept(() => read, 'v3')()
    },
    map: kept(() => x.map(row => ({ id6: row.id6, y: row.v1 * 2 + row.v3 }), { schema: { id6: 'int32', y: 'float64' } }), 'y'),
    'row-objects': async () => {
      const rows = await texts.rows()
      return async () => ({ rows: rows.length, sum: rows.reduce((sum, row) => sum + row.a.length + row.b.length + row.id, 0) })
    },
    'first-row': async () => {
      for await (const row of x) return async () => ({ rows: 1, sum: row.v3 })
      throw new Error('no row')
    },
  },
  async () => {
    await tm.close()
    await rm(store, { recursive: true, force: true })
  },
)
