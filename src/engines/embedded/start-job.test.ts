import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine, Host, JobPlan } from '../../plan/index.ts'
import { memoryStore } from '../../storage/index.ts'
import { readJob } from '../../telemetry/index.ts'
import { systemClock } from '../../time/index.ts'
import { pool } from '../../workers/index.ts'
import { embedded } from './index.ts'
import { generated, perSecond, toNdjson } from './streaming/job/fixtures/plans.ts'

async function within(use: (engine: Engine, folder: string) => Promise<void>, more: Partial<Host> = {}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-start-'))
  const threads = pool({ threads: 2 })
  const load = async (): Promise<unknown> => undefined
  const engine = await embedded().connect({ pool: threads, store: memoryStore(), clock: systemClock, jobs: folder, load, ...more })
  try {
    await use(engine, folder)
  } finally {
    await engine.close()
    await threads.close()
    await rm(folder, { recursive: true, force: true })
  }
}
const endless = (out: string): JobPlan => ({ kind: 'stream', sinks: [toNdjson(perSecond(generated({ rate: 1000 })), out)] })

test('the engine explains a job without starting it', async () => {
  await within(async engine => {
    expect(engine.explainJob?.(endless('/out'))).toMatchInlineSnapshot(`
      "stage 0, 1 task
        source: generate (at, machine, value); event time at, up to 0 ms out of order, idle after 1 min
        select: select machine, value
      stage 1, 2 tasks
        reads stage 0 by key machine
        window: window 1s by machine: n, total; keeps a group per key and window of 1 s
        ndjson: ndjson /out; exactly-once"
    `)
  })
})

test('closing the session stops its jobs, each with a last checkpoint', async () => {
  await within(async (engine, folder) => {
    const job = await engine.start?.(endless(join(folder, 'out')), { name: 'open' })
    expect(job?.status().state).toBe('running')
    await engine.close()
    await job?.done
    expect(await readJob(folder, 'open')).toMatchObject({ state: 'stopped', checkpoints: { taken: 1 } })
    await expect(engine.start?.(endless('/out'), { name: 'late' })).rejects.toMatchObject({ code: 'engine.closed' })
  })
})

test('a session without a workspace starts no jobs', async () => {
  await within(
    async engine => {
      await expect(engine.start?.(endless('/out'), { name: 'nowhere' })).rejects.toMatchObject({
        code: 'plan.argument',
        message: 'no folder for job nowhere: this session keeps nothing',
      })
    },
    { jobs: undefined },
  )
})
