import { totalmem } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { Scheduler } from '../time/index.ts'

const mib = 1_048_576
const everyMs = 50

/** Heap a thread may use when nobody says: half of what the machine lends, shared by the threads, from 256 MiB to 4 GiB. */
export function defaultMemoryMb(threads: number): number {
  const lent = process.constrainedMemory()
  const machine = lent > 0 ? Math.min(lent, totalmem()) : totalmem()
  return Math.min(4096, Math.max(256, Math.floor(machine / 2 / threads / mib)))
}

/** V8's own limit, well above ours: when it is reached in the middle of a built-in, V8 ends the whole process and not the thread. */
export function hardLimitMb(memoryMb: number): number {
  return memoryMb + Math.max(1024, memoryMb)
}

/** Looks at a thread's heap while it works and calls `over` once when it is above the limit; gives back the function that stops looking. */
export function watchMemory(worker: Worker, memoryMb: number, scheduler: Scheduler, over: (usedMb: number) => void): () => void {
  let stopped = false
  let cancel: (() => void) | undefined
  const look = async (): Promise<void> => {
    try {
      const { used_heap_size: used } = await worker.getHeapStatistics()
      if (stopped) return
      if (used > memoryMb * mib) over(Math.round(used / mib))
      else later()
    } catch {
      // It has not begun yet, or it ended while it was asked: then nobody looks any more.
      if (!stopped) later()
    }
  }
  const later = (): void => {
    cancel = scheduler.after(everyMs, () => void look())
  }
  later()
  return () => {
    stopped = true
    cancel?.()
  }
}
