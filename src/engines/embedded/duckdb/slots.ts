/** Lets so many calls run at a time; the others wait in order. */
export interface Slots {
  readonly most: number
  use<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Slots for calls into DuckDB: each occupies one of the few threads of libuv, which files and DNS need too.
 */
export function slots(most: number): Slots {
  let free = most
  const waiting: (() => void)[] = []
  return {
    most,
    async use(work) {
      if (free > 0) free--
      else await new Promise<void>(resolve => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) free++
        else next()
      }
    },
  }
}

/** Two of libuv's four threads are left to everybody else; more where the pool was made larger. */
export function slotCount(env: Readonly<Record<string, string | undefined>>): number {
  const threads = Number(env['UV_THREADPOOL_SIZE'] ?? 4)
  return Number.isInteger(threads) && threads > 0 ? Math.max(1, Math.min(3, threads - 2)) : 2
}

/** One for the process: several sessions share libuv's threads. */
export const processSlots: Slots = slots(slotCount(process.env))
