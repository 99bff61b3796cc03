import { join } from 'node:path'
import { count, tidemill } from 'tidemill'
import { generate, ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import type { BenchCase, Setting } from '../measure.ts'
import { inTurns } from '../measure.ts'

/**
 * 100,000 rows a second through windows of 100 ms per key: the time from a row being read to the row of its window arriving at the sink, beyond the window's own
 * length. A checkpoint every second against one an hour: what a checkpoint costs those who wait.
 */
export const streamLatency: BenchCase = async ({ quick, folder }: Setting) => {
  const tm = await tidemill({ workspace: join(folder, 'latency-workspace') })
  const rows = quick ? 400_000 : 1_000_000
  let runs = 0
  const p50s: number[] = []
  const pauses: number[] = []
  const p99 = async (checkpoint: `${number}s` | `${number}h`): Promise<number> => {
    const name = `latency-${runs++}`
    const readings = await tm.stream(
      generate({ schema: { at: 'timestamp', sensor: 'int64', value: 'float64' }, rate: 100_000, rows }, n => ({
        at: new Date(n / 100),
        sensor: (n * 7_919) % 1000,
        value: n % 100,
      })),
      { eventTime: 'at' },
    )
    const means = readings
      .keyBy('sensor')
      .window(tumbling('100ms'))
      .agg(r => ({ n: count(), mean: r.value.mean() }))
    const job = await means.to(ndjson(join(folder, name))).start({ name, parallelism: 1, checkpoint })
    await job.done
    const { latencyMs } = job.metrics()
    if (latencyMs.p99 === null || latencyMs.p50 === null) throw new Error('no latency was measured')
    if (checkpoint === '1s') {
      p50s.push(latencyMs.p50)
      pauses.push(job.status().checkpoints.pauseMs)
    }
    return latencyMs.p99
  }
  const found = await inTurns(
    quick ? 3 : 5,
    () => p99('1s'),
    () => p99('1h'),
  )
  await tm.close()
  return [
    {
      case: 'stream-p99-at-100k/s',
      ours: Number(found.ours.toPrecision(3)),
      peer: Number(found.peer.toPrecision(3)),
      unit: 'ms',
      ratio: Number((found.ours / found.peer).toPrecision(3)),
      against: 'the same without checkpoints',
      note: `with a checkpoint each second; the median run's p50 is ${middle(p50s).toFixed(2)} ms`,
    },
    {
      case: 'stream-checkpoint-pause',
      ours: Number(middle(pauses).toPrecision(3)),
      unit: 'ms',
      missing: 'no other stream engine runs here',
      note: 'the longest time that rows of a subtask stood still for a checkpoint of 1,000 keys; the median of the runs',
    },
  ]
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
