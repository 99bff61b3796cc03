import { showingText } from '../errors/index.ts'
import { askToStop, type JobStatus, readJob, readJobs } from '../telemetry/index.ts'

/** The jobs of a workspace, of this process and of others. */
export interface Jobs {
  /** Newest first. A job whose process is gone is `lost`: starting it again goes on from its last checkpoint. */
  list(): Promise<readonly JobStatus[]>
  /** @throws stream.unknown-job */
  get(name: string): Promise<JobStatus>
  /**
   * Asks a job to take a last checkpoint and to end; `drain` closes all windows first. Gives what was known of it when it was asked.
   *
   * @throws stream.unknown-job, stream.closed when it has ended
   */
  stop(name: string, options?: { readonly drain?: boolean }): Promise<JobStatus>
}

/** The jobs whose folders lie in a folder. */
export function jobsIn(folder: string): Jobs {
  return Object.freeze({
    list: () => readJobs(folder),
    get: (name: string) => readJob(folder, name),
    stop: (name: string, options: { readonly drain?: boolean } = {}) => askToStop(folder, name, options),
    ...showingText(() => `jobs in ${folder}: list(), get(name), stop(name)`),
  })
}
