import type { Batch } from '../../../../batch/index.ts'

/** Rows of one file on their way to bytes. */
export interface RowEncoder {
  /** Adds rows; the first columns of the batch are those of the step. */
  add(batch: Batch): void
  /** Rows so far. */
  readonly rows: number
  /** Bytes that wait to be taken. */
  readonly held: number
  /** The bytes that are done, which follow those taken before. */
  take(): Uint8Array
  /** The bytes that are left, with the end of the file. */
  finish(): Uint8Array
}
