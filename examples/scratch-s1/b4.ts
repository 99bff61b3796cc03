import { count, tidemill } from 'tidemill'
import { ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { dir } from './h.ts'
const d = dir()
const tm = await tidemill({ folder: d + '/ws' })
const s = await tm.stream(ndjson.follow(d + '/*.log', { schema: { at: 'timestamp', k: 'string' } }), { eventTime: 'at' })
const limit = new Date(Date.UTC(2030, 0))
const w = s.filter(r => r.at.lt(limit)).keyBy('k').window(tumbling('10s')).agg(() => ({ n: count() }))
const h = await driver(w)
const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000)
h.push(s, [{ at: at(1), k: 'a' }]).push(s, [{ at: new Date(Date.UTC(2090, 0)), k: 'a' }]).push(s, [{ at: at(2), k: 'a' }, { at: at(3), k: 'a' }]).close()
console.log(h.output(), h.late())
await tm.close()
