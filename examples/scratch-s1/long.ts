import { readdirSync } from 'node:fs'
import { count, tidemill } from 'tidemill'
import { alerts, generate, ndjson, rows } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { dir, wait } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
const t = await tm.read(rows(Array.from({ length: 1000 }, (_, i) => ({ i }))))
const s = await tm.stream(generate({ schema: { at: 'timestamp', k: 'int64', v: 'float64' }, rate: 20000 }, n => ({ at: new Date(n * 10), k: n % 1000, v: n })), { eventTime: 'at' })
const w = s.keyBy('k').window(tumbling('10s')).agg(r => ({ n: count(), s: r.v.sum() }))
const job = await w.filter(r => r.n.gt(1e9)).to(alerts.console()).and(s.keyBy('k').agg(r => ({ n: count() }), { ttl: '1h' }).filter(r => r.n.gt(1e12)).to(alerts.console()), w.to(ndjson(d + '/o'))).start({ name: 'long', checkpoint: '200ms' })
for (let i = 0; i < 18; i++) {
  await wait(10_000)
  const m = process.memoryUsage()
  console.log(Math.round(m.rss / 1e6), Math.round(m.heapUsed / 1e6), Math.round(m.arrayBuffers / 1e6), 'ck', readdirSync(d + '/ws/jobs/long/checkpoints').length, 'out', readdirSync(d + '/o').length, job.metrics().rowsPerSecond, job.status().checkpoints.taken, job.status().steps.map(x => x.stateBytes))
}
await job.stop()
console.log(readdirSync(d + '/ws/jobs/long'), readdirSync(d + '/ws/jobs/long/checkpoints'))
await tm.close()
