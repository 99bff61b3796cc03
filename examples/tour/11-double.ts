import { count, type Session } from 'tidemill'
import { ndjson } from 'tidemill/connectors'
import { shuffle, topology } from 'tidemill/stream'

/** C8: ten thousand numbers, doubled by a bolt. The topology ends by itself when the spout is drained. */
export async function double(tm: Session, folder: string) {
  const numbers = topology('double')
    .spout('numbers', { emits: { x: 'int64' } }, () => ({
      *next() {
        for (let x = 0; x < 10_000; x++) yield { x }
      },
    }))
    .bolt('double', { from: shuffle('numbers'), emits: { x: 'int64' }, parallelism: 2 }, () => (tuple, out) => out.emit({ x: tuple.x * 2 }))
    .sink('double', ndjson(folder))
  const job = await numbers.run(tm)
  await job.done
  const [sums] = await (await tm.read(ndjson(folder, { schema: { x: 'int64' } }))).agg(r => ({ rows: count(), sum: r.x.sum() })).rows()
  return { sums, metrics: job.metrics(), steps: job.status().steps }
}
