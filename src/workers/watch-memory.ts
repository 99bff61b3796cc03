import { totalmem } from 'node:os'
import type { HeapInfo } from 'node:v8'
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

/** What typed arrays and buffers of a thread may take: the batches it was given, and what a function makes. */
export function bufferLimitMb(memoryMb: number): number {
  return Math.max(1024, 2 * memoryMb)
}

/**
 * Looks at a thread's memory while it works and calls `over` once, with a sentence, when it is above the limits; gives back the function that stops looking.
 *
 * The thread answers between steps of its own, so what one built-in call takes at once (`JSON.parse` of a huge text) is seen when it is over.
 */
export function watchMemory(worker: Worker, memoryMb: number, scheduler: Scheduler, over: (what: string) => void): () => void {
  const limits = [
    { what: 'heap', limit: memoryMb, of: (heap: HeapInfo) => heap.used_heap_size },
    { what: 'buffers', limit: bufferLimitMb(memoryMb), of: (heap: HeapInfo) => heap.external_memory },
  ]
  let stopped = false
  let cancel: (() => void) | undefined
  const look = async (): Promise<void> => {
    try {
      const heap = await worker.getHeapStatistics()
      if (stopped) return
      const passed = limits.find(({ limit, of }) => of(heap) > limit * mib)
      if (passed === undefined) later()
      else over(`its ${passed.what} grew to ${Math.round(passed.of(heap) / mib)} MiB (limit ${passed.limit})`)
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
