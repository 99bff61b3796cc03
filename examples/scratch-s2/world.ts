import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { jobStatusWriter } from '../../src/telemetry/index.ts'
import { openWorkspace } from '../../src/models/index.ts'
import { tidemill } from '../../src/session/index.ts'
import { rows } from '../../src/connectors/index.ts'
import { linearRegression } from '../../src/ml/index.ts'
import { systemClock } from '../../src/time/index.ts'
const ws = process.argv[2]!
const now = () => systemClock.now()
const begun = now()
const evil = '<img src=x onerror=alert(1)>'
const esc = 'red \u001b[31mtext\u001b[2J and\nnew line'
const points = (n: number, f: (i: number) => number) => Array.from({ length: n }, (_, i) => ({ at: Math.floor(now() / 500) * 500 - (n - i) * 500, rowsPerSecond: f(i), outPerSecond: f(i) / 3, lag: Math.max(0, 1e5 * Math.sin(i / 60)), p99: i % 9 === 0 ? null : 3 + 40 * Math.abs(Math.sin(i / 20)) }))
const step = (id: string, over = {}) => ({ id, kind: 'filter', label: `filter ${id} > 3`, stage: 0, parallelism: 2, rowsIn: 1234567, rowsOut: 1234560, rowsPerSecond: 48211.4, busy: 0.4, waiting: 0.05, idle: 0.55, lag: null, watermark: now() - 3000, stateKeys: 0, stateBytes: 0, guarantee: null, target: null, ...over })
const base = (name: string, over = {}) => ({ version: 1 as const, name, state: 'running' as const, pid: process.pid, startedAt: begun - 3_600_000, updatedAt: now(), threads: 4, restarts: 0, error: null, steps: [step('source', { kind: 'source', lag: 12000 }), step('window', { kind: 'window', stage: 1, stateKeys: 120000, stateBytes: 5e8 }), step('sink', { kind: 'sink', stage: 1, guarantee: 'exactly-once', target: '/data/out/parquet' })], edges: [{ from: 'source', to: 'window', how: 'by key district' }, { from: 'window', to: 'sink', how: 'in place' }], totals: { rowsIn: 1.2e9, rowsOut: 3.4e6, rowsPerSecond: 48211, latencyMs: { p50: 12.3, p99: 1234 }, watermark: now() - 3000, lag: 12000, backpressure: 0.05, late: 12, deadLetters: 3 }, checkpoints: { every: 10000, taken: 361, failed: 0, pauseMs: 2.1, recent: Array.from({ length: 20 }, (_, i) => ({ seq: 342 + i, epoch: 342 + i, at: now() - (20 - i) * 10000, ms: 30 + i, bytes: 5e6 + i * 1e5 })) }, history: points(600, i => 48000 + 5000 * Math.sin(i / 30)), ...over })
const write = async (s: any) => { await mkdir(join(ws, 'jobs', s.name), { recursive: true }); await jobStatusWriter(join(ws, 'jobs', s.name)).write(s) }
const wide = Array.from({ length: 40 }, (_, i) => step(`step-${i}`, { kind: i === 0 ? 'source' : i > 36 ? 'sink' : 'map', stage: Math.floor(i / 5), waiting: i === 4 ? 0.7 : 0.1, busy: i === 9 ? 0.98 : 0.2 }))
const forty = () => base('forty-steps', { steps: wide, edges: wide.slice(1).map((s, i) => ({ from: `step-${i % 4 === 3 ? Math.max(0, i - 3) : i}`, to: s.id, how: i % 5 === 0 ? 'by key a-long-column-name, another' : 'in place' })), totals: { ...base('x').totals, backpressure: 0.7 } })
const longName = 'a-very-long-name-of-a-job-that-somebody-gave-because-names-should-say-what-a-job-does-2026-11-21-eu'
const longStep = 'a step of a very long name that somebody gave because names should say what a step does'
const all = () => [
  forty(),
  base(longName, { steps: [step(longStep, { kind: 'source', label: 'generate '.repeat(20) }), step(evil, { label: evil }), step('sänk ☃ 水车', { kind: 'sink', guarantee: 'at-least-once', target: '/very/long/path/'.repeat(12) })], edges: [{ from: longStep, to: evil, how: evil }, { from: evil, to: 'sänk ☃ 水车', how: 'in place' }] }),
  base('nothing-yet', { state: 'starting', startedAt: now() - 500, steps: base('x').steps.map(s => ({ ...s, rowsIn: 0, rowsOut: 0, rowsPerSecond: 0, busy: 0, waiting: 0, idle: 0, lag: s.kind === 'source' ? 0 : null, watermark: null, stateKeys: 0, stateBytes: 0 })), totals: { rowsIn: 0, rowsOut: 0, rowsPerSecond: 0, latencyMs: { p50: null, p99: null }, watermark: null, lag: 0, backpressure: 0, late: 0, deadLetters: 0 }, checkpoints: { every: 10000, taken: 0, failed: 0, pauseMs: 0, recent: [] }, history: [] }),
  base('failing', { state: 'failed', updatedAt: now() - 90000, restarts: 10, error: { code: 'stream.function-failed', message: `function score of step map threw: TypeError: Cannot read properties of undefined (reading 'price') at row {"district":"${evil}","asked":12} of source at offset 123456 in /data/in/part-0001.ndjson; tried 10 times, the last ${'x'.repeat(300)} ${esc}` } }),
  base('again', { state: 'restarting', restarts: 3, error: { code: 'stream.sink-failed', message: 'webhook https://example.com/hook answered 503 (tried 5 times)' }, totals: { ...base('x').totals, rowsPerSecond: 0, late: 123456, deadLetters: 98765, backpressure: 0.83 }, checkpoints: { ...base('x').checkpoints, failed: 7 } }),
  base('done', { state: 'finished', updatedAt: now() - 3000000 }),
  base('gone', { updatedAt: now() - 700000, pid: 999999 }),
  ...Array.from({ length: 23 }, (_, i) => base(`job-${String(i).padStart(2, '0')}`, { state: i % 2 ? 'stopped' : 'running', updatedAt: i % 2 ? now() - i * 1e6 : now(), totals: { ...base('x').totals, backpressure: i === 4 ? 0.6 : 0.01 } })),
]
if (process.argv[3] === 'runs') {
  const tm = await tidemill({ workspace: ws, workers: 1, typesFile: false })
  const table = await tm.read(rows(Array.from({ length: 60 }, (_, i) => ({ rooms: i % 7, price: 30 * (i % 7) + (i * 13) % 50 }))))
  const first = await tm.experiment('price').run(async run => { run.param({ note: evil, alpha: 0.00012345, big: 1e15 }); const m = await linearRegression().fit(table, { target: 'price' }); run.log(await m.evaluate(table)); run.log({ minus: -12345.678, tiny: -1.2e-9 }); return m })
  const v = await tm.models.register('price', first.model)
  await tm.models.promote('price', 'champion', v, { reason: evil })
  for (let i = 0; i < 1000; i++) await tm.experiment(i % 3 ? 'price' : 'an-experiment-of-a-long-name-that-says-what-it-does').run(async run => { run.param({ i }); run.log({ mse: Math.sin(i) / 7 }); if (i % 17 === 0) throw new Error(evil + ' ran out '.repeat(20)) }).catch(() => undefined)
  await tm.close()
}
console.log('ready')
for (;;) { for (const s of all()) await write(s); await new Promise(r => setTimeout(r, 500)); if (process.argv[3] !== undefined && process.argv[3] !== 'stay') break }
