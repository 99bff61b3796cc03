/** What a MapReduce job is made of. */
import type { KeepOptions } from '../plan/index.ts'
import type { Duration, SchemaLike } from '../schema/index.ts'
import type { JobProgress } from './progress.ts'
import type { JobContext } from './task-context.ts'
import type { TokenMap } from './tokens.ts'

/** What becomes of an item whose function throws, or does not return. */
export type OnError =
  | 'fail'
  | 'skip'
  | {
      /** NDJSON file of the items: phase, place, error. Written when the job ends, also without any. */
      readonly quarantine: string
      /** Whether it holds the values too. Default: `redacted`, as rows may hold what nobody should read. */
      readonly values?: 'redacted' | 'shown'
    }
/** Tasks that are tried again. Errors of the user's functions are not, as the next try would fail too. */
export interface Retry {
  /** Tries of a task in all. Default: 3. */
  readonly attempts?: number
  /** Wait before the second try; it doubles from try to try. Default: `100ms`. */
  readonly backoff?: Duration
  /** `lost` (default): when its thread ended, or an error says it may be tried again. `all`: errors of functions too. */
  readonly on?: 'lost' | 'all'
}
/** When a task that takes longer than others is given to a second thread; the first answer counts. Functions must not mind running twice. */
export interface Speculation {
  /** At least so long. Default: `2s`. */
  readonly after?: Duration
  /** At least so many times the median of the tasks that are through. Default: 2. */
  readonly times?: number
}

/** How a job runs. */
export interface JobOptions {
  /** Rows of one map task, read through the engine. Default for other sources than files of lines: 16384. The answer does not depend on the number of workers. */
  readonly taskRows?: number
  /** Bytes of one map task over files of lines, which workers read themselves: `'16MB'`. */
  readonly splitBytes?: number | string
  /** Parts that keys are dealt to. Default: 16. */
  readonly partitions?: number
  /** Bytes that all workers together may gather before they write sorted runs to disk: `'256MB'` (default). An estimate of what values take. */
  readonly memory?: number | string
  readonly onError?: OnError
  readonly retry?: Retry
  /** Longest time without a return from `map` for one item, or without progress in `reduce`. Default: `10m`. The thread is ended. */
  readonly deadline?: Duration
  /** Default: `{ after: '2s', times: 2 }`. */
  readonly speculation?: Speculation | false
  /**
   * Folder for the rows, one part a partition, which `reduce` writes while it runs: for results larger than memory. It appears whole or not at all. Rows are ordered
   * within a part.
   */
  readonly output?: string | { readonly folder: string; readonly mode?: 'error' | 'replace' }
  /** Columns of the result. Default: learnt from the rows; without a row there are none. */
  readonly schema?: SchemaLike
  /** Called some times a second. */
  readonly onProgress?: (progress: JobProgress) => void
  readonly signal?: AbortSignal
  /** The run is kept in the workspace under this name: functions, options, inputs, report and rows; `tm.runs.get(name)` reopens it. Default: it is not. */
  readonly keep?: string | KeepOptions
}

/** `map` yields pairs; their types carry through combine and reduce. */
export interface MapReduceJob<I, K extends string | number, V, O extends object> extends JobOptions {
  readonly map: (item: I, context: JobContext) => Iterable<readonly [key: K, value: V]>
  /** Folds values of one key where they were made; must give the same answer in any grouping. */
  readonly combine?: (a: V, b: V) => V
  /** Values come as they are read, in the order of the input: one key may have more than fit in memory. With `combine` there is one. */
  readonly reduce: (key: K, values: IteratorObject<V>, context: JobContext) => O
  /** Deals keys to parts: a whole number from 0, below `partitions`. Default: by a hash. */
  readonly partition?: (key: K, partitions: number) => number
  /** Order of the keys. Default: numbers by size, texts by code point. */
  readonly sort?: (a: K, b: K) => number
}
/** A job whose `map` is prepared: `words()`, `fields()`, `characters()`, `byteKeys()`. `reduce` gets the count. */
export interface TokenJob<O extends object> extends JobOptions {
  readonly map: TokenMap
  readonly reduce: (key: string, counts: IteratorObject<number>, context: JobContext) => O
  readonly partition?: (key: string, partitions: number) => number
  readonly sort?: (a: string, b: string) => number
}
/** Any job, for what does not look at its types. */
export type AnyJob = JobOptions & {
  readonly map: TokenMap | ((item: never, context: JobContext) => Iterable<readonly [string | number, unknown]>)
  readonly combine?: (a: never, b: never) => unknown
  readonly reduce: (key: never, values: never, context: JobContext) => object
  readonly partition?: (key: never, partitions: number) => number
  readonly sort?: (a: never, b: never) => number
}
