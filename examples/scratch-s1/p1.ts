// follow a growing log, alerts by webhook, several sinks, status/metrics
import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { count, tidemill } from 'tidemill'
import { alerts, ndjson, parquet, csv } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { dir, lines, wait } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
const got: any[] = []
const server = createServer((q, s) => { let b = ''; q.on('data', x => (b += x)); q.on('end', () => { got.push([q.headers['idempotency-key'], JSON.parse(b)]); s.end('ok') }) })
await new Promise<void>(r => server.listen(0, '127.0.0.1', () => r()))
const url = `http://127.0.0.1:${(server.address() as any).port}/hook?token=secret`
const log = d + '/a.log'
writeFileSync(log, '')
const sensors = await tm.stream(ndjson.follow(d + '/*.log', { schema: { at: 'timestamp', machine: 'string', temperature: 'float64' } }), { eventTime: 'at', lateness: '2s' })
const hot = sensors.keyBy('machine').window(tumbling('10s')).agg(r => ({ mean: r.temperature.mean(), n: count() })).filter(r => r.mean.gt(90))
const out = hot.to(parquet(d + '/hot'), ndjson(d + '/hotn'), alerts.webhook(url), csv(d + '/hotc')).and(sensors.to(ndjson(d + '/all')))
console.log(out.explain())
console.log(out)
const job = await out.start({ name: 'overheat', checkpoint: '200ms' })
for (let i = 0; i < 300; i++) {
  appendFileSync(log, JSON.stringify({ at: new Date(Date.UTC(2026, 0, 1) + i * 1000), machine: 'm' + (i % 3), temperature: 80 + (i % 30) }) + '\n')
  if (i % 50 === 0) await wait(100)
}
await wait(1500)
console.log(job, job.metrics())
console.log('all', lines(d + '/all').length, 'hot', lines(d + '/hotn').length, 'hook', got.length, got[0], got.reduce((s, g) => s + g[1].rows.length, 0))
console.log(await (await tm.read(parquet(d + '/hot'))).count(), await (await tm.read(csv(d + '/hotc'))).count())
await job.stop()
console.log(job.status().state, (await tm.jobs.list()).map(j => [j.name, j.state]), tm.jobs)
// drained
const job2 = await out.start({ name: 'overheat', checkpoint: '200ms', parallelism: 1 })
await job2.stop({ drain: true })
console.log('after drain', lines(d + '/hotn').length, lines(d + '/all').length, got.reduce((s, g) => s + g[1].rows.length, 0), job2.status().state)
await tm.close()
server.close()
