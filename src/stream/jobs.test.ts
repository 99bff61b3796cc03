/** Streams and topologies that run: on threads, with files, as users start them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate, ndjson, rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { fields, shuffle, topology, tumbling } from './index.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-jobs-'))
  tm = await tidemill({ workers: 2, typesFile: false, folder: join(folder, 'work'), print: () => undefined })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true })
})

const readings = generate({ schema: { machine: 'string', heat: 'float64', at: 'timestamp' }, rows: 20_000 }, n => ({
  machine: `m${n % 7}`,
  heat: n % 100,
  at: new Date(n * 100) as never,
}))

test('a job writes what the table of its stream has, and tells how it went', async () => {
  const stream = await tm.stream(readings, { eventTime: 'at' })
  const windows = stream
    .filter(r => r.heat.gte(50))
    .keyBy('machine')
    .window(tumbling('1m'))
    .agg(r => ({ n: count(), hottest: r.heat.max() }))
    .named('per-minute')
  const outlet = windows.to(ndjson(join(folder, 'hot')))
  expect(outlet.explain()).toMatch(/per-minute[\s\S]*exactly-once/)
  const job = await outlet.start({ name: 'hot', checkpoint: '200ms', parallelism: 2 })
  await job.done
  const { totals, steps, state } = job.status()
  expect(state).toBe('finished')
  expect(totals.rowsIn).toBe(20_000)
  expect(steps.map(step => step.id)).toContain('per-minute')
  expect(job.metrics()).toMatchObject({ lag: 0, watermark: expect.any(Date) })
  expect(inspect(job)).toContain('job hot finished: 20000 rows read')
  const written = await tm.read(
    ndjson(join(folder, 'hot'), {
      schema: { machine: 'string', windowStart: 'timestamp', windowEnd: 'timestamp', n: 'int64', hottest: 'float64' },
    }),
  )
  const sorted = async (table: typeof written): Promise<object[]> => table.sort('machine', 'windowStart').rows()
  expect(await sorted(written)).toEqual(await sorted((await tm.table(windows)) as never))
  expect((await tm.jobs.get('hot')).state).toBe('finished')
  expect((await tm.jobs.list()).map(one => one.name)).toContain('hot')
})

test('one job may have several ends: rows, and rows that came too late', async () => {
  const table = await tm.read(
    rows(
      [1, 2, 200, 3, 300].map(s => ({ s, at: new Date(s * 1000) })),
      { schema: { s: 'int64', at: 'timestamp' } },
    ),
  )
  // So slowly that each row is a batch of its own: the fourth comes when 200 s have been told.
  const stream = await tm.replay(table, { eventTime: 'at', rate: 5 })
  const counts = stream.window(tumbling('1m')).agg(() => ({ n: count() }))
  const both = counts.to(ndjson(join(folder, 'counts'))).and(counts.late().to(ndjson(join(folder, 'late'))))
  await (await both.start({ name: 'both' })).done
  const written = async (name: string): Promise<readonly object[]> => (await tm.read(ndjson(join(folder, name)))).rows()
  expect(await written('late')).toMatchObject([{ s: 3 }])
  expect((await written('counts')).map(r => (r as { n: number }).n)).toEqual([2, 1, 1])
}, 20_000)

test('10,000 numbers are doubled by a spout and a bolt, and the topology ends when the spout is drained', async () => {
  const doubled = topology('double')
    .spout('numbers', { emits: { x: 'int64' } }, () => ({
      *next() {
        for (let x = 0; x < 10_000; x++) yield { x }
      },
    }))
    .bolt('double', { from: shuffle('numbers'), emits: { y: 'int64' }, parallelism: 2 }, () => (t, out) => out.emit({ y: t.x * 2 }))
    .bolt('sum', { from: fields('double', 'y'), emits: { total: 'int64' } }, () => {
      let total = 0
      let seen = 0
      return (t, out) => {
        total += t.y
        if (++seen === 10_000) {
          if (total !== 99_990_000) throw new Error(`sum is ${total}`)
          out.emit({ total })
        }
      }
    })
  expect(doubled.explain(tm)).toMatch(/numbers[\s\S]*double[\s\S]*sum/)
  const job = await doubled.run(tm)
  await job.done
  const { steps, state } = job.status()
  expect(state).toBe('finished')
  const of = (id: string): { rowsIn: number; rowsOut: number } => steps.find(step => step.id === id) as never
  expect(of('double')).toMatchObject({ rowsIn: 10_000, rowsOut: 10_000 })
  expect(of('sum')).toMatchObject({ rowsIn: 10_000, rowsOut: 1 })
  // Another run is a job of its own, not one that has finished already.
  const again = await doubled.run(tm)
  await again.done
  expect(again.status().totals.rowsIn).toBe(10_000)
})

test('a job that fails says why, with the step', async () => {
  const stream = await tm.stream(readings)
  const broken = stream.map(
    r => {
      if (r.heat === 77) throw new RangeError('77 is too hot')
      return { heat: r.heat }
    },
    { schema: { heat: 'float64' } },
  )
  const job = await broken
    .named('checking')
    .to(ndjson(join(folder, 'broken')))
    .start({ name: 'broken' })
  await expect(job.done).rejects.toMatchObject({ code: 'stream.function-failed', message: expect.stringContaining('77 is too hot') })
  expect(job.status().state).toBe('failed')
})
