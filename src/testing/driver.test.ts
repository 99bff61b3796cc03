/** Streams driven by hand: what comes out is what was pushed, whatever the clock, the order and the crashes do. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate, ndjson } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { type Stream, tumbling } from '../stream/index.ts'
import type { Timestamp } from '../schema/index.ts'
import { driver } from './index.ts'

interface Reading {
  machine: string
  heat: number
  at: Timestamp
}
let tm: Session
let readings: Stream<Reading>
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
  readings = await tm.stream(
    generate({ schema: { machine: 'string', heat: 'float64', at: 'timestamp' } }, () => ({
      machine: '',
      heat: 0,
      at: new Date(0) as never,
    })),
    { eventTime: 'at', lateness: '10s', idle: '30s' },
  )
})
afterAll(() => tm.close())

const second = (s: number): Date => new Date(Date.UTC(2026, 0, 1) + s * 1000)
const row = (machine: string, s: number, heat = 1): { machine: string; heat: number; at: Date } => ({ machine, heat, at: second(s) })
const perMinute = (of: Stream<Reading> = readings) =>
  of
    .keyBy('machine')
    .window(tumbling('1m'))
    .agg(r => ({ n: count(), sum: r.heat.sum() }))
const told = (rows: readonly { machine: string; windowStart: Date; n: number; sum?: number | null }[]): string[] =>
  rows.map(r => `${r.machine} ${(r.windowStart.getTime() - second(0).getTime()) / 1000}: ${r.n}`)

test('a window closes when no row before its end is awaited any more', async () => {
  const d = await driver(perMinute())
  d.push(readings, [row('a', 5), row('b', 20), row('a', 59)])
  expect(d.output()).toEqual([])
  // 60 s is past the end of the window, but rows may be 10 s out of order.
  d.push(readings, [row('a', 60)])
  expect(d.output()).toEqual([])
  d.push(readings, [row('a', 70)])
  expect(told(d.output())).toEqual(['a 0: 2', 'b 0: 1'])
  expect(told(d.close().output())).toEqual(['a 0: 2', 'b 0: 1', 'a 60: 2'])
})

test('rows out of order are counted where they belong', async () => {
  const d = await driver(perMinute())
  d.push(readings, [row('a', 61), row('a', 55), row('a', 64), row('a', 59)]).close()
  expect(told(d.output())).toEqual(['a 0: 2', 'a 60: 2'])
  expect(d.late()).toEqual([])
})

test('a row that comes after its window has closed is late, and is not counted', async () => {
  const d = await driver(perMinute())
  d.push(readings, [row('a', 5), row('a', 100)]).push(readings, [row('a', 6, 42)])
  expect(d.late()).toMatchObject([{ machine: 'a', heat: 42 }])
  expect(told(d.close().output())).toEqual(['a 0: 1', 'a 60: 1'])
})

test('late rows are a stream of their own', async () => {
  const d = await driver(perMinute().late())
  d.push(readings, [row('a', 5), row('a', 100)]).push(readings, [row('a', 6, 42)])
  expect(d.output()).toMatchObject([{ machine: 'a', heat: 42 }])
})

test('a window that stays open gives its row again', async () => {
  const open = readings
    .keyBy('machine')
    .window(tumbling('1m'))
    .lateness('1m')
    .agg(() => ({ n: count() }))
  const d = await driver(open)
  d.push(readings, [row('a', 5), row('a', 71)])
  expect(told(d.output())).toEqual(['a 0: 1'])
  // With the next watermark, or when its source has been silent for long enough.
  d.push(readings, [row('a', 6)]).push(readings, [row('a', 72)])
  expect(told(d.output())).toEqual(['a 0: 1', 'a 0: 2'])
  d.push(readings, [row('a', 8)]).advance('31s')
  expect(told(d.output())).toEqual(['a 0: 1', 'a 0: 2', 'a 0: 3'])
  d.push(readings, [row('a', 140)]).push(readings, [row('a', 7)])
  expect(d.late()).toHaveLength(1)
})

test('the clock moves no watermark: a silent source keeps its windows open', async () => {
  const d = await driver(perMinute())
  d.push(readings, [row('a', 5)]).advance('10m')
  expect(d.output()).toEqual([])
  d.push(readings, [row('a', 75)])
  expect(told(d.output())).toEqual(['a 0: 1'])
})

test('rows pushed at once that are more than a batch are each read once', async () => {
  const d = await driver(perMinute(), { checkpoint: '10ms' })
  d.push(
    readings,
    Array.from({ length: 10_000 }, (_, i) => row(i % 2 === 0 ? 'a' : 'b', Math.floor(i / 200), i)),
  )
  expect(d.close().output()).toMatchObject([
    { machine: 'a', n: 5000, sum: 24_995_000 },
    { machine: 'b', n: 5000, sum: 25_000_000 },
  ])
})

test('a paused source gives what was pushed when it is resumed', async () => {
  const d = await driver(perMinute())
  d.pause(readings)
    .push(readings, [row('a', 5), row('a', 75)])
    .advance('5s')
  expect(d.output()).toEqual([])
  expect(told(d.resume(readings).output())).toEqual(['a 0: 1'])
})

test('a crash before a checkpoint loses nothing and repeats nothing', async () => {
  const d = await driver(perMinute())
  d.push(readings, [row('a', 5), row('b', 6)])
    .advance('2s')
    .push(readings, [row('a', 7)])
    .crash()
  expect(() => d.crash()).toThrow('it has crashed already')
  d.restore({ parallelism: 3 }).push(readings, [row('a', 8), row('c', 80)])
  expect(told(d.output()).toSorted()).toEqual(['a 0: 3', 'b 0: 1'])
  expect(told(d.crash().restore({ parallelism: 2 }).close().output()).toSorted()).toEqual(['a 0: 3', 'b 0: 1', 'c 60: 1'])
})

test('crashes and another parallelism never change what comes out', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 20 })), { maxLength: 5 }) },
    { weight: 2, arbitrary: fc.constantFrom('advance' as const, 'output' as const) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      const [still, shaken] = [await driver(perMinute()), await driver(perMinute())]
      let now = 0
      for (const one of steps) {
        if (Array.isArray(one)) {
          // Within lateness, so that what is late does not hang on how rows were batched.
          const rows = one.map(([machine, ahead]) => row(machine, (now += 3) + (ahead % 9)))
          still.push(readings, rows)
          shaken.push(readings, rows)
        } else if (one === 'advance') shaken.advance('1500ms')
        else if (one === 'output') shaken.output()
        else shaken.crash().restore({ parallelism: one })
      }
      const sorted = (rows: readonly object[]): string[] => rows.map(r => JSON.stringify(r)).toSorted()
      expect(sorted(shaken.close().output())).toEqual(sorted(still.close().output()))
    }),
    { seed: 7, numRuns: 40 },
  )
})

test('a function that throws puts its row aside, tries it again, or ends the job', async () => {
  const schema = { machine: 'string', root: 'float64' } as const
  const rooted = readings.map(
    r => {
      if (r.heat < 0) throw new RangeError(`heat below 0: ${r.heat}`)
      return { machine: r.machine, root: Math.sqrt(r.heat) }
    },
    { schema },
  )
  const aside = await driver(rooted.onError({ retries: 1, otherwise: ndjson('broken/') }))
  aside.push(readings, [row('a', 1, 4), row('a', 2, -1), row('a', 3, 9)])
  expect(aside.output()).toEqual([
    { machine: 'a', root: 2 },
    { machine: 'a', root: 3 },
  ])
  const [letter] = aside.deadLetters()
  expect(letter?.error).toContain('heat below 0: -1')
  expect(JSON.parse(Buffer.from(letter?.payload ?? []).toString())).toMatchObject({ machine: 'a', heat: -1 })

  const skipping = await driver(rooted.onError('skip'))
  expect(skipping.push(readings, [row('a', 1, 4), row('a', 2, -1)]).output()).toEqual([{ machine: 'a', root: 2 }])
  const failing = await driver(rooted)
  expect(() => failing.push(readings, [row('a', 2, -1)])).toThrow('heat below 0: -1')
})

test('state of your own comes through a crash, and timers are called at their time', async () => {
  const silent = readings.keyBy('machine').process({
    schema: { machine: 'string', after: 'int64', silent: 'timestamp' },
    ttl: '1d',
    state: () => ({ seen: 0 }),
    event(_row, context) {
      context.state.seen++
      context.timerAt(new Date(context.eventTime.getTime() + 60_000))
      return []
    },
    timer: context => [{ machine: context.key.machine, after: context.state.seen, silent: context.eventTime as never }],
  })
  const d = await driver(silent)
  d.push(readings, [row('a', 0), row('b', 30)])
    .advance('2s')
    .push(readings, [row('a', 10)])
    .crash()
    .restore({ parallelism: 2 })
  d.push(readings, [row('b', 85)])
  expect(d.output()).toMatchObject([
    { machine: 'a', after: 2, silent: second(60) },
    { machine: 'a', after: 2, silent: second(70) },
  ])
})

test('running totals correct the row of their key', async () => {
  const d = await driver(readings.keyBy('machine').agg(r => ({ n: count(), sum: r.heat.sum() }), { ttl: '1d' }))
  d.push(readings, [row('a', 1, 2), row('a', 2, 3), row('b', 3, 5)]).push(readings, [row('a', 4, 10)])
  expect(d.output()).toEqual([
    { machine: 'a', n: 2, sum: 5 },
    { machine: 'b', n: 1, sum: 5 },
    { machine: 'a', n: 3, sum: 15 },
  ])
})

test('a straight line is learnt from a stream: y = 2x', async () => {
  const points = await tm.stream(
    generate({ schema: { x: 'float64', y: 'float64?', line: 'string', at: 'timestamp' } }, i => ({
      x: i,
      y: 2 * i,
      line: 'one',
      at: new Date(i) as never,
    })),
    { eventTime: 'at' },
  )
  // Recursive least squares: each row moves the line by what it is wrong by. A row without y is asked for its prediction.
  const predicted = points.keyBy('line').process({
    schema: { x: 'float64', y: 'float64', slope: 'float64', intercept: 'float64' },
    ttl: '1d',
    state: () => ({ n: 0, meanX: 0, meanY: 0, xx: 0, xy: 0 }),
    event(row, { state }) {
      if (row.y === null) {
        const slope = state.xy / state.xx
        const intercept = state.meanY - slope * state.meanX
        return [{ x: row.x, y: slope * row.x + intercept, slope, intercept }]
      }
      state.n++
      const [dx, dy] = [row.x - state.meanX, row.y - state.meanY]
      state.meanX += dx / state.n
      state.meanY += dy / state.n
      state.xx += dx * (row.x - state.meanX)
      state.xy += dx * (row.y - state.meanY)
      return []
    },
  })
  const d = await driver(predicted)
  const learn = (from: number, to: number): { x: number; y: number; line: string; at: Date }[] =>
    Array.from({ length: to - from }, (_, i) => ({ x: from + i, y: 2 * (from + i), line: 'one', at: second(from + i) }))
  d.push(points, learn(0, 500)).advance('2s').crash().restore().push(points, learn(500, 1000))
  d.push(
    points,
    [10, 20, 30].map(x => ({ x, y: null, line: 'one', at: second(1000) })),
  )
  for (const [index, { y, slope, intercept }] of d.output().entries()) {
    expect(slope).toBeCloseTo(2, 9)
    expect(intercept).toBeCloseTo(0, 6)
    expect(y).toBeCloseTo([20, 40, 60][index] ?? Number.NaN, 6)
  }
  expect(d.output()).toHaveLength(3)
})

test('what cannot be driven is told', async () => {
  const d = await driver(perMinute())
  const other = await tm.stream(generate({ schema: { n: 'int64' } }, n => ({ n })))
  expect(() => d.push(other, [{ n: 1 }])).toThrow('rows pushed into a stream that is no source of the one that is driven')
  expect(() => d.push(readings, [{ machine: 'a', heat: 'hot', at: new Date() } as never])).toThrow(/row 1.*heat/)
  expect(() => d.advance(new Date('2025-01-01'))).toThrow('time does not go back')
  expect(() => d.restore()).toThrow('it runs: restore() comes after crash()')
  expect(() => d.close().push(readings, [row('a', 1)])).toThrow('rows pushed after close()')
})
