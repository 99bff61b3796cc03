import { appendFileSync, writeFileSync } from 'node:fs'
import { count, tidemill } from 'tidemill'
import { ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { dir, lines, wait, tell } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
writeFileSync(d + '/a.log', '')
const s = await tm.stream(ndjson.follow(d + '/*.log', { schema: { at: 'timestamp', k: 'string', v: 'float64' } }), { eventTime: 'at' })
const w = s.keyBy('k').window(tumbling('10s')).agg(() => ({ n: count() }))
const L = (i: number, o: object = {}) => JSON.stringify({ at: new Date(Date.UTC(2026, 0, 1) + i * 1000), k: 'k', v: i, ...o }) + '\n'
await tell('late', async () => {
  const job = await w.to(ndjson(d + '/w')).and(w.late().to(ndjson(d + '/l'))).start({ name: 'l', checkpoint: '100ms' })
  for (const n of [1, 2, 25, 3, 4]) { appendFileSync(d + '/a.log', L(n)); await wait(150) }
  await wait(500); console.log(job.status().totals.late); await job.stop({ drain: true })
  console.log(lines(d + '/w'), lines(d + '/l'))
})
const h = await driver(w); const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000)
for (const n of [1, 25, 3]) h.push(s, [{ at: at(n), k: 'a', v: n }]); console.log(h.late())
// unhandled failure
const b = s.map(r => { if (r.v > 0) throw new Error('boom ' + r.k); return { a: 1 } }, { schema: { a: 'int64' } })
const job = await b.to(ndjson(d + '/b')).start({ name: 'b', checkpoint: '100ms' })
await wait(3000); console.log('never here?')
