/** Charts of ten million rows: few rows come back, and memory stays where it was. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plot, type PlotOptions } from '../../src/chart/index.ts'
import { parquet } from '../../src/connectors/index.ts'
import { embedded } from '../../src/engines/embedded/index.ts'
import { tidemill } from '../../src/session/index.ts'

test('every kind of chart of 10 million rows gets some thousand rows from the engine, in bounded memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-charts-'))
  await using tm = await tidemill({ engine: embedded({ memoryLimit: 1e9 }) })
  try {
    const made = await tm.sql(
      "select sin(i) * 100 as a, sqrt(i) as b, 'k' || (i % 40) as k, i % 6 as f, timestamptz '2000-01-01' + interval 1 minute * i as t from range(10000000) r(i)",
    )
    await made.write(parquet(join(folder, 'big.parquet')))
    const data = await tm.read(parquet(join(folder, 'big.parquet')))
    const before = process.memoryUsage().rss
    const wanted: readonly (PlotOptions & { readonly kind: string })[] = [
      { kind: 'histogram', x: 'a' },
      { kind: 'bar', x: 'k' },
      { kind: 'line', x: 't', y: 'a' },
      { kind: 'heat', x: 'a', y: 'b' },
      { kind: 'scatter', x: 'a', y: 'b', type: 'scatter' },
      { kind: 'box', x: 'k', y: 'a' },
      { kind: 'histogram', x: 'a', facet: 'f' },
    ]
    for (const { kind, ...options } of wanted) {
      let returned = 0
      let most = 0
      const { engine } = data
      const watching = {
        ...engine,
        async *run(...args: Parameters<typeof engine.run>) {
          for await (const batch of engine.run(...args)) {
            returned += batch.rows
            yield batch
          }
        },
      }
      const relation = { plan: data.plan, schema: data.schema, engine: watching, derive: data.derive.bind(data) } as unknown as typeof data
      const chart = await plot(relation, options)
      most = Math.max(most, process.memoryUsage().rss)
      const png = await chart.toPng()
      expect([kind, chart.type, chart.rows, returned < 6_000, png.length > 1_000]).toEqual([kind, kind, 10_000_000, true, true])
      expect([kind, most - before < 1.4e9]).toEqual([kind, true])
      if (kind !== 'box') continue
      // The median of a sine is 0; of so many rows it is an estimate, and the chart says so.
      expect(chart.notes).toContain('quartiles are estimates (t-digest), as there are more than 2 million rows')
      const boxes = chart.panels.flatMap(panel => (panel.shape === 'box' ? panel.boxes : []))
      expect([boxes.length, boxes.every(box => Math.abs(box.median) < 3)]).toEqual([16, true])
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 600_000)
