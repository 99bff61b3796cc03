import { isUnderWay } from './jobs.ts'
import type { JobState, JobStatus, StepStatus } from './job-status.ts'
import type { Family, Labels } from './meter.ts'

const states: readonly JobState[] = ['starting', 'running', 'restarting', 'stopping', 'stopped', 'finished', 'failed', 'lost']

/** What a metric tells of one job: the labels beside the job's name, and a value; null leaves it out. */
type Told = readonly [labels: Labels, value: number | null]

/**
 * The status of jobs as metrics: `tidemill_job_rows_total{job,step,direction}` and its like, in seconds, bytes and rows. What is not known is left out, and of a job that has
 * ended all that is of its last seconds: it would be taken for now.
 *
 * @example
 * prometheusText(jobMetrics(await readJobs('.tidemill/jobs')))
 */
export function jobMetrics(jobs: readonly JobStatus[]): readonly Family[] {
  const family = (name: string, type: 'counter' | 'gauge', help: string, tell: (job: JobStatus) => readonly Told[]): Family => ({
    name: `tidemill_job_${name}`,
    type,
    help,
    series: jobs.flatMap(job =>
      tell(job).flatMap(([labels, value]) => (value === null ? [] : [{ labels: { job: job.name, ...labels }, value }])),
    ),
  })
  const bySteps =
    (tell: (step: StepStatus) => number | null) =>
    (job: JobStatus): readonly Told[] =>
      job.steps.map(step => [{ step: step.id }, tell(step)])
  /** Of what holds for the moment only. */
  const now =
    (tell: (job: JobStatus) => readonly Told[]) =>
    (job: JobStatus): readonly Told[] =>
      isUnderWay(job.state) ? tell(job) : []
  const ofJob =
    (tell: (job: JobStatus) => number | null) =>
    (job: JobStatus): readonly Told[] => [[{}, tell(job)]]
  return [
    family('state', 'gauge', 'state of the job: 1 for the one it is in', job =>
      states.map(state => [{ state }, job.state === state ? 1 : 0]),
    ),
    family(
      'start_time_seconds',
      'gauge',
      'when the job was started, seconds since 1970',
      ofJob(job => job.startedAt / 1000),
    ),
    family(
      'restarts_total',
      'counter',
      'attempts that ended by an error and were begun again',
      ofJob(job => job.restarts),
    ),
    family('rows_total', 'counter', 'rows into and out of each step; rows processed again after a restart count again', job =>
      job.steps.flatMap(step => [
        [{ step: step.id, direction: 'in' }, step.rowsIn] as const,
        [{ step: step.id, direction: 'out' }, step.rowsOut] as const,
      ]),
    ),
    family(
      'late_rows_total',
      'counter',
      'rows that came after their window was closed',
      ofJob(job => job.totals.late),
    ),
    family(
      'dead_letters_total',
      'counter',
      'records put aside as broken',
      ofJob(job => job.totals.deadLetters),
    ),
    family('busy_ratio', 'gauge', 'share of the last second that the stage of the step worked', now(bySteps(step => step.busy))),
    family('waiting_ratio', 'gauge', 'share of the last second that it waited for those below', now(bySteps(step => step.waiting))),
    family('lag_rows', 'gauge', 'rows known to exist and not yet read', now(bySteps(step => step.lag))),
    family(
      'watermark_seconds',
      'gauge',
      'event time up to which all was seen, seconds since 1970',
      bySteps(step => seconds(step.watermark)),
    ),
    family(
      'state_keys',
      'gauge',
      'keys held',
      bySteps(step => step.stateKeys),
    ),
    family(
      'state_bytes',
      'gauge',
      'bytes of state held, about',
      bySteps(step => step.stateBytes),
    ),
    family(
      'latency_seconds',
      'gauge',
      'from the source to the sink, of the last ten seconds',
      now(({ totals: { latencyMs } }) => [
        [{ quantile: '0.5' }, seconds(latencyMs.p50)],
        [{ quantile: '0.99' }, seconds(latencyMs.p99)],
      ]),
    ),
    family('checkpoints_total', 'counter', 'checkpoints by how they ended', ({ checkpoints: { taken, failed } }) => [
      [{ result: 'taken' }, taken],
      [{ result: 'failed' }, failed],
    ]),
    family(
      'checkpoint_seconds',
      'gauge',
      'how long the last checkpoint took',
      ofJob(job => seconds(last(job)?.ms ?? null)),
    ),
    family(
      'checkpoint_bytes',
      'gauge',
      'what the last checkpoint wrote',
      ofJob(job => last(job)?.bytes ?? null),
    ),
    family(
      'checkpoint_time_seconds',
      'gauge',
      'when the last checkpoint was complete, since 1970',
      ofJob(job => seconds(last(job)?.at ?? null)),
    ),
  ]
}

function last(job: JobStatus): JobStatus['checkpoints']['recent'][number] | undefined {
  return job.checkpoints.recent.at(-1)
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}
