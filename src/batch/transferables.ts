import type { Batch, Column } from './batch.ts'

/**
 * The buffers of a batch, each once, for the transfer list of `postMessage`. After a transfer the batch is gone from this thread, and with it every batch that shares
 * its columns (`withFields`, a projection).
 */
export function transferables(batch: Batch): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const column of batch.columns) collect(column, buffers)
  return [...buffers]
}

function collect(column: Column, buffers: Set<ArrayBuffer>): void {
  for (const part of [column.data, column.validity, column.offsets]) {
    if (part !== undefined && part.buffer instanceof ArrayBuffer) buffers.add(part.buffer)
  }
  for (const child of column.children ?? []) collect(child, buffers)
  if (column.dictionary !== undefined) collect(column.dictionary, buffers)
}
