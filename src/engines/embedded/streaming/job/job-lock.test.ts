import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../../../time/index.ts'
import { tempFolder } from './fixtures/jobs.ts'
import { jobId } from './job-id.ts'
import { lockJob } from './job-lock.ts'

const lockOf = async (folder: string): Promise<{ pid: number }> =>
  JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8')) as { pid: number }

test('a folder is locked once, and free again when it is let go', async () => {
  const folder = await tempFolder()
  const unlock = await lockJob(folder, 'a', systemClock)
  await expect(lockJob(folder, 'a', systemClock)).rejects.toMatchObject({
    code: 'stream.running',
    hint: 'stop it first: npx tidemill jobs stop a',
  })
  await unlock()
  await unlock()
  await (await lockJob(folder, 'a', systemClock))()
})

test('the lock of a process that is gone, an old one whose number went to another, and one that cannot be read are taken over', async () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const now = systemClock.now()
  for (const left of [
    JSON.stringify({ version: 1, pid: gone, since: now }),
    JSON.stringify({ version: 1, pid: process.pid, since: now }),
    JSON.stringify({ version: 1, pid: process.ppid, since: now - 3_600_000 }),
    '{"version":1,',
  ]) {
    const folder = await tempFolder()
    await writeFile(join(folder, 'lock.json'), left)
    const unlock = await lockJob(folder, 'a', systemClock)
    expect((await lockOf(folder)).pid).toBe(process.pid)
    await unlock()
  }
})

test('the lock of another process that runs is kept', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'lock.json'), JSON.stringify({ version: 1, pid: process.ppid, since: systemClock.now() }))
  await expect(lockJob(folder, 'a', systemClock)).rejects.toThrow(`job runs already: a (process ${process.ppid})`)
  expect((await lockOf(folder)).pid).toBe(process.ppid)
})

test('the id of a job is made once; a damaged or newer one is an error', async () => {
  const folder = await tempFolder()
  const [one, two] = await Promise.all([jobId(folder, 'a'), jobId(folder, 'a')])
  expect(one).toMatch(/^a-[0-9a-f]{8}$/)
  expect(two).toBe(one)
  const path = join(folder, 'job.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace(one, `${one.slice(0, -1)}z`))
  await expect(jobId(folder, 'a')).rejects.toMatchObject({ code: 'stream.checkpoint-corrupt' })
  await writeFile(path, text.replace('"version":1', '"version":2'))
  await expect(jobId(folder, 'a')).rejects.toMatchObject({ code: 'stream.checkpoint-version' })
})
