import { expect, test } from 'vitest'
import { bucketOf, jobMetrics, type JobShape, latencyBounds, prometheusText, StatusKeeper, type SubtaskFigures } from './index.ts'

const shape: JobShape = {
  name: 'alerts',
  threads: 2,
  checkpointMs: 1000,
  steps: [
    { id: 'listings', kind: 'source', label: 'ndjson.follow', stage: 0, parallelism: 2 },
    { id: 'dear', kind: 'filter', label: 'filter price > 100', stage: 0, parallelism: 2 },
    { id: 'hourly', kind: 'window', label: 'tumbling 1h', stage: 1, parallelism: 1 },
    { id: 'out', kind: 'sink', label: 'parquet', stage: 1, parallelism: 1, guarantee: 'exactly-once', target: 'out' },
    { id: 'late', kind: 'sink', label: 'ndjson', stage: 1, parallelism: 1, on: 'late' },
  ],
  edges: [
    { from: 'listings', to: 'dear', how: 'forward' },
    { from: 'dear', to: 'hourly', how: 'key' },
    { from: 'hourly', to: 'out', how: 'forward' },
    { from: 'hourly', to: 'late', how: 'late' },
  ],
}

function movable(): { now(): number; monotonic(): number; forward(ms: number): void } {
  let at = 0
  // The wall clock is far from the other, so that none is taken for the other.
  return { now: () => 1_000_000 + at, monotonic: () => at, forward: ms => void (at += ms) }
}
function latency(ms: number, times: number): readonly number[] {
  const counts = new Array<number>(latencyBounds.length + 1).fill(0)
  counts[bucketOf(ms)] = times
  return counts
}
const source = (subtask: number, rows: number, more: Partial<SubtaskFigures> = {}): SubtaskFigures => ({
  stage: 0,
  subtask,
  steps: { listings: { in: rows, out: rows }, dear: { in: rows, out: rows / 2 } },
  late: 0,
  dead: 0,
  busyMs: 0,
  pauseMs: 0,
  parkedMs: 0,
  watermark: 'idle',
  lag: 0,
  stateKeys: 0,
  stateBytes: 0,
  latency: [],
  ...more,
})
const window = (rowsIn: number, rowsOut: number, more: Partial<SubtaskFigures> = {}): SubtaskFigures => ({
  ...source(0, 0, more),
  stage: 1,
  steps: { hourly: { in: rowsIn, out: rowsOut }, out: { in: rowsOut, out: 0 }, late: { in: 3, out: 0 } },
})

test('a job that has not begun has a status already, all zero and unknown', () => {
  const status = new StatusKeeper(shape, { clock: movable(), pid: 7 }).status()
  expect(status).toMatchObject({ version: 1, name: 'alerts', state: 'starting', pid: 7, startedAt: 1_000_000, restarts: 0, error: null })
  expect(status.totals).toEqual({
    rowsIn: 0,
    rowsOut: 0,
    rowsPerSecond: 0,
    latencyMs: { p50: null, p99: null },
    watermark: null,
    lag: 0,
    backpressure: 0,
    late: 0,
    deadLetters: 0,
  })
  expect(status.steps.map(step => [step.id, step.rowsIn, step.busy, step.idle, step.lag])).toEqual([
    ['listings', 0, 0, 1, null],
    ['dear', 0, 0, 1, null],
    ['hourly', 0, 0, 1, null],
    ['out', 0, 0, 1, null],
    ['late', 0, 0, 1, null],
  ])
})

test('rates are those of the last second, summed over the subtasks', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  keeper.enter('running')
  for (let i = 1; i <= 10; i++) {
    clock.forward(500)
    keeper.see(source(0, i * 1000, { busyMs: i * 400, parkedMs: i * 50 }))
    keeper.see(source(1, i * 500, { busyMs: i * 100, parkedMs: i * 350 }))
    keeper.see(window(i * 750, i * 10, { busyMs: i * 25 }))
    keeper.status()
  }
  const { steps, totals, history } = keeper.status()
  expect(steps.map(step => [step.id, step.rowsIn, step.rowsOut, step.rowsPerSecond])).toEqual([
    ['listings', 15_000, 15_000, 3000],
    ['dear', 15_000, 7500, 1500],
    ['hourly', 7500, 100, 20],
    ['out', 100, 0, 20],
    ['late', 3, 0, 0],
  ])
  // Half of the time of two subtasks, 0.4 of it parked.
  expect(steps.slice(0, 3).map(step => [step.busy, step.waiting, step.idle].map(share => Math.round(share * 1000) / 1000))).toEqual([
    [0.5, 0.4, 0.1],
    [0.5, 0.4, 0.1],
    [0.05, 0, 0.95],
  ])
  expect(totals).toMatchObject({ rowsIn: 15_000, rowsOut: 100, rowsPerSecond: 3000, backpressure: 0.4 })
  expect(history).toHaveLength(10)
  expect(history.at(-1)).toEqual({ at: 1_005_000, rowsPerSecond: 3000, outPerSecond: 20, lag: 0, p99: null })
  // Nothing comes any more.
  clock.forward(2000)
  expect(keeper.status().totals.rowsPerSecond).toBeLessThan(3000)
  clock.forward(2000)
  expect(keeper.status().totals).toMatchObject({ rowsPerSecond: 0, rowsIn: 15_000 })
})

test('latency is that of the last ten seconds; when nothing came since, that of all rows', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  clock.forward(500)
  keeper.see(window(1000, 1000, { latency: latency(5, 1000) }))
  expect(keeper.status().totals.latencyMs.p99).toBeCloseTo(5, 0)
  for (let i = 1; i <= 60; i++) {
    clock.forward(500)
    const counts = latency(5, 1000).map((count, bucket) => count + (latency(200, 10 * i)[bucket] as number))
    keeper.see(window(1000, 1000, { latency: counts }))
    keeper.status()
  }
  const { latencyMs } = keeper.status().totals
  for (const told of [latencyMs.p50, latencyMs.p99]) {
    expect(told).toBeGreaterThan(150)
    expect(told).toBeLessThan(260)
  }
  for (let i = 0; i < 40; i++) {
    clock.forward(500)
    keeper.status()
  }
  expect(keeper.status().totals.latencyMs.p50).toBeLessThan(10)
  expect(keeper.status().history.at(-1)?.p99).toBeNull()
})

test('after a restart counts go on from where they were, and event time comes anew', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  clock.forward(500)
  keeper.see(source(0, 1000, { watermark: 5_000_000, dead: 2, busyMs: 100 }))
  keeper.see(window(500, 10, { watermark: 4_000_000, late: 1, latency: latency(5, 10) }))
  expect(keeper.status().totals).toMatchObject({ rowsIn: 1000, rowsOut: 10, watermark: 4000, late: 1, deadLetters: 2 })
  keeper.restarted({ code: 'workers.died', message: 'worker 1 ended' })
  expect(keeper.status()).toMatchObject({ state: 'restarting', restarts: 1, error: { code: 'workers.died', message: 'worker 1 ended' } })
  expect(keeper.status().totals).toMatchObject({ rowsIn: 1000, rowsOut: 10, watermark: null, late: 1, deadLetters: 2 })
  clock.forward(500)
  keeper.enter('running')
  keeper.see(source(0, 200, { watermark: 3_000_000, dead: 1, busyMs: 50 }))
  const { totals, steps, error } = keeper.status()
  expect(totals).toMatchObject({ rowsIn: 1200, watermark: 3000, deadLetters: 3, latencyMs: { p99: expect.closeTo(5, 0) as number } })
  expect(steps[0]).toMatchObject({ rowsIn: 1200, watermark: 3000 })
  expect(error?.code).toBe('workers.died')
})

test('event time is that of the slowest subtask; it stands still at the end and while all are idle', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  keeper.see(source(0, 1, { watermark: 9_000_500 }))
  keeper.see(source(1, 1, { watermark: Number.MIN_SAFE_INTEGER }))
  expect(keeper.status().steps[0]?.watermark).toBeNull()
  keeper.see(source(1, 1, { watermark: 7_000_999 }))
  expect(keeper.status().steps[0]?.watermark).toBe(7000)
  keeper.see(source(1, 1, { watermark: 'idle' }))
  expect(keeper.status().steps[0]?.watermark).toBe(9000)
  keeper.see(source(0, 1, { watermark: Number.MAX_SAFE_INTEGER }))
  expect(keeper.status().steps[0]?.watermark).toBe(9000)
  expect(keeper.status().totals.watermark).toBe(9000)
})

test('lag is unknown where a subtask cannot know it', () => {
  const keeper = new StatusKeeper(shape, { clock: movable(), pid: 7 })
  keeper.see(source(0, 1, { lag: 10 }))
  expect(keeper.status().steps[0]?.lag).toBe(null)
  keeper.see(source(1, 1, { lag: 5 }))
  expect(keeper.status()).toMatchObject({ steps: [{ lag: 15 }, { lag: null }, {}, {}, {}], totals: { lag: 15 } })
  keeper.see(source(1, 1, { lag: Number.POSITIVE_INFINITY }))
  expect(keeper.status()).toMatchObject({ steps: [{ lag: null }, {}, {}, {}, {}], totals: { lag: 0 } })
})

test('state belongs to the step that keeps it', () => {
  const keeper = new StatusKeeper(shape, { clock: movable(), pid: 7 })
  keeper.see(window(1, 1, { stateKeys: 12, stateBytes: 3400 }))
  expect(keeper.status().steps.map(step => [step.stateKeys, step.stateBytes])).toEqual([
    [0, 0],
    [0, 0],
    [12, 3400],
    [0, 0],
    [0, 0],
  ])
})

test('in a topology the bolt that nothing reads is where rows leave', () => {
  const keeper = new StatusKeeper(
    {
      name: 'numbers',
      threads: 1,
      checkpointMs: 1000,
      steps: [
        { id: 'numbers', kind: 'source', label: 'spout', stage: 0, parallelism: 1 },
        { id: 'double', kind: 'bolt', label: 'bolt', stage: 1, parallelism: 1 },
      ],
      edges: [{ from: 'numbers', to: 'double', how: 'shuffle' }],
    },
    { clock: movable(), pid: 7 },
  )
  keeper.see({ ...source(0, 0), steps: { numbers: { in: 0, out: 50 } } })
  keeper.see({ ...source(0, 0), stage: 1, steps: { double: { in: 40, out: 0 } } })
  expect(keeper.status().totals).toMatchObject({ rowsIn: 50, rowsOut: 40 })
})

test('the history and the checkpoints keep the newest', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  for (let i = 1; i <= 700; i++) {
    clock.forward(500)
    keeper.checkpoint({ seq: i, epoch: i, ms: 5, bytes: 100 })
    keeper.status()
    // A second look at once makes no second point.
    keeper.status()
  }
  keeper.checkpointFailed()
  const { history, checkpoints } = keeper.status()
  expect(history).toHaveLength(600)
  expect(history.at(-1)?.at).toBe(1_350_000)
  expect(checkpoints).toMatchObject({ every: 1000, taken: 700, failed: 1 })
  expect(checkpoints.recent.map(one => one.seq)).toEqual(Array.from({ length: 20 }, (_, i) => 681 + i))
  expect(checkpoints.recent.at(-1)).toEqual({ seq: 700, epoch: 700, at: 1_350_000, ms: 5, bytes: 100 })
})

test('a status is plain data: what JSON makes of it is the same again', () => {
  const keeper = new StatusKeeper(shape, { clock: movable(), pid: 7 })
  keeper.see(source(0, 1000, { lag: Number.POSITIVE_INFINITY, watermark: 'idle' }))
  const status = keeper.status()
  expect(JSON.parse(JSON.stringify(status))).toEqual(status)
})

test('the status of jobs is metrics for Prometheus, without what is not known', () => {
  const clock = movable()
  const keeper = new StatusKeeper(shape, { clock, pid: 7 })
  keeper.enter('running')
  keeper.checkpoint({ seq: 1, epoch: 1, ms: 20, bytes: 400 })
  clock.forward(1000)
  keeper.see(source(0, 1000, { watermark: 5_000_000, lag: 7 }))
  keeper.see(source(1, 0, { watermark: 5_000_000, lag: 0 }))
  const lines = prometheusText(jobMetrics([keeper.status()])).split('\n')
  for (const line of [
    '# TYPE tidemill_job_rows_total counter',
    'tidemill_job_state{job="alerts",state="running"} 1',
    'tidemill_job_state{job="alerts",state="failed"} 0',
    'tidemill_job_rows_total{job="alerts",step="listings",direction="out"} 1000',
    'tidemill_job_lag_rows{job="alerts",step="listings"} 7',
    'tidemill_job_watermark_seconds{job="alerts",step="dear"} 5',
    'tidemill_job_checkpoints_total{job="alerts",result="taken"} 1',
    'tidemill_job_checkpoint_seconds{job="alerts"} 0.02',
  ])
    expect(lines).toContain(line)
  expect(lines.filter(line => /latency|lag_rows\{.*hourly/.test(line))).toEqual([])
  // Totals of a job that has ended stay true; a share of its last second would be taken for now.
  keeper.see(source(0, 1000, { latency: [5] }))
  const kept = (): readonly string[] => prometheusText(jobMetrics([keeper.status()])).match(/(?<=# TYPE tidemill_job_)\w+/g) ?? []
  const running = kept()
  keeper.enter('finished')
  expect(running.filter(name => !kept().includes(name))).toEqual(['busy_ratio', 'waiting_ratio', 'lag_rows', 'latency_seconds'])
})

test('the longest pause by a checkpoint is that of the slowest subtask of this attempt', () => {
  const keeper = new StatusKeeper(shape, { clock: movable() })
  keeper.see(source(0, 10, { pauseMs: 0.2 }))
  keeper.see(source(1, 10, { pauseMs: 0.4 }))
  expect(keeper.status().checkpoints.pauseMs).toBe(0.4)
  keeper.restarted({ code: 'stream.failed', message: 'a thread ended' })
  expect(keeper.status().checkpoints.pauseMs).toBe(0)
})
