/** Streams of a session: where they begin, and the tables they are in the end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate, ndjson, rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import { tumbling } from '../stream/index.ts'
import { type Session, tidemill } from './index.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-streams-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'work'), print: () => undefined })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true })
})

const schema = { machine: 'string', heat: 'float64', at: 'timestamp' } as const
const instant = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const generated = generate({ schema, rows: 120 }, n => ({
  machine: n % 3 === 0 ? 'a' : 'b',
  heat: n,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)) as never,
}))

test('the columns of a followed file are learnt from what is there', async () => {
  const path = join(folder, 'learnt.ndjson')
  await writeFile(path, '{"machine":"a","heat":1.5,"at":"2026-01-01T00:00:00Z"}\n')
  const learnt = await tm.stream(ndjson.follow(path))
  expect(learnt.schema.map(field => `${field.name} ${String(field.type)}`)).toEqual(['machine string', 'heat float64', 'at timestamp'])
  await writeFile(path, '{"machine":"a","heat":1.5,"at":"2026-01-01T00:00:00Z"}\n{"machine":"a","heat":1.5,"at":null}\n')
  await expect(tm.stream(ndjson.follow(path), { eventTime: 'at' as never })).rejects.toThrow('event time may be NULL: at: timestamp?')
  const declared = await tm.stream(ndjson.follow(join(folder, 'to-come-*.ndjson'), { schema }), { eventTime: 'at' })
  expect(declared.schema.map(field => field.name)).toEqual(['machine', 'heat', 'at'])
})

test('options of a stream are told apart from slips', async () => {
  await expect(tm.stream(generated, { eventTime: 'at', latenes: '1s' } as never)).rejects.toThrow('unknown option of stream: latenes')
  await expect(tm.stream(generated, { eventTime: 'att' as never })).rejects.toThrow('unknown column: att')
  await expect(tm.stream(generated, { eventTime: 'at', lateness: '0.5ms' })).rejects.toThrow(
    'lateness is no whole number of milliseconds: 0.5ms',
  )
  await expect(tm.stream(generated, { lateness: '1s' } as never)).rejects.toThrow('eventTime wants the name of a column, not undefined')
})

test('the table of a stream has its windows, by name and by any step before them', async () => {
  const stream = await tm.stream(generated, { eventTime: 'at' })
  const windows = stream
    .filter(r => r.heat.gte(10))
    .rename({ heat: 'degrees' })
    .select('machine', r => ({ fahrenheit: r.degrees.mul(1.8).add(32) }))
    .map(r => ({ machine: r.machine.toUpperCase(), fahrenheit: r.fahrenheit }), { schema: { machine: 'string', fahrenheit: 'float64' } })
    .keyBy('machine')
    .window(tumbling('1m', { offset: '20s' }))
    .agg(r => ({ n: count(), hottest: r.fahrenheit.max() }))
  const table = await tm.table(windows)
  expect(table.schema).toEqual(windows.schema)
  expect(await table.sort('windowStart', 'machine').rows()).toEqual(
    [
      ['A', -40, 3, 18],
      ['B', -40, 7, 19],
      ['A', 20, 20, 78],
      ['B', 20, 40, 79],
      ['A', 80, 13, 117],
      ['B', 80, 27, 119],
    ].map(([machine, second, n, heat]) => ({
      machine,
      windowStart: expect.objectContaining({ epochMicros: BigInt(instant(Number(second)).getTime()) * 1000n }),
      windowEnd: expect.objectContaining({ epochMicros: BigInt(instant(Number(second) + 60).getTime()) * 1000n }),
      n,
      hottest: Number(heat) * 1.8 + 32,
    })),
  )
})

test('windows of windows have a table too', async () => {
  const stream = await tm.stream(generated, { eventTime: 'at' })
  const busiest = stream
    .keyBy('machine')
    .window(tumbling('10s'))
    .agg(() => ({ n: count() }))
    .window(tumbling('1m'))
    .agg(r => ({ most: r.n.max(), windows: count() }))
  // A row of a window happened at the end of the window, which belongs to the next one.
  expect((await (await tm.table(busiest)).sort('windowStart').rows()).map(r => [r.windowStart.getTime(), r.most, r.windows])).toEqual([
    [instant(0).getTime(), 7, 10],
    [instant(60).getTime(), 7, 12],
    [instant(120).getTime(), 7, 2],
  ])
})

test('running totals are totals in the end', async () => {
  const stream = await tm.stream(generated, { eventTime: 'at' })
  const totals = stream.keyBy('machine').agg(r => ({ n: count(), sum: r.heat.sum() }), { ttl: '1d' })
  expect(await (await tm.table(totals)).sort('machine').rows()).toEqual([
    { machine: 'a', n: 40, sum: 2340 },
    { machine: 'b', n: 80, sum: 4800 },
  ])
})

test('what a table does not have is told', async () => {
  const stream = await tm.stream(generated, { eventTime: 'at' })
  const process = stream.keyBy('machine').process({ schema: { n: 'int64' }, ttl: '1h', state: () => 0, event: () => [{ n: 1 }] })
  await expect(tm.table(process)).rejects.toThrow('a table has no such step: process at session/streams.test.ts')
  const windows = stream.window(tumbling('1m')).agg(() => ({ n: count() }))
  await expect(tm.table(windows.late())).rejects.toThrow('a table has no such step: late')
  const batches = stream.mapBatches(batch => [{ rows: batch.rows }], { schema: { rows: 'int64' } })
  expect(await (await tm.table(batches)).agg(r => ({ rows: r.rows.sum() })).rows()).toEqual([{ rows: 120 }])
  await expect(tm.table(batches.window(tumbling('1m')).agg(() => ({ n: count() })))).rejects.toThrow(
    'a window after mapBatches has no table',
  )
  const endless = await tm.stream(generate({ schema: { n: 'int64' } }, n => ({ n })))
  await expect(tm.table(endless)).rejects.toThrow('table of rows that are generated without end')
})

test('a stream read as a table by mistake says so', async () => {
  const stream = await tm.stream(generated, { eventTime: 'at' })
  const windows = stream.window(tumbling('1m')).agg(() => ({ n: count() }))
  expect(tm.supports(windows).map(gap => gap.step)).toContain('event time at, late by 0s, idle after 1m')
  await expect(Array.fromAsync(tm.engine.run(windows.plan))).rejects.toThrow('a stream where a table is wanted: eventTime')
})

test('the rows of a table are replayed in their order, at a rate, with times of a column or of their place', async () => {
  const table = await tm.read(
    rows(
      [3, 1, 2].map(x => ({ x, at: instant(x) })),
      { schema: { x: 'int64', at: 'timestamp' } },
    ),
  )
  const byColumn = await tm.replay(table, { rate: 100, eventTime: 'at', lateness: '5s' })
  expect(byColumn.schema.map(field => field.name)).toEqual(['x', 'at'])
  expect(byColumn.plan).toMatchObject({ node: 'eventTime', column: 'at', latenessMs: 5000 })
  expect(await (await tm.table(byColumn)).rows()).toHaveLength(3)

  const byPlace = await tm.replay(table, { rate: 2, eventTime: { stamp: 'place', start: instant(0) } })
  expect((await (await tm.table(byPlace)).rows()).map(r => [r.x, r.place.getTime() - instant(0).getTime()])).toEqual([
    [3, 0],
    [1, 500],
    [2, 1000],
  ])
  const again = await tm.replay(table, { rate: 2, eventTime: { stamp: 'place', start: instant(0) } })
  // A job that is started again finds the rows it has read: they are named by what they are.
  expect((again.plan as any).input.source.options).toEqual((byPlace.plan as any).input.source.options)
  await expect(tm.replay(table, { rate: 2, eventTime: { stamp: 'x' } } as never)).rejects.toThrow('the table has a column x')
  await expect(tm.replay(table, { rat: 2 } as never)).rejects.toThrow('unknown option of replay: rat')
  await expect(tm.replay(table, { lateness: '1s' })).rejects.toThrow('lateness and idle of replay need an eventTime')
})

test('a workspace without jobs has none', async () => {
  expect(await tm.jobs.list()).toEqual([])
  await expect(tm.jobs.get('nobody')).rejects.toThrow('unknown job: nobody')
  await expect(tm.jobs.stop('nobody')).rejects.toThrow('unknown job: nobody')
})
