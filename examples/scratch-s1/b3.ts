import { appendFileSync, mkdirSync, renameSync, writeFileSync, rmSync, readdirSync } from 'node:fs'
import { execSync } from 'node:child_process'
import { count, tidemill } from 'tidemill'
import { alerts, generate, ndjson, parquet } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { dir, lines, told, wait } from './h.ts'
const d = dir()
const tm: any = await tidemill({ folder: d + '/ws' })
const only = process.argv.slice(2)
const tell = async (name: string, f: () => unknown, ms = 40000): Promise<void> => {
  if (only.length && !only.some(o => name.includes(o))) return
  const t = performance.now(); let out: string
  try { const v = await Promise.race([f(), wait(ms).then(() => 'HANG')]); out = `OK ${JSON.stringify(v)?.slice(0, 900)}` } catch (e) { out = told(e) }
  console.log(`- ${name} (${Math.round(performance.now() - t)} ms): ${out}`)
}
const rs = { at: 'timestamp', k: 'string', v: 'float64' } as const
const L = (i: number, o: object = {}) => JSON.stringify({ at: new Date(Date.UTC(2026, 0, 1) + i * 1000), k: 'k', v: i, ...o }) + '\n'
await tell('disk full', async () => {
  const m = d + '/small'; mkdirSync(m); execSync(`mount -t tmpfs -o size=2m tmpfs ${m}`)
  try {
    const tm2 = await tidemill({ folder: m })
    const g = await tm2.stream(generate({ schema: { at: 'timestamp', k: 'string', v: 'float64' }, rate: 40000, rows: 300000 }, n => ({ at: new Date(n), k: 'key' + n % 40000, v: n })), { eventTime: 'at' })
    const job = await g.keyBy('k').window(tumbling('1h')).agg(r => ({ n: count(), s: r.v.sum() })).to(ndjson(d + '/df')).start({ name: 'df', checkpoint: '200ms' })
    job.done.catch(() => {})
    for (let i = 0; i < 4; i++) { await wait(1000); const s = job.status(); console.log(s.state, s.error, s.checkpoints.taken, s.checkpoints.failed, s.restarts, readdirSync(m + '/jobs/df/checkpoints').length) }
    execSync(`mount -o remount,size=200m ${m}`); 
    await job.done; console.log(job.status().state, job.status().error, job.status().checkpoints.failed, job.status().restarts)
    const l = lines(d + '/df'); await tm2.close()
    return [l.length, l.reduce((a, b) => a + b.n, 0)]
  } finally { execSync(`umount -l ${m}`) }
})
await tell('disk full of output', async () => {
  const m = d + '/small2'; mkdirSync(m); execSync(`mount -t tmpfs -o size=1m tmpfs ${m}`)
  try {
    const g = await tm.stream(generate({ schema: { at: 'timestamp', k: 'string', v: 'float64' }, rate: 20000, rows: 100000 }, n => ({ at: new Date(n), k: 'key' + n % 40000, v: n })), { eventTime: 'at' })
    const job = await g.to(ndjson(m + '/o')).start({ name: 'dfo', checkpoint: '200ms' })
    job.done.catch(() => {})
    for (let i = 0; i < 4; i++) { await wait(1000); const s = job.status(); console.log(s.state, s.error, s.checkpoints.taken, s.checkpoints.failed, s.restarts) }
    execSync(`mount -o remount,size=200m ${m}`); 
    await job.done; console.log(job.status().state, job.status().error)
    const l = lines(m + '/o')
    return [l.length, new Set(l.map(x => x.v)).size]
  } finally { execSync(`umount -l ${m}`) }
})
await tell('1e6 keys', async () => {
  const m0 = process.memoryUsage().rss
  const g = await tm.stream(generate({ schema: { at: 'timestamp', k: 'string', v: 'float64' }, rows: 1_000_000 }, n => ({ at: new Date(n), k: 'key-' + n, v: n })), { eventTime: 'at' })
  const job = await g.keyBy('k').window(tumbling('1h')).agg(r => ({ n: count(), s: r.v.sum() })).to(parquet(d + '/mk')).start({ name: 'mk' })
  let top = 0; const iv = setInterval(() => { top = Math.max(top, process.memoryUsage().rss) }, 50)
  await job.done; clearInterval(iv)
  return [Math.round((top - m0) / 1e6) + ' MB', await (await tm.read(parquet(d + '/mk'))).count(), job.status().restarts]
})
await tell('process 1e6 keys', async () => {
  const m0 = process.memoryUsage().rss
  const g = await tm.stream(generate({ schema: { at: 'timestamp', k: 'string', v: 'float64' }, rows: 1_000_000 }, n => ({ at: new Date(n), k: 'key-' + n, v: n })), { eventTime: 'at' })
  const job = await g.keyBy('k').process({ schema: { n: 'int64' }, ttl: '10h', state: () => ({ n: 0 }), event: (r, c) => { c.state.n++; return [] } }).to(parquet(d + '/mp')).start({ name: 'mp' })
  let top = 0; const iv = setInterval(() => { top = Math.max(top, process.memoryUsage().rss) }, 50)
  await job.done; clearInterval(iv)
  return [Math.round((top - m0) / 1e6) + ' MB', job.status().restarts, job.status().error, job.status().totals]
})
await tell('rotation', async () => {
  const f = d + '/rot'; mkdirSync(f); writeFileSync(f + '/app.log', L(1))
  const s = await tm.stream(ndjson.follow(f + '/app.log*', { schema: rs }), { eventTime: 'at' })
  const job = await s.to(ndjson(d + '/roto')).start({ name: 'rot', checkpoint: '100ms' }); job.done.catch(() => {})
  await wait(500); appendFileSync(f + '/app.log', L(2)); renameSync(f + '/app.log', f + '/app.log.1'); writeFileSync(f + '/app.log', L(3)); await wait(1500)
  const x = job.status(); try { await job.stop() } catch (e) { console.log(told(e)) }
  return [x.state, x.error, lines(d + '/roto').length]
})
await tell('folder to come', async () => {
  const f = d + '/fc'; mkdirSync(f)
  const s = await tm.stream(ndjson.follow(f, { schema: rs }), { eventTime: 'at' })
  const job = await s.to(ndjson(d + '/fco')).start({ name: 'fc', checkpoint: '100ms' })
  await wait(300); writeFileSync(f + '/a.ndjson', L(1) + L(2)); await wait(1500); await job.stop(); return lines(d + '/fco').length
})
await tell('partial line at end', async () => {
  const f = d + '/pl.ndjson'; writeFileSync(f, L(1) + L(2).slice(0, 20))
  const s = await tm.stream(ndjson.follow(f, { schema: rs }), { eventTime: 'at' })
  const job = await s.to(ndjson(d + '/plo')).start({ name: 'pl', checkpoint: '100ms' })
  await wait(500); appendFileSync(f, L(2).slice(20)); await wait(800); await job.stop(); return lines(d + '/plo').length
})
await tell('null time dead letter', async () => {
  const f = d + '/ntd.ndjson'; writeFileSync(f, L(1) + L(2, { at: null }) + '[1]\n' + L(3, { extra: 1 }) + '{"at":"2026-01-01T00:00:00Z"}\n')
  const s = (await tm.stream(ndjson.follow(f, { schema: rs, until: 'end' }), { eventTime: 'at' })).onError({ otherwise: ndjson(d + '/ntdd') })
  const job = await s.to(ndjson(d + '/ntdo')).start({ name: 'ntd' }); await job.done; return [lines(d + '/ntdo'), lines(d + '/ntdd').map(x => ({ ...x, payload: Buffer.from(x.payload, 'base64').toString() }))]
})
await tell('model missing column', async () => {
  const s = await tm.stream(generate({ schema: { v: 'float64' }, rows: 10 }, n => ({ v: n })))
  const { linearRegression } = await import('tidemill/ml'); const { rows } = await import('tidemill/connectors')
  const m = await linearRegression().fit(await tm.read(rows([1, 2, 3, 4].map(w => ({ w, y: 2 * w + 1 })))), { target: 'y' })
  s.transform(m)
})
console.log('end'); process.exit(0)
