import { type Batch, packedBytes, packInto } from '../batch/index.ts'

/** Batches copied into memory that threads share, which is used again when they are done with it: memory made anew for each batch costs more than the copies. */
interface SharedCopies {
  /** A copy of a batch, and the function that says that no thread reads it any more. */
  take(batch: Batch): { readonly batch: Batch; readonly giveBack: () => void }
}

/** Batches of a stream are of about one size: a little more room fits most that follow. */
const spare = 1.125

export function sharedCopies(): SharedCopies {
  const free: SharedArrayBuffer[] = []
  return {
    take(batch) {
      const bytes = packedBytes(batch)
      const last = free.pop()
      const buffer = last !== undefined && last.byteLength >= bytes ? last : new SharedArrayBuffer(Math.ceil((bytes * spare) / 8) * 8)
      return { batch: packInto(batch, buffer), giveBack: () => void free.push(buffer) }
    },
  }
}
