// windows with late data, dead letters, process with timers, running totals, table equality
import { writeFileSync } from 'node:fs'
import { count, tidemill } from 'tidemill'
import { ndjson, alerts } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { dir, lines, told, tell } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
const at = (s: number) => new Date(Date.UTC(2026, 0, 1) + s * 1000).toISOString()
const rows: string[] = []
for (let i = 0; i < 100; i++) rows.push(JSON.stringify({ at: at(i), k: i % 2 ? 'ä€😀' : 'b', v: i }))
rows.push(JSON.stringify({ at: at(3), k: 'b', v: 1000 }))
rows.push('{"at": "garbage", "k": "b", "v": 1}', 'not json', '{"at":"' + at(101) + '","k":"b","v":"x"}', '{"k":"b","v":1}', '{"at":"' + at(99) + '","k":null,"v":5}')
writeFileSync(d + '/a.ndjson', rows.join('\n') + '\n')
const source = ndjson.follow(d + '/a.ndjson', { schema: { at: 'timestamp', k: 'string?', v: 'int64' }, until: 'end' })
const s = (await tm.stream(source, { eventTime: 'at', lateness: '1s' })).onError({ otherwise: ndjson(d + '/dead') })
const w = s.keyBy('k').window(tumbling('10s')).agg(r => ({ n: count(), sum: r.v.sum() }))
await tell('run', async () => {
  const job = await w.to(ndjson(d + '/w')).and(w.late().to(ndjson(d + '/late'))).start({ name: 'w' })
  await job.done
  console.log(job, job.status().totals, job.status().error)
})
console.log(lines(d + '/w').length, lines(d + '/late'), lines(d + '/dead'))
await tell('table with broken', async () => (await tm.table(w)).rows())
const clean = rows.slice(0, 100)
writeFileSync(d + '/b.ndjson', clean.join('\n'))
const s2 = await tm.stream(ndjson.follow(d + '/b.ndjson', { until: 'end', schema: { at: 'timestamp', k: 'string?', v: 'int64' } }), { eventTime: 'at' })
const w2 = s2.keyBy('k').window(tumbling('10s')).agg(r => ({ n: count(), sum: r.v.sum() }))
await tell('eq', async () => {
  const job = await w2.to(ndjson(d + '/w2')).start({ name: 'w2' }); await job.done
  const t = await (await tm.table(w2)).sort('windowStart', 'k').rows()
  const l = lines(d + '/w2')
  console.log(t.length, l.length, t[0], l[0])
})
await tell('running', async () => {
  const r = s2.keyBy('k').agg(q => ({ n: count(), sum: q.v.sum() }), { ttl: '1h' })
  const job = await r.to(alerts.console({ name: 'tot' })).start({ name: 'run' }); await job.done
})
await tell('running to file', async () => { const r = s2.keyBy('k').agg(q => ({ n: count() }), { ttl: '1h' }); await (await (r as any).to(ndjson(d + '/rr')).start({ name: 'run2' })).done })
await tell('process', async () => {
  const p = s2.keyBy('k').process({ schema: { k: 'string?', n: 'int64', how: 'string' }, ttl: '1h', state: () => ({ n: 0 }),
    *event(row, c) { c.state.n++; if (c.state.n === 1) c.timerAt(new Date(c.eventTime.getTime() + 30_000)); if (row.v > 95) yield { k: row.k, n: c.state.n, how: 'event' } },
    *timer(c) { yield { k: c.key.k, n: c.state.n, how: 'timer ' + c.eventTime.toISOString() } } })
  const job = await p.to(ndjson(d + '/p')).start({ name: 'p' }); await job.done
  console.log(lines(d + '/p'))
})
await tm.close()
