import type { Session } from 'tidemill'
import { ndjson, rows } from 'tidemill/connectors'
import { minMaxScaler } from 'tidemill/ml'

/** Scales [1..5] to [0..1], saves it, and takes the mean on the workers: tasks of three rows, so that two workers share them. */
export async function parallelMean(tm: Session, path: string) {
  const numbers = await tm.read(rows([1, 2, 3, 4, 5].map(x => ({ x }))))
  const scaled = (await minMaxScaler().fit(numbers)).transform(numbers)
  await scaled.write(ndjson(path, { mode: 'replace' }))

  const mean = await tm.mapReduce(ndjson(path, { schema: { x: 'float64' } }), {
    *map(row) {
      yield ['mean', { sum: row.x, n: 1 }]
    },
    combine: (a: { sum: number; n: number }, b) => ({ sum: a.sum + b.sum, n: a.n + b.n }),
    reduce: (key, parts) => {
      const { sum, n } = parts.reduce((a, b) => ({ sum: a.sum + b.sum, n: a.n + b.n }))
      return { key, mean: sum / n }
    },
    taskRows: 3,
  })
  return { scaled, mean }
}
