/**
 * Program C7: scales [1, 2, 3, 4, 5] to [0, 1], saves the result, takes its mean on the workers and draws it with the mean as a line.
 *
 * `node examples/parallel-mean.ts FOLDER` writes `scaled.ndjson` and `scaled.html`. A constant column is scaled to 0, never to NaN: the last line shows it.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Session, tidemill } from 'tidemill'
import { ndjson, rows } from 'tidemill/connectors'
import { renderPage } from 'tidemill/display'
import { minMaxScaler } from 'tidemill/ml'

const folder = process.argv[2] ?? 'out'
await mkdir(folder, { recursive: true })
await using tm = await tidemill({ workers: 2 })

async function scaled(session: Session, values: readonly number[]) {
  const numbers = await session.read(rows(values.map(x => ({ x }))))
  return (await minMaxScaler().fit(numbers)).transform(numbers)
}

const table = await scaled(tm, [1, 2, 3, 4, 5])
const file = join(folder, 'scaled.ndjson')
await table.write(ndjson(file, { mode: 'replace' }))
const values = (await table.rows()).map(row => row.x)
console.log(`scaled: ${values.join(', ')}`)

// Tasks of two rows: five rows are three tasks, which two workers share.
const means = await tm.mapReduce(ndjson(file, { schema: { x: 'float64' } }), {
  *map(row) {
    yield ['mean', { sum: row.x, n: 1 }] as const
  },
  combine: (a: { sum: number; n: number }, b) => ({ sum: a.sum + b.sum, n: a.n + b.n }),
  reduce: (name, parts) => {
    const { sum, n } = parts.reduce((a, b) => ({ sum: a.sum + b.sum, n: a.n + b.n }))
    return { name, mean: sum / n }
  },
  taskRows: 2,
})
const [{ mean } = { mean: Number.NaN }] = await means.rows()
const { tasks, workers } = means.report
console.log(`mean: ${mean}, by ${tasks.map(task => task.name).join(', ')} on ${workers} workers`)
const serial = values.reduce((a, b) => a + b) / values.length
console.log(`the same as one after the other: ${mean === serial}`)

const figure = {
  kind: 'figure',
  title: 'scaled to [0, 1]',
  xLabel: 'number',
  yLabel: 'scaled',
  marks: [
    { mark: 'points', x: [1, 2, 3, 4, 5], y: values },
    { mark: 'rule', y: mean, label: `mean ${mean}` },
  ],
} as const
await writeFile(join(folder, 'scaled.html'), renderPage('scaled to [0, 1]', figure))
console.log(`constant: ${(await (await scaled(tm, [7, 7, 7])).rows()).map(row => row.x).join(', ')}`)
