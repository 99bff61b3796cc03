/** What travels to a thread, and the pool it travels to. */
import type { Batch } from '../batch/index.ts'
import type { CallSite } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'

/** A module that can be imported where it is needed: a driver, a transform. `hash` is of its text, empty for modules of this package. */
export interface Code {
  /** file: URL of the module. */
  readonly url: string
  readonly export: string
  readonly hash: string
}

/** A user's function made ready to travel: one small module that imports what the function's module imports. */
export interface HostFunction {
  /** For messages and `explain`: the function's name, or `map`. */
  readonly name: string
  /** JavaScript of a module whose export `fn` is the function. */
  readonly module: string
  /** sha256 of `module` and `with`. */
  readonly hash: string
  /** The second argument of the function: values that can be cloned. */
  readonly with?: Readonly<Record<string, unknown>> | undefined
  /** The columns it reads of its rows, or of its batches; undefined when its text does not tell. What wraps the function reads others. */
  readonly reads?: readonly string[] | undefined
  readonly at?: CallSite | undefined
}

/** What happens to a row on which a function throws, with which it is not done in time, or of which it makes what does not fit. */
export interface FaultPolicy {
  readonly onError: 'fail' | 'skip' | 'quarantine'
  /** Of `quarantine`: the file. */
  readonly path?: string | undefined
  /** Milliseconds that one call may take. */
  readonly timeoutMs?: number | undefined
  /** Errors show the values of the row. */
  readonly showValues?: boolean | undefined
}
/** A row that was left out; of a function of batches all rows of the batch, from `row` to `last`. */
export interface Fault {
  /** In the whole input, from 1. */
  readonly row: number
  readonly last: number
  readonly code: 'workers.function-failed' | 'workers.misfit' | 'workers.deadline'
  readonly message: string
  /** The row as JSON, of a batch an array; undefined where nobody asked for values. */
  readonly values: string | undefined
}

/** A function over batches that runs on the pool. */
export interface BatchTask {
  readonly fn: HostFunction
  readonly mode: 'each' | 'many' | 'batch'
  /** The columns the rows must have. Without: learnt from the rows of the first batch (`learnt` tells), then checked. */
  readonly declared?: Schema | undefined
  /** True when `declared` was itself learnt from the first rows: a misfit then says so, with the schema to paste. */
  readonly taught?: boolean | undefined
  /** Promises in flight per worker. */
  readonly concurrency: number
  /** Default: the first fault fails. */
  readonly policy?: FaultPolicy | undefined
  /** Told of each row that was left out, in the order of the batches. */
  readonly fault?: ((fault: Fault) => void) | undefined
  /** Told once, when the columns are known. */
  readonly learnt?: ((schema: Schema) => void) | undefined
}

export interface PoolOptions {
  readonly signal?: AbortSignal | undefined
  readonly run?: string | undefined
}

export interface CallOptions extends PoolOptions {
  /** For events and messages: `map 3`. Default: the function's name. */
  readonly task?: string | undefined
  /** Told when a thread begins the call, with the number of the thread; again when it is begun anew because its thread was lost before. */
  readonly begun?: ((worker: number) => void) | undefined
}

/** Worker threads. They start at first use and never load an engine. */
export interface Pool extends AsyncDisposable {
  /** How many threads work at most. */
  readonly size: number
  /** Results come in the order of the batches; two batches a thread are in flight. A batch is copied before the next is asked for, and not looked at again. */
  mapBatches(task: BatchTask, batches: AsyncIterable<Batch>, options?: PoolOptions): AsyncIterable<Batch>
  /** Calls a function with one cloneable argument on some thread; the value must be cloneable too. */
  call<T>(fn: HostFunction, argument: unknown, options?: CallOptions): Promise<T>
  close(): Promise<void>
}
