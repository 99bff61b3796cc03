import { count, tidemill } from 'tidemill'
import { generate, ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { wait } from './h.ts'
const [d, rows, rate] = process.argv.slice(2)
const tm = await tidemill({ folder: d + '/ws' })
const s = await tm.stream(generate({ schema: { at: 'timestamp', k: 'int64', v: 'float64' }, rate: Number(rate), rows: Number(rows) }, n => ({ at: new Date(n * 10), k: n % 10, v: n })), { eventTime: 'at' })
const w = s.keyBy('k').window(tumbling('1s')).agg(r => ({ n: count(), s: r.v.sum() }))
const job = await w.to(ndjson(d + '/o')).start({ name: 'k', checkpoint: '100ms' })
console.log('runs', job.status().error)
await job.done
console.log(job.status().state, job.status().totals.rowsIn)
await tm.close()
