/** Jobs as they seldom are: with words of any length and kind, many steps, nothing read yet, an end that went wrong. */
import { join } from 'node:path'
import { jobsFolder, type JobStatus, jobStatusWriter, type StepStatus } from '../../src/telemetry/index.ts'
import { systemClock } from '../../src/time/index.ts'

/** What a page that takes text for markup would run. */
export const markup = '<img src=x onerror="document.title=1">'
export const longName: string = `a-${'long-'.repeat(19)}job`

/** Writes their statuses as their processes would. */
export async function keepOddJobs(workspace: string): Promise<void> {
  const many = Array.from({ length: 40 }, (_, i) => step(`step-${i}`, i === 0 ? 'source' : i === 39 ? 'sink' : 'map'))
  const chain = (steps: readonly StepStatus[], how: string): JobStatus['edges'] =>
    steps.slice(1).map((to, i) => ({ from: steps[i]?.id ?? '', to: to.id, how }))
  const words = [step('a step that somebody named in a whole sentence', 'source'), step(markup, 'map'), step('水车 ☃', 'sink')]
  const jobs: readonly JobStatus[] = [
    job('forty', many, chain(many, 'by key district')),
    job(longName, words, chain(words, markup)),
    job('begun', [step('source', 'source')], []),
    {
      ...job('broken', words, chain(words, 'in place')),
      state: 'failed',
      restarts: 10,
      error: { code: 'stream.function-failed', message: `${markup} ${'x'.repeat(600)}` },
    },
  ]
  for (const one of jobs) await jobStatusWriter(join(jobsFolder(workspace), one.name)).write(one)
}

function job(name: string, steps: readonly StepStatus[], edges: JobStatus['edges']): JobStatus {
  const now = systemClock.now()
  return {
    version: 1,
    name,
    state: 'running',
    pid: process.pid,
    startedAt: now,
    updatedAt: now,
    threads: 2,
    restarts: 0,
    error: null,
    steps,
    edges,
    totals: {
      rowsIn: 0,
      rowsOut: 0,
      rowsPerSecond: 0,
      latencyMs: { p50: null, p99: null },
      watermark: null,
      lag: 0,
      backpressure: 0,
      late: 0,
      deadLetters: 0,
    },
    checkpoints: { every: 1000, taken: 0, failed: 0, pauseMs: 0, recent: [] },
    history: [],
  }
}

function step(id: string, kind: string): StepStatus {
  return {
    id,
    kind,
    label: `${kind} ${'of a path '.repeat(9)}`,
    stage: 0,
    parallelism: 2,
    rowsIn: 0,
    rowsOut: 0,
    rowsPerSecond: 0,
    busy: 0,
    waiting: 0,
    idle: 1,
    lag: null,
    watermark: null,
    stateKeys: 0,
    stateBytes: 0,
    guarantee: kind === 'sink' ? 'at-least-once' : null,
    target: kind === 'sink' ? '/a/long/path'.repeat(20) : null,
  }
}
