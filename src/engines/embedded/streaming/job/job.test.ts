/** Jobs on real threads, over a real folder. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Plan, type SinkNode, type StartOptions } from '../../../../plan/index.ts'
import { readJob } from '../../../../telemetry/index.ts'
import { above, byWindow, generated, perSecond, rowsIn, tempFolder, toNdjson, type Total, totalsOf } from './fixtures/jobs.ts'
import { type JobPlace, startJob } from './index.ts'

async function start(sinks: SinkNode[], options: Partial<StartOptions> = {}, place: Partial<JobPlace> = {}) {
  const folder = place.folder ?? (await tempFolder())
  return startJob({ kind: 'stream', sinks }, { name: 'test', checkpointMs: 100, ...options }, { threads: 2, ...place, folder })
}

test.each([1, 2, 3])('windows of a generated stream with parallelism %i are those of its rows', async parallelism => {
  const folder = await tempFolder()
  const out = join(folder, 'out')
  const job = await start([toNdjson(perSecond(above(generated({ rows: 50_000 }), 0)), out)], { parallelism }, { folder })
  await job.done
  expect(byWindow(await rowsIn<Total>(out))).toEqual(totalsOf(50_000))
  const status = job.status()
  expect(status).toMatchObject({ state: 'finished', restarts: 0, error: null, threads: Math.min(2, parallelism) })
  expect(status.totals).toMatchObject({ rowsIn: 50_000, rowsOut: totalsOf(50_000).size })
  expect(await readJob(folder, 'test')).toMatchObject({ state: 'finished', totals: { rowsIn: 50_000 } })
})
