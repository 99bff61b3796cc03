/** The clock, handed in wherever time matters, so that a whole run can be replayed. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Milliseconds that only grow, for durations. */
  monotonic(): number
}
/** Calls later; gives back a function that takes it back. */
export interface Scheduler {
  after(ms: number, call: () => void): () => void
}
/** Numbers in [0, 1). */
export interface Random {
  next(): number
}

export const systemClock: Clock = Object.freeze({ now: () => Date.now(), monotonic: () => performance.now() })

export const systemScheduler: Scheduler = Object.freeze({
  after(ms: number, call: () => void) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
})

/**
 * A signal that aborts after so many milliseconds; waiting for it does not keep the program alive. Call `cancel` when nobody waits any more.
 */
export function deadline(ms: number, reason: () => unknown): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController()
  // A timer takes 2^31 - 1 ms at most, about 24 days: what is longer never comes.
  const timer = ms >= 2 ** 31 ? undefined : setTimeout(() => controller.abort(reason()), ms)
  timer?.unref()
  return { signal: controller.signal, cancel: () => clearTimeout(timer) }
}

/** Lets the event loop do what waits (input, messages, timers that are due) before going on; for a thread that is busy all the time. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}

/**
 * A repeatable generator: the same seed gives the same numbers on every machine.
 *
 * Source: mulberry32 (public domain, Tommy Ettinger).
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let t = state
      t = Math.imul(t ^ (t >>> 15), t | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    },
  }
}
