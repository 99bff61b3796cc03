// run time bad input
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { count, tidemill } from 'tidemill'
import { alerts, generate, ndjson, parquet } from 'tidemill/connectors'
import { tumbling, topology, shuffle } from 'tidemill/stream'
import { dir, lines, told, wait } from './h.ts'
const d = dir()
const tm: any = await tidemill({ folder: d + '/ws' })
const only = process.argv.slice(2)
const tell = async (name: string, f: () => unknown, ms = 20000): Promise<void> => {
  if (only.length && !only.some(o => name.includes(o))) return
  const t = performance.now()
  let out: string
  try { const v = await Promise.race([f(), wait(ms).then(() => 'HANG')]); out = `OK ${JSON.stringify(v)?.slice(0, 600)}` } catch (e) { out = told(e) }
  console.log(`- ${name} (${Math.round(performance.now() - t)} ms): ${out}`)
}
const g: any = (o: any = {}) => generate({ schema: { at: 'timestamp', k: 'string', v: 'float64' }, ...o }, ((n: number) => ({ at: new Date(n * 1000), k: 'k' + (n % 3), v: n })) as any)
const s: any = await tm.stream(g({ rows: 1000 }), { eventTime: 'at' })
let n = 0
const run = async (st: any, sink: any = ndjson(d + '/o' + n), o: any = {}) => { const name = 'j' + n++; const job = await st.to(sink).start({ name, checkpoint: '100ms', ...o }); try { await job.done } catch (e) { const { state, error, restarts } = job.status(); console.log('   status', state, error, restarts, (await tm.jobs.get(name)).error); throw e } return { state: job.status().state, error: job.status().error, tot: job.status().totals } }
const sch = { schema: { a: 'float64' } }
await tell('fn throws', () => run(s.map((r: any) => { if (r.v === 500) throw new Error('boom'); return { a: r.v } }, sch)))
await tell('fn throws string', () => run(s.map((r: any) => { if (r.v === 500) throw 'boom'; return { a: r.v } }, sch)))
await tell('fn throws skip', () => run(s.map((r: any) => { if (r.v === 500) throw new Error('boom'); return { a: r.v } }, sch).onError('skip')))
await tell('fn throws retry dead', async () => { const o = d + '/dead'; const x = await run(s.map((r: any) => { if (r.v === 500) throw new Error('boom'); return { a: r.v } }, sch).onError({ retries: 2, otherwise: ndjson(o) })); return [x.tot.deadLetters, lines(o)] })
await tell('fn wrong shape', () => run(s.map((r: any) => ({ b: 1 }), sch)))
await tell('fn extra column', () => run(s.map((r: any) => ({ a: 1, zz: 2 }), sch)))
await tell('fn wrong type', () => run(s.map((r: any) => ({ a: 'x' }), sch)))
await tell('fn undefined', () => run(s.map((r: any) => undefined, sch)))
await tell('fn number', () => run(s.map((r: any) => 5, sch)))
await tell('fn promise', () => run(s.map(async (r: any) => ({ a: 1 }), sch)))
await tell('flatMap not iterable', () => run(s.flatMap((r: any) => ({ a: 1 }), sch)))
await tell('generate throws', async () => run(await tm.stream(generate({ schema: { a: 'int64' }, rows: 10 }, ((n: number) => { if (n === 5) throw new Error('gen'); return { a: n } }) as any))))
await tell('generate wrong', async () => run(await tm.stream(generate({ schema: { a: 'int64' }, rows: 10 }, ((n: number) => ({ a: 'x' })) as any))))
await tell('generate null time', async () => run(await tm.stream(generate({ schema: { at: 'timestamp' }, rows: 10 }, ((n: number) => ({ at: null })) as any), { eventTime: 'at' })))
await tell('generate rows 0', async () => run(await tm.stream(generate({ schema: { at: 'timestamp' }, rows: 0 }, ((n: number) => ({ at: null })) as any), { eventTime: 'at' })))
await tell('process throws', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 0 }), event: () => { throw new Error('ev') } })))
await tell('process promise', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 0 }), event: async () => [] })))
await tell('process state fn', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: () => 1 }), event: () => [] })))
await tell('process timer invalid', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 1 }), event: (r: any, c: any) => { c.timerAt('tomorrow'); return [] }, timer: () => [] })))
await tell('process timer without fn', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 1 }), event: (r: any, c: any) => { c.timerAt(new Date()); return [] } })))
await tell('process returns object', () => run(s.keyBy('k').process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 1 }), event: (r: any, c: any) => ({ n: 1 }) })))
await tell('bolt throws', async () => { const j = await topology('t').spout('a', { emits: { x: 'int64' } }, () => ({ *next() { yield { x: 1 } } })).bolt('b', { from: shuffle('a') }, () => () => { throw new Error('bolt') }).run(tm); await j.done })
await tell('spout no next', async () => { const j = await topology('t2').spout('a', { emits: { x: 'int64' } }, (() => ({ nxt() {} })) as any).bolt('b', { from: shuffle('a') }, () => () => {}).run(tm); await j.done })
await tell('spout async', async () => { const j = await topology('t3').spout('a', { emits: { x: 'int64' } }, (() => ({ async *next() { yield { x: 1 } } })) as any).bolt('b', { from: shuffle('a') }, () => () => {}).run(tm); await j.done })
await tell('bolt not fn', async () => { const j = await topology('t4').spout('a', { emits: { x: 'int64' } }, (() => ({ *next() { yield { x: 1 } } })) as any).bolt('b', { from: shuffle('a') }, (() => 5) as any).run(tm); await j.done })
await tell('bolt fail', async () => { const j = await topology('t5').spout('a', { emits: { x: 'int64' } }, (() => ({ *next() { yield { x: 1 } } })) as any).bolt('b', { from: shuffle('a') }, () => (t, o) => o.fail(new Error('cannot'))).run(tm); await j.done })
// broken record with default policy
const f = (name: string, text: string) => { mkdirSync(d + '/in', { recursive: true }); writeFileSync(d + '/in/' + name, text); return d + '/in/' + name }
const rs = { at: 'timestamp', k: 'string', v: 'float64' } as const
const L = (i: number, o: object = {}) => JSON.stringify({ at: new Date(Date.UTC(2026, 0, 1) + i * 1000), k: 'k', v: i, ...o }) + '\n'
const fs = async (p: string, o: any = {}, t: any = { eventTime: 'at' }) => tm.stream(ndjson.follow(p, { schema: rs, ...o }), t)
const grow = async (p: string, more: string, job: any) => { await wait(300); appendFileSync(p, more); await wait(700); return job }
await tell('broken default', async () => { const p = f('br', L(1)); const st = await fs(p); const job = await st.to(ndjson(d + '/br')).start({ name: 'br', checkpoint: '100ms' }); job.done.catch(() => {}); await grow(p, '{oops\n' + L(2), job); const x = job.status(); await job.done; return [x.state, x.error] })
await tell('null time default', async () => { const p = f('nt', L(1)); const st = await fs(p); const job = await st.to(ndjson(d + '/nt')).start({ name: 'nt', checkpoint: '100ms' }); job.done.catch(() => {}); await grow(p, L(5, { at: null }), job); await job.done })
await tell('shrinks', async () => { const p = f('sh', L(1) + L(2)); const st = await fs(p); const job = await st.to(ndjson(d + '/sh')).start({ name: 'sh', checkpoint: '100ms' }); job.done.catch(() => {}); await wait(500); truncateSync(p, 5); await wait(1500); const x = job.status(); console.log(x.state, x.error); await job.done })
await tell('shrinks to 0 and restart', async () => { const p = f('sh2', L(1) + L(2)); const st = await fs(p); const job = await st.to(ndjson(d + '/sh2')).start({ name: 'sh2', checkpoint: '100ms' }); await wait(500); await job.stop(); writeFileSync(p, ''); const j2 = await st.to(ndjson(d + '/sh2')).start({ name: 'sh2', checkpoint: '100ms' }); await j2.done })
await tell('file removed', async () => { const p = f('rm', L(1) + L(2)); const st = await fs(p); const job = await st.to(ndjson(d + '/rm')).start({ name: 'rm', checkpoint: '100ms' }); job.done.catch(() => {}); await wait(500); rmSync(p); await wait(2500); const x = job.status(); console.log(x.state, x.error, x.restarts); const o: any = await Promise.race([job.done, wait(100)]); await job.stop(); return x.state })
await tell('future clock', async () => { const p = f('fu', L(1) + L(2) + L(3e9 / 1) + L(4) + L(5)); const st = await fs(p, { until: 'end' }); const x = await run(st.keyBy('k').window(tumbling('10s')).agg(() => ({ n: count() })), ndjson(d + '/fu')); return [x, lines(d + '/fu')] })
await tell('sink folder unwritable (a file)', async () => { writeFileSync(d + '/afile', 'x'); return run(s, ndjson(d + '/afile')) })
await tell('sink below a file', async () => run(s, ndjson(d + '/afile/out')))
await tell('sink /proc', async () => run(s, parquet('/proc/nope')))
await tell('webhook 404', async () => { const sv = createServer((q, r) => { q.resume(); r.statusCode = 404; r.end() }); await new Promise<void>(r => sv.listen(0, '127.0.0.1', () => r())); const job = await s.to(alerts.webhook(`http://127.0.0.1:${(sv.address() as any).port}/`)).start({ name: 'w404', checkpoint: '100ms' }); await wait(3000); const x = job.status(); console.log(x.state, x.error, x.totals, x.checkpoints.taken); const t = performance.now(); const r = await Promise.race([job.stop(), wait(8000).then(() => 'stop hangs')]); console.log('stop', r, performance.now() - t, job.status().state, job.status().error); sv.close(); return 1 })
await tell('webhook down then back', async () => { let up = false; const got: any[] = []; const sv = createServer((q, r) => { let b = ''; q.on('data', x => (b += x)); q.on('end', () => { if (!up) { r.statusCode = 503; return r.end() } got.push(...JSON.parse(b).rows); r.end() }) }); await new Promise<void>(r => sv.listen(0, '127.0.0.1', () => r())); const g2 = await tm.stream(g({ rows: 300, rate: 100 }), { eventTime: 'at' }); const job = await g2.to(alerts.webhook(`http://127.0.0.1:${(sv.address() as any).port}/`), ndjson(d + '/wd')).start({ name: 'wd', checkpoint: '100ms' }); await wait(1500); const x = job.status(); console.log(x.state, x.error, x.checkpoints.taken, 'other sink', lines(d + '/wd').length); up = true; await job.done; console.log(job.status().error, job.status().restarts); sv.close(); return [got.length, new Set(got.map(r => r.v)).size] })
await tell('two jobs one folder', async () => { const a = await s.to(ndjson(d + '/two')).start({ name: 'twoa' }); const b = await s.to(ndjson(d + '/two')).start({ name: 'twob' }); await a.done; await b.done; return lines(d + '/two').length })
await tell('changed plan', async () => { const a = await s.to(ndjson(d + '/cp')).start({ name: 'cp' }); await a.done; const b = await s.filter((r: any) => r.v.gt(5)).to(ndjson(d + '/cp')).start({ name: 'cp' }); await b.done })
await tell('renamed step', async () => { const w = (nm: string) => s.keyBy('k').window(tumbling('1s')).agg(() => ({ n: count() })).named(nm).to(ndjson(d + '/rn')); const a = await w('a').start({ name: 'rn' }); await a.done; const b = await w('b').start({ name: 'rn' }); await b.done })
await tell('same names', async () => s.filter((r: any) => r.v.gt(1)).named('x').filter((r: any) => r.v.gt(2)).named('x').to(ndjson(d + '/sn')).explain())
await tell('from nowhere', async () => { const a = await s.to(ndjson(d + '/fn')).start({ name: 'fn', from: { path: d + '/nowhere' } }); await a.done })
await tell('parallelism 1e6', async () => s.to(ndjson(d + '/px')).explain() && (await s.keyBy('k').window(tumbling('1s')).agg(() => ({ n: count() })).to(ndjson(d + '/px')).start({ name: 'px', parallelism: 1000 })).stop())
await tell('checkpoint 100d', async () => { const a = await s.to(ndjson(d + '/cd')).start({ name: 'cd', checkpoint: '100d' }); await a.done; return [a.status().checkpoints.taken, lines(d + '/cd').length] })
await tell('never returns', async () => { const a = await s.map((r: any) => { if (r.v === 10) for (;;); return { a: 1 } }, sch).to(ndjson(d + '/nr')).start({ name: 'nr' }); await wait(3000); console.log(a.status().state, a.status().error, a.status().steps.map((x: any) => [x.id, x.busy])); const r = await Promise.race([a.stop().then(() => 'stopped'), wait(10000).then(() => 'stop hangs')]); return r }, 25000)
await tell('close while runs', async () => { const g2 = await tm.stream(g({ rate: 1000 }), { eventTime: 'at' }); const a = await g2.to(ndjson(d + '/cl')).start({ name: 'cl' }); await wait(300); const t = performance.now(); const r = await Promise.race([tm.close(), wait(15000).then(() => 'close hangs')]); return [r, a.status().state, performance.now() - t] }, 30000)
console.log('end'); process.exit(0)
