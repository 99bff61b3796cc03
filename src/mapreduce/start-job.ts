/** Jobs begin here; what runs them is loaded when the first does. */
import type { JobInput, JobMeans, JobResult, PreparedJob } from './run-job.ts'
import type { ScalingOptions, ScalingReport } from './scaling.ts'

/** Runs a checked job. */
export async function startJob(input: JobInput, prepared: PreparedJob, means: JobMeans): Promise<JobResult> {
  const { runJob } = await import('./run-job.ts')
  return runJob(input, prepared, means)
}

/** Runs a checked job over parts of its input and on several pools. */
export async function measureScaling(
  input: JobInput,
  prepared: PreparedJob,
  options: ScalingOptions,
  means: JobMeans,
): Promise<ScalingReport> {
  const { scalingReport } = await import('./scaling.ts')
  return scalingReport(input, prepared, options, means)
}
