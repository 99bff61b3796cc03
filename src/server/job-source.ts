import { type Shown, showing } from '../display/index.ts'
import { askToStop, type JobsOptions, type JobStatus, readJob, readJobs } from '../telemetry/index.ts'

/** Where a server finds the jobs of streams. It is asked again and again, so what it answers may change. */
export interface JobSource {
  /** The newest first. */
  list(): Promise<readonly JobStatus[]>
  /** @throws stream.unknown-job */
  get(name: string): Promise<JobStatus>
  /**
   * Asks a job to stop; it tells itself when it has. `drain`: the sources end first, so that all windows close. Gives the status it had.
   *
   * @throws stream.unknown-job; stream.closed when it does not run
   */
  stop(name: string, options?: { readonly drain?: boolean | undefined }): Promise<JobStatus>
}

/**
 * The jobs of a folder, whatever process runs them: `<workspace>/jobs`.
 *
 * @example
 * const served = app({ tokens: known, jobs: fileJobs('.tidemill/jobs') })
 */
export function fileJobs(folder: string, options: JobsOptions = {}): JobSource & Shown {
  return Object.freeze({
    list: () => readJobs(folder, options),
    get: (name: string) => readJob(folder, name, options),
    stop: (name: string, { drain }: { readonly drain?: boolean | undefined } = {}) => askToStop(folder, name, { ...options, drain }),
    ...showing(() => ({ kind: 'text', text: `jobs in ${folder}` })),
  })
}
