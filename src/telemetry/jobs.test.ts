import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  askToStop,
  checkJobName,
  isUnderWay,
  type JobStatus,
  jobStatusWriter,
  readJob,
  readJobs,
  readJobStatus,
  statusFile,
  StatusKeeper,
  stopAsked,
} from './index.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-jobs-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

let now = 1_800_000_000_000
const clock = { now: () => now, monotonic: () => now }
const statusOf = (name: string, change: Partial<JobStatus> = {}): JobStatus => ({
  ...new StatusKeeper({ name, threads: 1, checkpointMs: 1000, steps: [], edges: [] }, { clock }).status(),
  state: 'running',
  ...change,
})
const keep = async (jobs: string, name: string, change: Partial<JobStatus> = {}): Promise<JobStatus> => {
  const status = statusOf(name, change)
  await jobStatusWriter(join(jobs, name)).write(status)
  return status
}
/** The number of a process that is not there any more. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  return child.pid as number
}

test('a status is read as it was written, and there is none before', async () => {
  const job = join(folder, 'round', 'a')
  expect(await readJobStatus(join(job, statusFile))).toBeUndefined()
  const status = await keep(join(folder, 'round'), 'a', { error: { code: 'x', message: 'a "quoted"\nline é' } })
  expect(await readJobStatus(join(job, statusFile))).toEqual(status)
})

test('of many writes at once the newest stays, and readers see whole ones only', async () => {
  const job = join(folder, 'many', 'a')
  const writer = jobStatusWriter(job)
  const writes: Promise<void>[] = []
  const seen: number[] = []
  for (let i = 1; i <= 200; i++) {
    writes.push(writer.write(statusOf('a', { updatedAt: i })))
    if (i % 10 === 0) seen.push((await readJobStatus(join(job, statusFile)))?.updatedAt ?? 0)
  }
  await Promise.all(writes)
  expect((await readJobStatus(join(job, statusFile)))?.updatedAt).toBe(200)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(await readdir(job)).toEqual([statusFile])
})

test('a write that fails is told, and the next one is tried', async () => {
  const job = join(folder, 'blocked', 'a')
  await mkdir(join(folder, 'blocked'))
  await writeFile(job, 'a file where the folder should be')
  const writer = jobStatusWriter(job)
  const first = writer.write(statusOf('a'))
  const second = writer.write(statusOf('a'))
  await expect(first).rejects.toThrow(/EEXIST|ENOTDIR/)
  await expect(second).rejects.toThrow(/EEXIST|ENOTDIR/)
  await rm(job)
  await writer.write(statusOf('a'))
  expect((await readJobStatus(join(job, statusFile)))?.name).toBe('a')
})

test('a status that is changed, cut or of another version is told apart', async () => {
  const job = join(folder, 'broken', 'a')
  await keep(join(folder, 'broken'), 'a')
  const path = join(job, statusFile)
  const text = await readFile(path, 'utf8')
  for (const [bad, code] of [
    [text.replace('"running"', '"stopped"'), 'telemetry.damaged'],
    [text.slice(0, 50), 'telemetry.damaged'],
    ['', 'telemetry.damaged'],
    ['null', 'telemetry.damaged'],
    ['[1]', 'telemetry.damaged'],
    [text.replace('"version":1', '"version":2'), 'telemetry.version'],
  ] as const) {
    await writeFile(path, bad)
    await expect(readJobStatus(path), bad.slice(0, 80)).rejects.toMatchObject({ code })
  }
})

test('jobs are listed the newest first; one that cannot be read is listed as lost with its reason', async () => {
  const jobs = join(folder, 'list')
  expect(await readJobs(jobs)).toEqual([])
  await keep(jobs, 'first', { startedAt: 1, state: 'finished' })
  await keep(jobs, 'second', { startedAt: 2 })
  await keep(jobs, 'broken')
  await writeFile(join(jobs, 'broken', statusFile), '{')
  await mkdir(join(jobs, 'not-begun'))
  await mkdir(join(jobs, '.hidden'))
  await writeFile(join(jobs, 'a-file'), '')
  const found = await readJobs(jobs, { clock })
  expect(found.map(job => [job.name, job.state])).toEqual([
    ['broken', 'lost'],
    ['second', 'running'],
    ['first', 'finished'],
  ])
  expect(found[0]?.error?.code).toBe('telemetry.damaged')
})

test('a job whose process is gone while it says it runs is lost, once its status is old', async () => {
  const jobs = join(folder, 'lost')
  const pid = await endedProcess()
  await keep(jobs, 'gone', { pid })
  await keep(jobs, 'done', { pid, state: 'finished' })
  await keep(jobs, 'here')
  const states = async (): Promise<unknown> => Object.fromEntries((await readJobs(jobs, { clock })).map(job => [job.name, job.state]))
  expect(await states()).toEqual({ gone: 'running', done: 'finished', here: 'running' })
  now += 5000
  expect(await states()).toEqual({ gone: 'lost', done: 'finished', here: 'running' })
  await expect(askToStop(jobs, 'gone', { clock })).rejects.toMatchObject({
    code: 'stream.closed',
    hint: 'its process ended without a word; started again, it goes on from its last checkpoint',
  })
  // Its number may be that of another process by now.
  now += 60_000
  expect(await states()).toEqual({ gone: 'lost', done: 'finished', here: 'lost' })
})

test('a name that is none, or that leaves the folder, is an unknown job', async () => {
  const jobs = join(folder, 'names')
  await keep(jobs, 'alerts')
  await keep(folder, 'names-beside')
  for (const name of ['alert', '', '..', '../names-beside', 'alerts/..', '.hidden', 'a\0b', 'x'.repeat(101)])
    await expect(readJob(jobs, name, { clock })).rejects.toMatchObject({ code: 'stream.unknown-job' })
  await expect(readJob(jobs, 'alert', { clock })).rejects.toMatchObject({
    message: 'unknown job: alert (have alerts)',
    hint: 'did you mean alerts?',
  })
  expect((await readJob(jobs, 'alerts', { clock })).name).toBe('alerts')
})

test('a job is asked to stop once, and takes the question away', async () => {
  const jobs = join(folder, 'stop')
  await keep(jobs, 'alerts')
  const job = join(jobs, 'alerts')
  expect(await stopAsked(job)).toBeUndefined()
  expect((await askToStop(jobs, 'alerts', { clock })).state).toBe('running')
  expect(await stopAsked(job)).toEqual({ drain: false })
  expect(await stopAsked(job)).toBeUndefined()
  await askToStop(jobs, 'alerts', { clock, drain: true })
  expect(await stopAsked(job)).toEqual({ drain: true })
  // By hand.
  await writeFile(join(job, 'control', 'stop'), '')
  expect(await stopAsked(job)).toEqual({ drain: false })
  await keep(jobs, 'alerts', { state: 'stopped' })
  await expect(askToStop(jobs, 'alerts', { clock })).rejects.toMatchObject({ code: 'stream.closed' })
  await expect(askToStop(jobs, 'others', { clock })).rejects.toMatchObject({ code: 'stream.unknown-job' })
})

test('names of jobs are names of folders', () => {
  for (const name of ['alerts', 'price-alerts_2.v1', '2026']) expect(() => checkJobName(name)).not.toThrow()
  for (const name of ['', '.', '..', 'a/b', String.raw`a\b`, 'a b', 'é', '.a', 'x'.repeat(101), undefined as unknown as string])
    expect(() => checkJobName(name)).toThrow(expect.objectContaining({ code: 'stream.argument' }))
  expect((['starting', 'running', 'restarting', 'stopping', 'stopped', 'finished', 'failed', 'lost'] as const).filter(isUnderWay)).toEqual([
    'starting',
    'running',
    'restarting',
    'stopping',
  ])
})
