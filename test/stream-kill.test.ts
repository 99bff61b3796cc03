/** A job that is killed again and again, with the power of the system: nothing is lost, nothing is counted twice. */
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { tidemill } from '../src/index.ts'
import { parquet } from '../src/connectors/index.ts'
import { askToStop, readJob } from '../src/telemetry/index.ts'
import { type Random, seededRandom } from '../src/time/index.ts'

const kills = 20
const eventsPerSecond = 20
let folder = ''
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Event {
  readonly at: Date
  readonly key: string
  readonly value: number
}
/** 50 ms of event time apart, some out of order, some to be filtered away. */
function eventOf(n: number, random: Random): Event {
  return {
    at: new Date(n * (1000 / eventsPerSecond) - Math.floor(random.next() * 900) + 1000),
    key: `key ${Math.floor(random.next() * 40)}`,
    value: random.next() < 0.1 ? -1 : n,
  }
}

function start(args: readonly string[]): {
  readonly child: ChildProcess
  readonly running: Promise<void>
  readonly ended: Promise<string>
} {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', join(import.meta.dirname, 'fixtures/stream-kill.ts'), ...args])
  children.push(child)
  let told = ''
  const { promise: running, resolve: runs, reject: fails } = Promise.withResolvers<void>()
  const { promise: ended, resolve: ends } = Promise.withResolvers<string>()
  const hear = (text: Buffer): void => {
    told += text.toString()
    if (told.includes('running')) runs()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.on('exit', code => {
    // It was not killed: it gave up.
    if (code !== null && code !== 0) fails(new Error(told))
    runs()
    ends(told)
  })
  return { child, running, ended }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (await what()) return
    await wait(50)
  }
}

test('after 20 kills at any time every event is counted exactly once', async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-kill-'))
  const [input, out, workspace] = ['input', 'out', 'workspace'].map(name => join(folder, name)) as [string, string, string]
  await mkdir(input)
  const random = seededRandom(2026)
  const expected = new Map<string, { n: number; total: number }>()
  let written = 0
  const append = async (count: number): Promise<void> => {
    const lines = ['', '']
    for (let i = 0; i < count; i++) {
      const event = eventOf(written++, random)
      lines[written % 2] += `${JSON.stringify(event)}\n`
      if (event.value < 0) continue
      const key = `${event.key} ${Math.floor(event.at.getTime() / 10_000) * 10_000}`
      const sum = expected.get(key) ?? { n: 0, total: 0 }
      expected.set(key, { n: sum.n + 1, total: sum.total + event.value })
    }
    // Not always whole lines: a record may come in two parts.
    await Promise.all(lines.map(async (text, file) => appendInParts(join(input, `${file}.ndjson`), text)))
  }
  const arguments_ = [input, out, workspace, 'parquet']
  await append(2000)
  for (let kill = 0; kill < kills; kill++) {
    const { child, running, ended } = start(arguments_)
    // Every fourth dies while it starts, the others while they work.
    if (kill % 4 === 3) await wait(200 + random.next() * 600)
    else await running
    for (const end = performance.now() + random.next() * 700; performance.now() < end; ) {
      await append(500)
      await wait(20)
    }
    child.kill('SIGKILL')
    await ended
  }
  const { running, ended } = start(arguments_)
  await running
  const jobs = join(workspace, 'jobs')
  await until(async () => {
    const { state, steps, totals, error } = await readJob(jobs, 'kill')
    expect(error, state).toBe(null)
    // Of the last start: the lag of a source is null until each of its subtasks has looked.
    return state === 'running' && steps.every(step => step.kind !== 'source' || step.lag === 0) && totals.rowsPerSecond === 0
  })
  await askToStop(jobs, 'kill', { drain: true })
  expect(await ended).toContain('done')
  const tm = await tidemill({ typesFile: false, workers: 1 })
  try {
    const rows = await (await tm.read(parquet(`${out}/*.parquet`))).rows()
    const found = rows.map(row => {
      const { key, windowStart, n, total } = row as unknown as { key: string; windowStart: Date; n: number; total: number }
      return [`${key} ${windowStart.getTime()}`, { n: Number(n), total: Number(total) }] as const
    })
    expect(new Set(found.map(([key]) => key)).size).toBe(found.length)
    expect(new Map(found)).toEqual(expected)
  } finally {
    await tm.close()
  }
}, 120_000)

async function appendInParts(path: string, text: string): Promise<void> {
  const middle = Math.floor(text.length / 2)
  await appendFile(path, text.slice(0, middle))
  await appendFile(path, text.slice(middle))
}
