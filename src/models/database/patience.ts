import type { Clock, Scheduler } from '../../time/index.ts'
import { isBusy, translated } from './sqlite-errors.ts'

/** Tries work again while another process holds the database, without blocking this one in between. @throws models.busy in the end */
export type Patience = <T>(work: () => T) => Promise<T>

/** Milliseconds after which a workspace that stays held is an error. */
export const longestWait = 30_000

/**
 * Makes the patience for one database file. Pauses grow, and differ between processes, so that one that writes all the time lets the others in.
 */
export function patienceFor(path: string, clock: Clock, scheduler: Scheduler, most: number = longestWait): Patience {
  return async work => {
    const start = clock.monotonic()
    for (let attempt = 0; ; attempt++)
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() - start > most) throw translated(error, path)
        const pause = 1 + ((attempt * 7 + process.pid) % 13) + Math.min(attempt, 10)
        await new Promise<void>(resolve => void scheduler.after(pause, resolve))
      }
  }
}
