import type { HostFunction } from './seams.ts'
import type { Work } from './protocol.ts'

/** One piece of work in the pool. It keeps what it was asked, so that it can be given to another thread. */
export interface Job {
  readonly id: number
  readonly fn: HostFunction
  readonly work: Work
  readonly run: string
  /** For events: `map 3`. */
  readonly task: string
  /** Times it was lost with its thread while another job was to blame. */
  losses: number
  /** Nobody waits for it any more. */
  abandoned: boolean
  /** Monotonic milliseconds; undefined until the thread began it. */
  begun: number | undefined
  /** Told when a thread begins it. */
  readonly onBegin: ((worker: number) => void) | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}
