import { count, tidemill } from 'tidemill'
import { alerts, generate, ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
const [, , workspace = '', name = 'market', rate = '5000'] = process.argv
const tm = await tidemill({ workspace })
const begin = 1795291845000
const events = await tm.stream(
  generate({ schema: { at: 'timestamp', district: 'string', asked: 'float64', text: 'string' }, rate: Number(rate) }, n => ({
    at: new Date(begin + n - ( n % 50 === 0 ? 600_000 : 0)),
    district: `district ${(n * 7) % 12}`,
    asked: 100_000 + ((n * 7_919) % 400_000),
    text: 'x',
  })),
  { eventTime: 'at' },
)
const out = events
  .filter(r => r.asked.gt(150_000)).named('dear-offers')
  .keyBy('district').window(tumbling('1s')).agg(r => ({ n: count(), dearest: r.asked.max() }))
  .to(ndjson(`${workspace}/out-${name}`))
const job = await out.start({ name, checkpoint: '1s', parallelism: 2 })
process.on('SIGTERM', () => { void job.stop().then(() => tm.close()) })
await job.done
console.log('ended', job.status().state)
await tm.close()
