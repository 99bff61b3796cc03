/**
 * Tells from outside when a thread stays in one call for too long: the thread writes the row it works on into shared memory, another thread looks at it now and then.
 *
 * Cell 0: the row within its batch, from 1; negative while promises are awaited (the oldest of them); 0 before the first. Cell 1: counts what promises do.
 */
import type { Clock, Scheduler } from '../time/index.ts'

/** Cells that a batch takes with it. */
export function rowCells(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8))
}

/** What the thread says in the cells; without cells nothing. */
export interface Place {
  /** A call for the row begins. */
  at(row: number): void
  /** The thread waits; `oldest` is the first row that is not done. */
  awaiting(oldest: number): void
}

/** The thread's side of the cells. Rows count from 0. */
export function placeIn(cells: Int32Array | undefined): Place | undefined {
  if (cells === undefined) return undefined
  return {
    at: row => void Atomics.store(cells, 0, row + 1),
    awaiting(oldest) {
      Atomics.store(cells, 0, -(oldest + 1))
      Atomics.add(cells, 1, 1)
    },
  }
}

/** How often the cells are looked at. */
const mostMs = 250
const leastMs = 5

interface WatchOptions {
  readonly timeoutMs: number
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/**
 * Calls `stuck` with the row (from 0) when the thread has been in one call for longer than the timeout; at most a quarter of it late. A thread whose promises have timers of their
 * own is given twice as long, and which of the rows blocks it is not sure. Gives back the function that ends the watch.
 */
export function watchRow(
  cells: Int32Array,
  { timeoutMs, clock, scheduler }: WatchOptions,
  stuck: (row: number, sure: boolean) => void,
): () => void {
  const everyMs = Math.min(mostMs, Math.max(leastMs, timeoutMs / 4))
  let [row, turn, since] = [0, 0, clock.monotonic()]
  let cancel: (() => void) | undefined
  const look = (): void => {
    const [nowRow, nowTurn, now] = [Atomics.load(cells, 0), Atomics.load(cells, 1), clock.monotonic()]
    if (nowRow !== row || nowTurn !== turn) [row, turn, since] = [nowRow, nowTurn, now]
    else if (row !== 0 && now - since >= (row < 0 ? 2 * timeoutMs : timeoutMs)) {
      stuck(Math.abs(row) - 1, row > 0)
      return
    }
    cancel = scheduler.after(everyMs, look)
  }
  cancel = scheduler.after(everyMs, look)
  return () => cancel?.()
}
