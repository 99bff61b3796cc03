/** What travels to a task and back: plain data. */
import type { Batch } from '../batch/index.ts'
import type { HostFunction } from '../workers/index.ts'
import type { Key } from './keys.ts'
import type { MergeInput } from './merge.ts'
import type { FileRange } from './read-range.ts'
import type { Run } from './run-file.ts'
import type { TokenRule } from './tokens.ts'

/** Rows that were read by the engine, from `firstRow` on (counted from 1). */
export interface RowsInput {
  readonly batches: readonly Batch[]
  readonly itemOf: 'row' | 'line'
  readonly firstRow: number
}
/** What every task is told. */
export interface TaskBase {
  /** One 32-bit number: items done. The program looks at it while the task runs. */
  readonly progress: Int32Array
  /** Items that are passed over, because a function did not return from them. */
  readonly passOver: readonly number[]
  /** What becomes of an item whose function throws. */
  readonly onError: 'fail' | 'skip'
  /** Whether the values of items that failed are wanted. */
  readonly values: boolean
  readonly compare: HostFunction | undefined
  /** Beginning of the paths of its run files. */
  readonly path: string
}
export interface MapArgument extends TaskBase {
  readonly input: FileRange | RowsInput
  readonly map: HostFunction | TokenRule
  readonly combine: HostFunction | undefined
  readonly partition: HostFunction | undefined
  readonly partitions: number
  readonly memory: number
  readonly inMemory: number
}
export interface ReduceArgument extends TaskBase {
  readonly inputs: readonly MergeInput[]
  /** `sum`: that of the tokenisers. */
  readonly combine: HostFunction | 'sum' | undefined
  readonly reduce: HostFunction
  /** Where rows are written as NDJSON; without, they come back. */
  readonly output: string | undefined
}

/** An item that failed and was passed over. */
export interface FailedItem {
  /** Of a map task: the number of the item in it, from 0. */
  readonly item: number
  /** Of a reduce task. */
  readonly key?: Key | undefined
  readonly error: string
  /** As text, where values are wanted. */
  readonly value?: string | undefined
}
/** What every task says of itself. */
export interface TaskAnswer {
  readonly counters: Readonly<Record<string, number>>
  /** At most some thousand; `failures` counts all. */
  readonly failed: readonly FailedItem[]
  readonly failures: number
  readonly ms: number
}
export interface MapAnswer extends TaskAnswer {
  readonly runs: readonly Run[]
  readonly items: number
  readonly pairs: number
}
export interface ReduceAnswer extends TaskAnswer {
  readonly keys: readonly Key[]
  readonly rows: readonly object[]
  readonly groups: number
  readonly values: number
  /** Bytes of the written part. */
  readonly bytes: number
}
