/** Server-sent events over real sockets, and by a clock of the test's own. */
import { type ClientRequest, request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tokens } from '../security/index.ts'
import { type JobStatus, jobStatusWriter, StatusKeeper } from '../telemetry/index.ts'
import { type Scheduler, systemScheduler } from '../time/index.ts'
import { ask } from './fixtures/ask.ts'
import { type App, app, fileJobs, type JobSource, listen, type Listening, type Overview } from './index.ts'

const known = tokens()
const { token } = known.issue({ name: 'test' })
const bearer = { authorization: `Bearer ${token}` }
let folder: string
let server: Listening
let served: App

const jobs = (): string => join(folder, 'jobs')
const keeper = new StatusKeeper({
  name: 'alerts',
  threads: 1,
  checkpointMs: 1000,
  steps: [{ id: 'in', kind: 'source', label: 'in', stage: 0, parallelism: 1 }],
  edges: [],
})
const keep = async (rows: number): Promise<JobStatus> => {
  keeper.enter('running')
  keeper.see({ ...nothing, steps: { in: { in: rows, out: rows } } })
  const status = keeper.status()
  await jobStatusWriter(join(jobs(), 'alerts')).write(status)
  return status
}
const nothing = {
  stage: 0,
  subtask: 0,
  late: 0,
  dead: 0,
  busyMs: 0,
  pauseMs: 0,
  parkedMs: 0,
  watermark: 'idle',
  lag: 0,
  stateKeys: 0,
  stateBytes: 0,
  latency: [],
} as const

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-events-'))
  served = app({ tokens: known, jobs: fileJobs(jobs()), limits: { streams: 5 } })
  server = await listen(served)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Heard {
  readonly name: string
  readonly data: Record<string, unknown>
}
interface Stream {
  status: number
  readonly heard: Heard[]
  readonly ended: Promise<void>
  leave(): void
  until(met: (heard: readonly Heard[]) => boolean): Promise<void>
}
const later = (ms: number): Promise<void> => new Promise(resolve => void systemScheduler.after(ms, resolve))

/** A client that listens, from the moment it was answered. */
async function listenTo(url: string, headers: Readonly<Record<string, string>> = bearer): Promise<Stream> {
  const heard: Heard[] = []
  let text = ''
  let sent: ClientRequest | undefined
  let ended: () => void = () => undefined
  const stream: Stream = {
    status: 0,
    heard,
    ended: new Promise<void>(resolve => (ended = resolve)),
    leave: () => sent?.destroy(),
    until: async met => {
      while (!met(heard)) await later(10)
    },
  }
  await new Promise<void>((resolve, reject) => {
    sent = request(url, { headers, agent: false }, answer => {
      stream.status = answer.statusCode ?? 0
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const parts = text.split('\n\n')
        text = parts.pop() ?? ''
        for (const part of parts) {
          const name = /^event: (.*)$/m.exec(part)?.[1]
          const data = /^data: (.*)$/m.exec(part)?.[1]
          if (name !== undefined && data !== undefined) heard.push({ name, data: JSON.parse(data) as Record<string, unknown> })
        }
      })
      answer.on('error', ended)
      answer.on('close', ended)
      resolve()
    })
    sent.on('error', reject)
    sent.end()
  })
  return stream
}
const streamsOpen = async (of = server): Promise<number> => {
  const { text } = await ask(`${of.url}/metrics`, { headers: bearer })
  return Number(/^tidemill_event_streams (\d+)$/m.exec(text)?.[1])
}
const untilOpen = async (count: number): Promise<void> => {
  while ((await streamsOpen()) !== count) await later(20)
}

test('a page hears of a job at once, and then of every change', async () => {
  await keep(10)
  const page = await listenTo(`${server.url}/api/events?job=alerts`, { ...bearer, 'last-event-id': '999' })
  expect(page.status).toBe(200)
  await page.until(heard => heard.length === 1)
  expect(page.heard[0]).toMatchObject({ name: 'status', data: { name: 'alerts', state: 'running', totals: { rowsIn: 10 } } })
  const { history, ...status } = await keep(20)
  await page.until(heard => heard.length === 2)
  const known = (page.heard[0]?.data['history'] as JobStatus['history'] | undefined)?.length
  expect(page.heard[1]).toEqual({ name: 'change', data: JSON.parse(JSON.stringify({ ...status, points: history.slice(known) })) })
  // Nothing changed, so nothing is told.
  await later(1200)
  expect(page.heard).toHaveLength(2)
  page.leave()
  await untilOpen(0)
})

test('however often a job writes, a page hears of the newest in the end, and of none twice', async () => {
  const page = await listenTo(`${server.url}/api/events?job=alerts`)
  let last = 0
  for (let i = 0; i < 40; i++) {
    last = (await keep(100 + i)).totals.rowsIn
    await later(50)
  }
  await page.until(heard => (heard.at(-1)?.data as unknown as JobStatus | undefined)?.totals.rowsIn === last)
  const seen = page.heard.map(({ data }) => (data as unknown as JobStatus).totals.rowsIn)
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b))
  page.leave()
  await untilOpen(0)
})

test('a job that is not there yet is told of, and heard when it comes; one that cannot be read too', async () => {
  const shown: { answer: () => Promise<JobStatus> } = { answer: () => fileJobs(jobs()).get('later') }
  const source: JobSource = { list: async () => [], get: () => shown.answer(), stop: () => shown.answer() }
  const faults: unknown[] = []
  const other = await listen(app({ tokens: known, jobs: source, report: error => void faults.push(error) }))
  try {
    const page = await listenTo(`${other.url}/api/events?job=later`)
    await page.until(heard => heard.length === 1)
    expect(page.heard[0]).toEqual({ name: 'gone', data: { name: 'later' } })
    shown.answer = () => Promise.reject(new Error('disk /srv/secret is gone'))
    await page.until(heard => heard.length === 2)
    expect(page.heard[1]).toEqual({ name: 'trouble', data: { error: 'the server failed; its log says why' } })
    const status = keeper.status()
    shown.answer = async () => status
    await page.until(heard => heard.length === 3)
    expect(page.heard[2]).toMatchObject({ name: 'status', data: { name: 'alerts' } })
    expect(String(faults[0])).toBe('Error: disk /srv/secret is gone')
    page.leave()
  } finally {
    await other.close()
  }
})

test('the overview is heard at once and when something in it changed', async () => {
  await keep(1000)
  const page = await listenTo(`${server.url}/api/events`)
  await page.until(heard => heard.length === 1)
  const first = page.heard[0]?.data as unknown as Overview
  expect(page.heard[0]?.name).toBe('overview')
  expect(first.jobs).toMatchObject([{ name: 'alerts', totals: { rowsIn: 1000 } }])
  expect(first.machine.cpus).toBeGreaterThan(0)
  await keep(2000)
  await page.until(heard => heard.length === 2)
  expect(page.heard[1]).toMatchObject({ name: 'overview', data: { jobs: [{ name: 'alerts', totals: { rowsIn: 2000 } }] } })
  page.leave()
  await untilOpen(0)
})

test('so many pages can listen and no more; one that leaves makes room', async () => {
  const pages = await Promise.all(Array.from({ length: 5 }, () => listenTo(`${server.url}/api/events`)))
  expect(pages.map(page => page.status)).toEqual([200, 200, 200, 200, 200])
  const refused = await ask(`${server.url}/api/events`, { headers: bearer })
  expect([refused.status, JSON.parse(refused.text).code, refused.headers['retry-after']]).toEqual([503, 'server.busy', '1'])
  pages[0]?.leave()
  await untilOpen(4)
  const next = await listenTo(`${server.url}/api/events`)
  expect(next.status).toBe(200)
  for (const page of [...pages, next]) page.leave()
  await untilOpen(0)
})

test('a head of the events opens none', async () => {
  const { status, headers } = await ask(`${server.url}/api/events`, { method: 'HEAD', headers: bearer })
  expect([status, headers['content-type']]).toEqual([200, 'text/event-stream'])
  expect(await streamsOpen()).toBe(0)
})

test('who loses the token stops hearing', async () => {
  const short = known.issue({ name: 'short' })
  const page = await listenTo(`${server.url}/api/events?job=alerts`, { authorization: `Bearer ${short.token}` })
  await page.until(heard => heard.length === 1)
  known.revoke(short.principal.id)
  await page.ended
  expect(await streamsOpen()).toBe(0)
})

test('a server that closes does not wait for pages that listen', async () => {
  const other = await listen(app({ tokens: known, jobs: fileJobs(jobs()) }), { drainMs: 600_000 })
  const pages = await Promise.all([1, 2, 3].map(() => listenTo(`${other.url}/api/events?job=alerts`)))
  await other.close()
  await Promise.all(pages.map(page => page.ended))
})

/** A clock that the test moves, and a server on it without a socket. */
function byHand(source: JobSource): {
  readonly served: App
  forward(ms: number): Promise<void>
  open(): Promise<number>
  asked: () => number
} {
  let now = 0
  let reads = 0
  let waiting: { readonly at: number; readonly call: () => void }[] = []
  const clock = { now: () => now, monotonic: () => now }
  const scheduler: Scheduler = {
    after(ms, call) {
      const one = { at: now + ms, call }
      waiting.push(one)
      return () => void (waiting = waiting.filter(other => other !== one))
    },
  }
  const counting: JobSource = {
    ...source,
    get: name => {
      reads++
      return source.get(name)
    },
  }
  const made = app({ tokens: known, jobs: counting, clock, scheduler })
  return {
    served: made,
    asked: () => reads,
    async forward(ms) {
      const end = now + ms
      for (;;) {
        await later(0)
        const next = waiting.filter(one => one.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        now = Math.max(now, next.at)
        waiting = waiting.filter(one => one !== next)
        next.call()
      }
      now = end
      await later(0)
    },
    async open() {
      const text = await (await made.fetch(new Request('http://localhost/metrics', { headers: bearer }))).text()
      return Number(/^tidemill_event_streams (\d+)$/m.exec(text)?.[1])
    },
  }
}
const still: JobSource = { list: async () => [], get: async () => keeperStatus, stop: async () => keeperStatus }
const keeperStatus = keeper.status()
const textOf = (chunk: { readonly value?: Uint8Array | undefined }): string => Buffer.from(chunk.value ?? []).toString()

test('a stream where nothing happens says every fifteen seconds that it is there', async () => {
  const { served: alone, forward } = byHand(still)
  const { body } = await alone.fetch(new Request('http://localhost/api/events?job=alerts', { headers: bearer }))
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  expect(textOf(await reader.read())).toBe('retry: 2000\n\n')
  expect(textOf(await reader.read())).toMatch(/^event: status\ndata: \{/)
  const next = reader.read()
  await forward(14_000)
  expect(await Promise.race([next, later(20).then(() => 'nothing')])).toBe('nothing')
  await forward(1500)
  expect(textOf(await next)).toBe(': still here\n\n')
  await reader.cancel()
})

test('what many pages listen to is read twice a second for all of them, and not at all when none does', async () => {
  const { served: alone, forward, asked } = byHand(still)
  const open = (): Promise<Response> => alone.fetch(new Request('http://localhost/api/events?job=alerts', { headers: bearer }))
  const answers = await Promise.all(Array.from({ length: 10 }, open))
  await forward(10_000)
  expect(asked()).toBe(21)
  for (const { body } of answers) await body?.cancel()
  await forward(10_000)
  expect(asked()).toBe(21)
})

test('the history is told once, then only what is new; a job that was started anew is told as a whole, and who comes later too', async () => {
  const point = (at: number) => ({ at, rowsPerSecond: 1, outPerSecond: 1, lag: 0, p99: null })
  let now: JobStatus = { ...keeperStatus, history: [0, 500].map(point) }
  const { served: alone, forward } = byHand({ ...still, get: async () => now })
  const listen = async () => {
    const { body } = await alone.fetch(new Request('http://localhost/api/events?job=alerts', { headers: bearer }))
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    return async () => {
      const [, name, data = ''] = /^event: (.*)\ndata: (.*)\n\n$/.exec(textOf(await reader.read())) ?? []
      const { history, points, updatedAt } = JSON.parse(data) as Partial<JobStatus> & { points?: JobStatus['history'] }
      return [name, updatedAt, (history ?? points)?.map(({ at }) => at)]
    }
  }
  const first = await listen()
  expect(await first()).toEqual(['status', now.updatedAt, [0, 500]])
  now = { ...now, updatedAt: 1, history: [500, 1000, 1500].map(point) }
  await forward(500)
  expect(await first()).toEqual(['change', 1, [1000, 1500]])
  const second = await listen()
  expect(await second()).toEqual(['status', 1, [500, 1000, 1500]])
  now = { ...now, updatedAt: 2, history: [1500, 2000].map(point) }
  await forward(500)
  expect([await first(), await second()]).toEqual([
    ['change', 2, [2000]],
    ['change', 2, [2000]],
  ])
  now = { ...now, updatedAt: 3, history: [9000, 9500].map(point) }
  await forward(500)
  expect(await first()).toEqual(['status', 3, [9000, 9500]])
  now = { ...now, updatedAt: 4, startedAt: 4, history: [9500].map(point) }
  await forward(500)
  expect(await first()).toEqual(['status', 4, [9500]])
})

test('a page that takes nothing holds the newest only, and is given up after a minute', async () => {
  let rows = 0
  const busy: JobSource = { ...still, get: async () => ({ ...keeperStatus, updatedAt: rows++ }) }
  const { served: alone, forward, open } = byHand(busy)
  const { body } = await alone.fetch(new Request('http://localhost/api/events?job=alerts', { headers: bearer }))
  await forward(50_000)
  expect(await open()).toBe(1)
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  const got: string[] = []
  for (let i = 0; i < 5; i++) got.push(textOf(await reader.read()))
  // Four that waited in line, then what is newest now; those between were never kept.
  expect(got.slice(1, 4).map(text => /"updatedAt":(\d+)/.exec(text)?.[1])).toEqual(['0', '1', '2'])
  expect(Number(/"updatedAt":(\d+)/.exec(got[4] ?? '')?.[1])).toBeGreaterThan(90)
  // It has missed what changed between, so it is told all.
  expect(got.map(text => /^event: (.*)$/m.exec(text)?.[1])).toEqual([undefined, 'status', 'change', 'change', 'status'])
  await forward(70_000)
  expect(await open()).toBe(0)
})
