/** What a running job tells of itself: plain data, written to its folder every half second, read by the command line, the server and the dashboard. */

export type JobState = 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped' | 'finished' | 'failed' | 'lost'

export interface JobStatus {
  readonly version: 1
  readonly name: string
  readonly state: JobState
  /** Process that runs it. */
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly updatedAt: number
  readonly threads: number
  readonly restarts: number
  /** What went wrong last: code, message, and what to do about it where that is known. */
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string | undefined } | null
  readonly steps: readonly StepStatus[]
  readonly edges: readonly { readonly from: string; readonly to: string; readonly how: string }[]
  readonly totals: JobTotals
  readonly checkpoints: CheckpointStatus
  /** Oldest first, one point about every half second, at most 600. */
  readonly history: readonly JobPoint[]
}
export interface StepStatus {
  readonly id: string
  readonly kind: string
  /** For people: `filter price > 100`. */
  readonly label: string
  readonly stage: number
  readonly parallelism: number
  readonly rowsIn: number
  readonly rowsOut: number
  /** Rows out in the last second; of a sink, rows in. */
  readonly rowsPerSecond: number
  /** Shares of the last second, 0 to 1, of the stage the step runs in: working, waiting for those below (backpressure), nothing to do. */
  readonly busy: number
  readonly waiting: number
  readonly idle: number
  /** Rows known to exist and not yet read (sources); null where it cannot be known. */
  readonly lag: number | null
  readonly watermark: number | null
  readonly stateKeys: number
  readonly stateBytes: number
  /** Of a sink: `exactly-once` or `at-least-once`, and where it writes. */
  readonly guarantee: string | null
  readonly target: string | null
}
export interface JobTotals {
  readonly rowsIn: number
  readonly rowsOut: number
  /** Rows read a second. */
  readonly rowsPerSecond: number
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null }
  /** Milliseconds since 1970. */
  readonly watermark: number | null
  readonly lag: number
  /** Largest share of a stage's time spent waiting for those below. */
  readonly backpressure: number
  readonly late: number
  readonly deadLetters: number
}
export interface CheckpointStatus {
  /** Milliseconds between two. */
  readonly every: number
  readonly taken: number
  readonly failed: number
  /** The longest time that rows of a subtask stood still for one, in this attempt; the rest is written behind their back. */
  readonly pauseMs: number
  /** Newest last, at most 20. */
  readonly recent: readonly {
    readonly seq: number
    readonly epoch: number
    readonly at: number
    readonly ms: number
    readonly bytes: number
  }[]
}
export interface JobPoint {
  readonly at: number
  readonly rowsPerSecond: number
  readonly outPerSecond: number
  readonly lag: number
  readonly p99: number | null
}
