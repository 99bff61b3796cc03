/** The contract of a sink of streams, on the sinks of the house over real files and a real receiver; and on broken ones, which it must find. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows, rowsOf } from '../../../../batch/index.ts'
import { alerts, csv, ndjson, parquet } from '../../../../connectors/index.ts'
import type { Source, Spec } from '../../../../plan/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import { type Session, tidemill } from '../../../../session/index.ts'
import { checkStreamSink, runCase, streamSinkCases, type StreamSinkUnderTest } from '../../../../testing/index.ts'
import { localDisk } from '../disk/index.ts'
import type { Disk, StreamSink } from '../seams.ts'
import { collector, collectSpec, loadSinks, makeSink, sinkStepOf } from './index.ts'

let folder: string
let tm: Session
let next = 0
const ends: (() => void)[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-sinks-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'store') })
})
afterAll(async () => {
  for (const end of ends) end()
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const schema = schemaOf({ id: 'int64', name: 'string?' })
const rowsFrom = (from: number, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, name: (from + i) % 5 === 0 ? null : `name "${from + i}" äöü` }))
// More than a webhook sends at once.
const batches = [batchFromRows(schema, rowsFrom(0, 150)), batchFromRows(schema, rowsFrom(1000, 70))]

/** A disk on which nothing can be appended while it is full. */
function fillable(): { readonly disk: Disk; readonly full: (full: boolean) => void } {
  const disk = localDisk()
  let isFull = false
  return {
    full: full => void (isFull = full),
    disk: {
      ...disk,
      *append(path, bytes) {
        yield* disk.append(path, isFull ? bytes.subarray(0, bytes.length >> 1) : bytes)
        if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      },
    },
  }
}

async function files(spec: (path: string) => Spec, read: (path: string) => Source<object>): Promise<StreamSinkUnderTest> {
  const [path, jobs] = [join(folder, `files-${++next}`), join(folder, `jobs-${next}`)]
  const step = sinkStepOf(spec(path), { on: 'rows', id: 'out', fields: schema })
  await loadSinks([step])
  const { disk, full } = fillable()
  return {
    open: (job = 'job') => makeSink(step, { job, folder: join(jobs, job), disk }),
    async read() {
      const names = await readdir(path).catch(() => [])
      return names.some(name => !name.startsWith('.')) ? (await tm.read(read(path))).rows() : []
    },
    batches,
    full,
  }
}

/** A receiver that remembers the keys it has seen, and can refuse. */
async function receiver(): Promise<{ readonly url: string; readonly rows: object[]; refuse(after: number): void }> {
  const rows: object[] = []
  const seen = new Set<string>()
  let left = Number.POSITIVE_INFINITY
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      const key = String(request.headers['idempotency-key'])
      if (left-- <= 0) return void response.writeHead(503).end('later')
      if (!seen.has(key)) rows.push(...(JSON.parse(Buffer.concat(parts).toString()) as { rows: object[] }).rows)
      seen.add(key)
      response.writeHead(200).end('{"ok":true}')
    })
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, rows, refuse: after => void (left = after) }
}

const members: Readonly<Record<string, () => Promise<StreamSinkUnderTest>>> = {
  'NDJSON files': () => files(ndjson, path => ndjson(path, { schema: { id: 'int64', name: 'string?' } })),
  'CSV files': () => files(csv, path => csv(path, { schema: { id: 'int64', name: 'string?' } })),
  'Parquet files': () => files(parquet, parquet),
  async webhook() {
    const { url, rows, refuse } = await receiver()
    const step = sinkStepOf(alerts.webhook(url), { on: 'rows', id: 'out', fields: schema })
    const { disk, full } = fillable()
    const jobs = join(folder, `hooks-${++next}`)
    return { open: (job = 'job') => makeSink(step, { job, folder: join(jobs, job), disk }), read: async () => rows, batches, full, refuse }
  },
  async console() {
    const printed: string[] = []
    const step = sinkStepOf(alerts.console({ name: 'hot' }), { on: 'rows', id: 'out', fields: schema })
    const { disk, full } = fillable()
    const jobs = join(folder, `console-${++next}`)
    const rowOf = (line: string): object => {
      const [, id, name] = /^alert hot: id=(\d+) name=(.*)$/.exec(line) ?? []
      return { id: Number(id), name: name === 'null' ? null : JSON.parse(name ?? '') }
    }
    return {
      open: (job = 'job') => makeSink(step, { job, folder: join(jobs, job), disk, print: text => void printed.push(text) }),
      read: async () => printed.join('').split('\n').slice(0, -1).map(rowOf),
      batches,
      full,
      repeats: true,
    }
  },
  async collect() {
    const kept = collector()
    const steps = ['job', 'job-2'].map(id => sinkStepOf(collectSpec, { on: 'rows', id, fields: schema }))
    return {
      open: (job = 'job') => {
        const step = steps.find(({ id }) => id === job)
        if (step === undefined) throw new Error(job)
        return makeSink(step, { job, folder, disk: localDisk(), collector: kept })
      },
      read: async () => steps.flatMap(({ id }) => kept.rows(id).flatMap(rowsOf)),
      batches,
    }
  },
}

for (const [name, make] of Object.entries(members))
  describe(`the sink ${name}`, () => {
    for (const one of streamSinkCases) test(one.name, async () => expect(await runCase(one, await make())).toBe('passed'))
  })

/** What is wrong with each, and the case that must find it. */
const broken: Readonly<Record<string, readonly [found: string, (good: StreamSink) => StreamSink]>> = {
  'commits when it prepares': [
    'rows are seen when their epoch is committed, not before',
    good => ({
      ...good,
      writer(at) {
        const writer = good.writer(at)
        return {
          ...writer,
          *cut(epoch) {
            const token = yield* writer.cut(epoch)
            if (token !== undefined) yield* good.commit(token)
            return token
          },
        }
      },
    }),
  ],
  'gives a token for nothing': [
    'an epoch without rows gives no token',
    good => ({
      ...good,
      writer(at) {
        const writer = good.writer(at)
        return {
          ...writer,
          *cut(epoch) {
            return (yield* writer.cut(epoch)) ?? { sink: 'out', id: 'none', epoch, rows: 0, data: null }
          },
        }
      },
    }),
  ],
  'ends rows when the work is done': [
    'the rows of an epoch end at the call of cut, not when its work is done',
    good => ({
      ...good,
      writer(at) {
        const writer = good.writer(at)
        return {
          ...writer,
          *cut(epoch) {
            return yield* writer.cut(epoch)
          },
        }
      },
    }),
  ],
  'drops what newer generations prepared': [
    'what the own generation and newer ones prepared is left alone',
    good => ({ ...good, abortOrphans: (_, listed) => good.abortOrphans(Number.POSITIVE_INFINITY, listed) }),
  ],
  'drops what is listed': [
    'what was prepared is committed by another process after a crash',
    good => ({ ...good, abortOrphans: generation => good.abortOrphans(generation, new Set()) }),
  ],
  'drops nothing': ['what older generations prepared and no manifest lists is dropped', good => ({ ...good, *abortOrphans() {} })],
  'says that lost rows are committed': [
    'a token of rows that are neither prepared nor committed',
    good => ({
      ...good,
      *commit(token) {
        try {
          yield* good.commit(token)
        } catch {}
      },
    }),
  ],
  'does not know what it committed': [
    'the newest epoch with a visible row is told',
    good => ({
      ...good,
      *committedEpoch() {
        yield
        return 0
      },
    }),
  ],
}
for (const [name, [found, breakIt]] of Object.entries(broken))
  test(`a sink that ${name} is found`, async () => {
    const report = await checkStreamSink(name, async () => {
      const good = await (members['NDJSON files'] as () => Promise<StreamSinkUnderTest>)()
      return { ...good, open: job => breakIt(good.open(job)) }
    })
    expect(report.passed).toBe(false)
    const failed = report.results.filter(result => result.outcome === 'failed').map(result => result.name)
    expect(failed.some(one => one.startsWith(found))).toBe(true)
  })

test('a writer takes the same rows under another name when the first is sent twice: the receiver drops the key', async () => {
  const { url, rows } = await receiver()
  const step = sinkStepOf(alerts.webhook(url), { on: 'rows', id: 'out', fields: schema })
  const open = (): StreamSink => makeSink(step, { job: 'job', folder: join(folder, 'twice'), disk: localDisk() })
  const [case1] = streamSinkCases.filter(one => one.name.startsWith('a commit tried again'))
  await case1?.run({ open, read: async () => rows, batches })
  expect(rows).toHaveLength(220)
})
