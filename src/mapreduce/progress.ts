/** How far a job is. */
export interface JobProgress {
  readonly phase: 'map' | 'reduce'
  /** Tasks of the phase that are through. */
  readonly done: number
  /** Tasks of the phase, where they are known before they are read. */
  readonly tasks: number | undefined
  /** Items of the phase, those of running tasks included: rows or lines of `map`, keys of `reduce`. */
  readonly items: number
  /** Pairs that `map` gave so far. */
  readonly pairs: number
}
