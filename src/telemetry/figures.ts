/** What a subtask of a job counts; read every so often and sent to the thread that watches. Totals since the attempt began. */
export interface SubtaskFigures {
  readonly stage: number
  readonly subtask: number
  /** By step id (source, steps, sinks): rows in and out. */
  readonly steps: Readonly<Record<string, { readonly in: number; readonly out: number }>>
  readonly late: number
  readonly dead: number
  readonly busyMs: number
  /** Parked: output waits for credits. */
  readonly parkedMs: number
  /** The longest time its rows stood still for a checkpoint: what a cut takes of the state and the sinks at once. */
  readonly pauseMs: number
  readonly watermark: number | 'idle'
  readonly lag: number
  readonly stateKeys: number
  readonly stateBytes: number
  /** Counts by bucket of `latencyBounds`, of rows that reached a sink. */
  readonly latency: readonly number[]
}
