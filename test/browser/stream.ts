import { join } from 'node:path'
import { type JobStatus, jobStatusWriter, stopAsked } from '../../src/telemetry/index.ts'

export interface RunningStream {
  readonly name: string
  end(): Promise<void>
}

/** INTERIM: a recorded stream, until the runtime runs one. */
export async function startStream(workspace: string): Promise<RunningStream> {
  const folder = join(workspace, 'jobs', 'price-alerts')
  const writer = jobStatusWriter(folder)
  const startedAt = Date.now()
  let tick = 0
  let state: JobStatus['state'] = 'running'
  const write = async (): Promise<void> => {
    tick++
    if ((await stopAsked(folder)) !== undefined) state = 'stopped'
    await writer.write(statusAt(tick, startedAt, state))
  }
  await write()
  const timer = setInterval(() => void write(), 500)
  return {
    name: 'price-alerts',
    async end() {
      clearInterval(timer)
      state = 'stopped'
      await write()
    },
  }
}

function statusAt(tick: number, startedAt: number, state: JobStatus['state']): JobStatus {
  const at = Date.now()
  const step = (id: string, kind: string, label: string, stage: number, busy: number, waiting: number) => ({
    id,
    kind,
    label,
    stage,
    parallelism: 2,
    rowsIn: 500 * tick,
    rowsOut: 500 * tick,
    rowsPerSecond: 1000 + tick,
    busy,
    waiting,
    idle: 1 - busy - waiting,
    lag: kind === 'source' ? 100 : null,
    watermark: at - 1500,
    stateKeys: 12,
    stateBytes: 4096,
    guarantee: kind === 'sink' ? 'exactly-once' : null,
    target: kind === 'sink' ? 'alerts/' : null,
  })
  const point = (n: number) => ({ at: startedAt + 500 * n, rowsPerSecond: 1000 + n, outPerSecond: 900, lag: 100, p99: 12 })
  return {
    version: 1,
    name: 'price-alerts',
    state,
    pid: process.pid,
    startedAt,
    updatedAt: at,
    threads: 2,
    restarts: 0,
    error: null,
    steps: [
      step('listings', 'source', 'replay', 0, 0.2, 0.6),
      step('window', 'window', 'tumbling 1 m', 1, 0.8, 0),
      step('alerts', 'sink', 'parquet', 2, 0.1, 0),
    ],
    edges: [
      { from: 'listings', to: 'window', how: 'key' },
      { from: 'window', to: 'alerts', how: 'forward' },
    ],
    totals: {
      rowsIn: 500 * tick,
      rowsOut: 450 * tick,
      rowsPerSecond: 1000 + tick,
      latencyMs: { p50: 4, p99: 12 },
      watermark: at - 1500,
      lag: 100,
      backpressure: 0.6,
      late: 3,
      deadLetters: 1,
    },
    checkpoints: {
      every: 1000,
      taken: Math.floor(tick / 2),
      failed: 0,
      recent: Array.from({ length: Math.min(20, Math.floor(tick / 2)) }, (_, i) => ({ seq: i + 1, epoch: i + 1, at, ms: 12, bytes: 2048 })),
    },
    history: Array.from({ length: Math.min(600, tick) }, (_, i) => point(i)),
  }
}
