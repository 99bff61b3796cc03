import type { Clock } from '../time/index.ts'

/** Counts failures by where they come from. */
export interface FailureLimit {
  /** Counts one; gives the seconds to wait once there were too many, else 0. */
  failed(peer: string): number
}
export interface FailureLimitOptions {
  readonly clock: Clock
  /** Failures of one peer in one window before it is told to wait; default 20. */
  readonly most?: number | undefined
  /** Default 60,000. */
  readonly windowMs?: number | undefined
  /** Peers remembered at once; the longest known is forgotten first. Default 10,000. */
  readonly peers?: number | undefined
}

/** A limit of failures in bounded memory. A window begins with a peer's first failure. */
export function failureLimit({ clock, most = 20, windowMs = 60_000, peers = 10_000 }: FailureLimitOptions): FailureLimit {
  const windows = new Map<string, { readonly ends: number; count: number }>()
  return {
    failed(peer) {
      const now = clock.monotonic()
      let window = windows.get(peer)
      if (window === undefined || window.ends <= now) {
        windows.delete(peer)
        // A map keeps the order of insertion, so the first is the longest known.
        const oldest = windows.size >= peers ? windows.keys().next().value : undefined
        if (oldest !== undefined) windows.delete(oldest)
        window = { ends: now + windowMs, count: 0 }
        windows.set(peer, window)
      }
      window.count++
      return window.count > most ? Math.max(1, Math.ceil((window.ends - now) / 1000)) : 0
    },
  }
}
