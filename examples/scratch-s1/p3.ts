// topology word count; savepoint & other parallelism; receive; driver; model inside
import { count, tidemill } from 'tidemill'
import { generate, ndjson, receive, rows } from 'tidemill/connectors'
import { fields, shuffle, topology, tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { linearRegression } from 'tidemill/ml'
import { dir, lines, tell, wait } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
const text = ['the quick brown fox', 'jumps over the lazy dog', 'the end']
await tell('word count', async () => {
  const t = topology('words').spout('lines', { emits: { line: 'string' }, with: { text } }, ({ text }) => ({ *next() { for (let i = 0; i < 300; i++) yield { line: text[i % 3] } } }))
    .bolt('split', { from: shuffle('lines'), emits: { word: 'string' }, parallelism: 2 }, () => (t, out) => { for (const word of t.line.split(' ')) out.emit({ word }) })
    .bolt('count', { from: fields('split', 'word'), emits: { word: 'string', n: 'int64' }, parallelism: 4 }, () => { const n = new Map<string, number>(); return (t, out) => { n.set(t.word, (n.get(t.word) ?? 0) + 1); out.emit({ word: t.word, n: n.get(t.word)! }) } })
    .sink('count', ndjson(d + '/words'))
  console.log(t, t.explain(tm))
  const job = await t.run(tm); await job.done
  console.log(job)
  const m = new Map<string, number>(); for (const l of lines(d + '/words')) m.set(l.word, Math.max(m.get(l.word) ?? 0, l.n)); console.log([...m])
})
const gen = await tm.stream(generate({ schema: { at: 'timestamp', k: 'int64', v: 'float64' }, rate: 5000, rows: 20000 }, n => ({ at: new Date(n * 10), k: n % 10, v: n })), { eventTime: 'at' })
const win = gen.keyBy('k').window(tumbling('1s')).agg(r => ({ n: count(), s: r.v.sum() }))
await tell('savepoint', async () => {
  const a = await win.to(ndjson(d + '/sa')).start({ name: 'sa', parallelism: 1 })
  await wait(700)
  const sp = await a.savepoint(); console.log(sp)
  await a.stop()
  const b = await win.to(ndjson(d + '/sb')).start({ name: 'sb', parallelism: 4, from: sp }); await b.done
  const c = await win.to(ndjson(d + '/sa')).start({ name: 'sa', parallelism: 3 }); await c.done
  console.log(lines(d + '/sa').length, lines(d + '/sb').length, lines(d + '/sa').reduce((s, l) => s + l.n, 0), c.status().totals.rowsIn)
})
await tell('receive', async () => {
  const feed = await receive({ schema: { at: 'timestamp', v: 'float64' }, spool: d + '/spool' })
  console.log(feed)
  const s = await tm.stream(feed.source, { eventTime: 'at' })
  const job = await s.to(ndjson(d + '/rec')).start({ name: 'rec', checkpoint: '100ms' })
  for (let i = 0; i < 5; i++) console.log(await (await fetch(feed.url, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: JSON.stringify({ at: new Date(), v: i }) })).text())
  await wait(800); console.log(lines(d + '/rec').length); await job.stop(); await feed.close()
})
await tell('driver', async () => {
  const dr = await driver(win); dr.push(gen, [{ at: new Date(0), k: 1, v: 2 } as any]).crash().restore({ parallelism: 2 }).push(gen, [{ at: new Date(5), k: 1, v: 3 } as any]).close()
  console.log(dr.output(), dr)
})
await tell('model', async () => {
  const m = await linearRegression().fit(await tm.read(rows([1, 2, 3, 4].map(v => ({ v, y: 2 * v + 1 })))), { target: 'y' })
  const s = await tm.stream(generate({ schema: { v: 'float64' }, rows: 10 }, n => ({ v: n })))
  const job = await s.transform(m).named('score').to(ndjson(d + '/m')).start({ name: 'm' }); await job.done
  console.log(lines(d + '/m').slice(0, 2)); console.log(await s.transform(m).explain())
})
await tell('start twice', async () => { const o = (n: number) => gen.to(ndjson(d + '/x' + n)); const a = await o(1).start({ name: 'x' }); try { await o(1).start({ name: 'x' }) } finally { await a.stop() } })
await tm.close()
