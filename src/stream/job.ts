import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import type { Job as RunningJob, Savepoint } from '../plan/index.ts'
import type { JobStatus } from '../telemetry/index.ts'

/** The figures of a job that people look at first. */
export interface JobMetrics {
  /** Rows read in the last second. */
  readonly rowsPerSecond: number
  /** From reading a row to the sink; null before the first row. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null }
  /** No row before this time is awaited any more; null before the first row. */
  readonly watermark: Date | null
  /** Largest share of a stage's time spent waiting for those below, 0 to 1. */
  readonly backpressure: number
  /** Rows known to exist and not yet read. */
  readonly lag: number
}
/** A running job. Dispose of it, or stop it; its checkpoints stay, and a start under its name goes on from there. */
export interface Job extends AsyncDisposable {
  readonly name: string
  metrics(): JobMetrics
  /** Everything that is known: each step, checkpoints, the last minutes. */
  status(): JobStatus
  /** A checkpoint that is kept, after which the job goes on. */
  savepoint(): Promise<Savepoint>
  /** Takes a last checkpoint and ends; `drain` closes all windows first. */
  stop(options?: { readonly drain?: boolean }): Promise<void>
  /** Resolves when it has ended: its sources ended, or it was stopped. Rejects when it failed for good. */
  readonly done: Promise<void>
  [describe](): Description
}

/** The job of an engine as users see it. */
export function jobOf(job: RunningJob): Job {
  return new UserJob(job)
}

class UserJob implements Job {
  readonly #job: RunningJob

  constructor(job: RunningJob) {
    this.#job = job
  }

  get name(): string {
    return this.#job.name
  }
  get done(): Promise<void> {
    return this.#job.done
  }
  metrics(): JobMetrics {
    const { rowsPerSecond, latencyMs, watermark, backpressure, lag } = this.#job.status().totals
    return { rowsPerSecond, latencyMs, watermark: watermark === null ? null : new Date(watermark), backpressure, lag }
  }
  status(): JobStatus {
    return this.#job.status()
  }
  savepoint(): Promise<Savepoint> {
    return this.#job.savepoint()
  }
  stop(options?: { readonly drain?: boolean }): Promise<void> {
    return this.#job.stop(options)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#job[Symbol.asyncDispose]()
  }

  [inspected](): string {
    return this.#text()
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    return { kind: 'text', text: this.#text() }
  }
  #text(): string {
    const { state, totals, restarts } = this.#job.status()
    return `job ${this.name} ${state}: ${totals.rowsIn} rows read, ${totals.rowsOut} written, ${totals.rowsPerSecond} rows a second${
      restarts === 0 ? '' : `, ${restarts} restarts`
    }`
  }
}
