import { tidemill, words, byteKeys } from 'tidemill'
import { lines } from 'tidemill/connectors'
const src = process.argv[3] ?? '/tmp/m/big.txt'
const tm = await tidemill({ folder: '/tmp/m/store' , typesFile: false})
const cpu = async (name: string, f: () => Promise<unknown>) => {
  for (let i = 0; i < 1; i++) {
    const c = process.cpuUsage(), t = performance.now()
    const got = await f()
    const { user, system } = process.cpuUsage(c)
    console.log(name, 'cpu', ((user + system) / 1e6).toFixed(2), 'wall', ((performance.now() - t) / 1e3).toFixed(2), got, Math.round(process.memoryUsage().rss/1e6))
  }
}
const which = process.argv[2]
if (which === 'words') await cpu('words', async () => { const d = await tm.mapReduce(lines(src), { map: words(), reduce: (word, [n]) => ({ word, n: n as number }) }); if (process.argv[4]) console.log(d.report); return (await d.agg(r => ({ n: r.n.sum() })).rows())[0] })
if (which === 'ascii') await cpu('ascii', async () => { const d = await tm.mapReduce(lines(src), { map: words({ of: 'ascii' }), reduce: (word, [n]) => ({ word, n: n as number }) }); return (await d.agg(r => ({ n: r.n.sum() })).rows())[0] })
if (which === 'fn') await cpu('fn', async () => { const d = await tm.mapReduce(lines(src), { *map(line) { for (const w of line.split(/\s+/)) if (w !== '') yield [w, 1] as const }, combine: (a: number, b) => a + b, reduce: (word, counts) => ({ word, n: counts.reduce((a, b) => a + b) }) }); return (await d.agg(r => ({ n: r.n.sum() })).rows())[0] })
if (which === 'bytes') await cpu('bytes', async () => { const d = await tm.mapReduce(lines(src), { map: byteKeys((bytes, from, to, emit) => {
  let start = from
  for (let i = from; i < to; i++) if (bytes[i] === 32) { if (i > start) emit(start, i); start = i + 1 }
  if (to > start) emit(start, to)
}), reduce: (word, [n]) => ({ word, n: n as number }) }); return (await d.agg(r => ({ n: r.n.sum() })).rows())[0] })
if (which === 'duck') {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const c = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  await cpu('duck', async () => (await c.runAndReadAll(`with w as (select unnest(string_split(line,' ')) w from read_csv('${src}',columns={line:'varchar'},delim='\\x01',header=false,quote='',escape='',auto_detect=false)) select sum(n)::double n, count(*)::int d from (select w, count(*) n from w where w<>'' group by w)`)).getRowsJson()[0])
}
await tm.close()
