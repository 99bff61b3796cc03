/** Floor 2: columnar batches: build, read, take, concat, Arrow IPC. */
export type { Batch, Column, ColumnData } from './batch.ts'
