import { expect, test } from 'vitest'
import type { JobItem } from '../api/answers.ts'
import { concernsOf, foremost } from './attention.ts'
import { heldRows } from './held.ts'

const well: JobItem = {
  name: 'well',
  state: 'running',
  startedAt: 0,
  updatedAt: 9,
  threads: 2,
  restarts: 0,
  error: null,
  totals: {
    rowsIn: 1,
    rowsOut: 1,
    rowsPerSecond: 1,
    latencyMs: { p50: 1, p99: 2 },
    watermark: null,
    lag: 0,
    backpressure: 0.2,
    late: 0,
    deadLetters: 0,
  },
  checkpoints: { taken: 3, failed: 0, last: null },
  rates: [],
  steps: 3,
  bottleneck: null,
}

test('a job that is well, and one that ended as it should, want no attention', () => {
  expect(
    concernsOf([well, { ...well, state: 'finished' }, { ...well, state: 'stopped', totals: { ...well.totals, deadLetters: 4 } }]),
  ).toEqual([])
})

test('what is broken comes before what is slow', () => {
  const slow = { ...well, name: 'slow', bottleneck: 'score', totals: { ...well.totals, backpressure: 0.61 } }
  const failed: JobItem = { ...well, name: 'failed', state: 'failed', error: { code: 'stream.x', message: 'disk full' } }
  const lost: JobItem = { ...well, name: 'lost', state: 'lost' }
  const odd = { ...well, name: 'odd', checkpoints: { taken: 9, failed: 1, last: null }, totals: { ...well.totals, deadLetters: 1200 } }
  expect(concernsOf([slow, odd, failed, lost]).map(({ job, grade, text }) => `${grade} ${job} ${text}`)).toEqual([
    'bad failed failed: disk full',
    'bad lost is lost: its process ended without a word',
    'warn slow is held back by score: steps before it wait 61 % of the time',
    'warn odd failed at 1 of 10 checkpoints',
    'warn odd put 1,200 records aside as dead letters',
  ])
})

test('the first page shows what works and what broke before what ended well, the newest first', () => {
  const jobs = (['stopped', 'failed', 'running', 'lost', 'restarting'] as const).map((state, startedAt) => ({
    ...well,
    name: state,
    state,
    startedAt,
  }))
  expect(foremost(jobs, 4).map(job => job.name)).toEqual(['restarting', 'running', 'lost', 'failed'])
})

test('new rows wait, rows that are shown get their new values, rows that are gone go', () => {
  const rows = [
    { id: 'c', n: 3 },
    { id: 'b', n: 20 },
  ]
  expect(heldRows(rows, row => row.id, new Set(['a', 'b']))).toEqual({ shown: [{ id: 'b', n: 20 }], waiting: 1 })
  expect(heldRows(rows, row => row.id, undefined)).toEqual({ shown: rows, waiting: 0 })
})
