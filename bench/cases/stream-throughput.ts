import { createReadStream } from 'node:fs'
import { link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { count, tidemill } from 'tidemill'
import { ndjson } from 'tidemill/connectors'
import { tumbling } from 'tidemill/stream'
import { seededRandom } from '../../src/time/index.ts'
import type { BenchCase, Result, Setting } from '../measure.ts'
import { inTurns } from '../measure.ts'

const schema = { auction: 'int64', price: 'float64', dateTime: 'timestamp' } as const
/** The file lies there under so many names: each is a partition, and the disk holds it once. The peer reads a few of them: its cost for an event is the same. */
const [partitions, peerPartitions] = [96, 4]

interface Cost {
  readonly cpu: number
  readonly wall: number
}

/**
 * NDJSON (bids of about 200 bytes, after Nexmark's) -> filter -> windows of 10 s per auction -> files exactly once, checkpoints each second.
 *
 * The peer does the sums only: lines, JSON.parse, a Map; no event time beyond the window's number, no checkpoints, one thread.
 */
export const streamThroughput: BenchCase = async ({ quick, folder, say }: Setting) => {
  const events = quick ? 250_000 : 500_000
  const input = join(folder, 'bids')
  const expected = await writeBids(input, events)
  const total = events * partitions
  const tm = await tidemill({ workspace: join(folder, 'stream-workspace') })
  let runs = 0
  const ours = async (workers: number): Promise<Cost> => {
    const run = `throughput-${runs++}`
    const bids = await tm.stream(ndjson.follow(input, { schema, until: 'end' }), { eventTime: 'dateTime' })
    const sums = bids
      .filter(r => r.price.gt(100))
      .keyBy('auction')
      .window(tumbling('10s'))
      .agg(r => ({ bids: count(), spent: r.price.sum() }))
    const out = join(folder, run)
    const before = start()
    const job = await sums.to(ndjson(out)).start({ name: run, parallelism: workers })
    await job.done
    const cost = before()
    const [got] = await (await tm.read(ndjson(out))).agg(r => ({ bids: r.bids.sum() })).rows()
    if (got?.bids !== expected * partitions) throw new Error(`${got?.bids} bids counted, not ${expected * partitions}`)
    await rm(out, { recursive: true })
    return cost
  }
  const plain = async (): Promise<Cost> => {
    const before = start()
    let bids = 0
    for (const name of (await readdir(input)).slice(0, peerPartitions)) bids += await countLines(join(input, name))
    if (bids !== expected * peerPartitions) throw new Error(`${bids} bids counted by the peer`)
    return before()
  }

  const perEvent = ({ cpu }: Cost, of: number): number => (cpu * 1e9) / (events * of)
  const rounds = quick ? 3 : 5
  const one = await inTurns(
    rounds,
    async () => perEvent(await ours(1), partitions),
    async () => perEvent(await plain(), peerPartitions),
  )
  const rate = 1e3 / one.ours
  const walls = await inTurns(
    rounds,
    async () => (await ours(2)).wall,
    async () => (await ours(1)).wall,
  )
  const { size } = await stat(join(input, 'part-0.ndjson'))
  say(`  ${total} events of ${Math.round(size / events)} bytes, ${expected * partitions} through the filter`)
  await tm.close()
  const results: Result[] = [
    {
      case: 'stream-one-worker',
      ours: round(one.ours),
      peer: round(one.peer),
      unit: 'ns CPU',
      ratio: round(one.ours / one.peer),
      against: 'readline, JSON.parse and a Map, without checkpoints',
      note: `${rate.toFixed(2)} M events per CPU second of the whole process, the start of threads and sources in it`,
      aim: { text: 'at least 3 M events per CPU second', met: rate >= 3 },
    },
    {
      case: 'stream-two-workers',
      ours: round(walls.ours),
      peer: round(walls.peer),
      unit: 's',
      ratio: round(walls.ours / walls.peer),
      against: 'the same on one worker',
      note: `${(walls.peer / walls.ours).toFixed(2)} times as fast`,
      aim: { text: 'at least 1.5 times as fast', met: walls.peer / walls.ours >= 1.5 },
    },
  ]
  return results
}

function start(): () => Cost {
  const cpu = process.cpuUsage()
  const at = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { cpu: (user + system) / 1e6, wall: (performance.now() - at) / 1e3 }
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}

/** Writes the bids once and links them; gives how many pass the filter. */
async function writeBids(folder: string, events: number): Promise<number> {
  await mkdir(folder)
  const random = seededRandom(42)
  const below = (n: number): number => Math.floor(random.next() * n)
  const lines: string[] = []
  let passing = 0
  for (let i = 0; i < events; i++) {
    const price = Math.round(10 ** (random.next() * 6) * 100) / 100
    if (price > 100) passing++
    lines.push(
      JSON.stringify({
        auction: 1000 + below(1000),
        bidder: 1000 + below(50_000),
        price,
        channel: ['Google', 'Facebook', 'Baidu', 'Apple'][below(4)],
        url: `https://www.nexmark.com/${below(1e9).toString(36)}/${below(1e9).toString(36)}/item.htm?query=1`,
        dateTime: new Date(1_767_225_600_000 + i).toISOString(),
        extra: below(1e9).toString(36).repeat(3),
      }),
    )
  }
  const first = join(folder, 'part-0.ndjson')
  await writeFile(first, `${lines.join('\n')}\n`)
  for (let part = 1; part < partitions; part++) await link(first, join(folder, `part-${part}.ndjson`))
  return passing
}

async function countLines(path: string): Promise<number> {
  const windows = new Map<string, { bids: number; spent: number }>()
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const bid = JSON.parse(line) as { auction: number; price: number; dateTime: string }
    if (bid.price <= 100) continue
    const key = `${Math.floor(Date.parse(bid.dateTime) / 10_000)} ${bid.auction}`
    const found = windows.get(key)
    if (found === undefined) windows.set(key, { bids: 1, spent: bid.price })
    else {
      found.bids++
      found.spent += bid.price
    }
  }
  let bids = 0
  for (const window of windows.values()) bids += window.bids
  return bids
}
