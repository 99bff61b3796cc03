/** Stream: rows that never end, with the verbs of a table that make sense for them. */
import type { describe, Description } from '../display/index.ts'
import type { Columns, Expr, PerGroup, Values } from '../expr/index.ts'
import type { Builder, Changes, HostOptions, Relation, RowVerbs, Savepoint, Sink, SpecFor } from '../plan/index.ts'
import type { Duration, IsOpen, Keep, Merge, Timestamp } from '../schema/index.ts'
import type { Job } from './job.ts'

/** The builder that comes back from verbs on a stream. */
export interface StreamBuilder<C extends Changes> extends Builder {
  readonly of: Stream<this['row'], C>
}
export type Aggregates = { readonly [column: string]: Expr<unknown, PerGroup> }
type Plain<U> = { [K in keyof U]: U[K] }
/** Functions on a stream run one row after the other, so there is no concurrency to choose; what happens to rows they fail on, `onError` of the stream says. */
type StreamOptions<W extends object> = Omit<HostOptions<W>, 'concurrency' | 'onError' | 'timeout' | 'showValues'>

/**
 * Rows without an end. `C` says whether later rows may correct earlier ones: `append`, or `update` after running totals and after windows that stay open
 * for late rows.
 */
export interface Stream<R, C extends Changes = 'append'> extends Relation<R, StreamBuilder<C>>, RowVerbs<R, StreamBuilder<C>> {
  readonly '~changes': C
  /**
   * Your own function, row by row, in order. It must not be asynchronous, and the columns it gives are declared, as a stream cannot wait for its first row.
   *
   * @example sensors.map(r => ({ machine: r.machine, fahrenheit: r.celsius * 1.8 + 32 }), { schema: { machine: 'string', fahrenheit: 'float64' } })
   * @throws workers.captured when the function uses a variable of an enclosing function
   */
  map<U extends object, W extends object = {}>(
    each: (row: R, given: W) => U,
    options: StreamOptions<W> & { readonly schema: SpecFor<NoInfer<U>> },
  ): Stream<Plain<U>, C>
  /** Like `map`, with any number of rows for each row. */
  flatMap<U extends object, W extends object = {}>(
    each: (row: R, given: W) => Iterable<U>,
    options: StreamOptions<W> & { readonly schema: SpecFor<NoInfer<U>> },
  ): Stream<Plain<U>, C>
  /** Rows with equal keys go together. Rows that may be corrected cannot be grouped again. */
  keyBy<const K extends keyof R & string>(this: Stream<R, 'append'>, ...keys: [K, ...K[]]): KeyedStream<R, Keep<R, K>>
  /** Groups all rows by windows of event time. */
  window(this: Stream<R, 'append'>, window: Window): WindowedStream<R, {}, 'append'>
  /** Gives the step before a name: its state is found by it when the plan around it changes, and the dashboard shows it. */
  named(step: string): this
  /**
   * What happens to a row on which a function throws, in the steps before up to the next `onError`; the first one of a stream governs broken records too.
   * `retries` tries the row again first; then the job fails (default), the row is left out, or it goes to a sink of dead letters.
   *
   * @example sensors.map(parse, { schema }).onError({ retries: 2, otherwise: ndjson('broken/') })
   */
  onError(policy: 'fail' | 'skip' | { readonly retries?: number; readonly otherwise?: 'fail' | 'skip' | Sink<DeadLetter> }): Stream<R, C>
  /** Ends the plan; several sinks see the same rows. */
  to(...sinks: readonly [Sink<R, C>, ...Sink<R, C>[]]): Outlet
  [describe](): Description
}

/** Rows grouped by keys; what is to be done with each group comes next. */
export interface KeyedStream<R, Keys> {
  window(window: Window): WindowedStream<R, Keys, 'append'>
  /** Running totals per key: a row may correct the earlier row of its key. `ttl` bounds the state: a key that was not touched for so long is forgotten. */
  agg<A extends Aggregates>(make: (r: Columns<R>) => A, options: { readonly ttl: Duration }): Stream<Merge<Keys, Values<A>>, 'update'>
  /**
   * Your own state per key, with timers on event time. The functions run in order on one thread and must not be asynchronous; the state is plain data.
   *
   * @example
   * sensors.keyBy('machine').process({
   *   schema: { machine: 'string', jump: 'float64' },
   *   ttl: '1h',
   *   state: () => ({ last: 0 }),
   *   *event(row, context) {
   *     if (row.temperature > context.state.last + 10) yield { machine: row.machine, jump: row.temperature - context.state.last }
   *     context.state.last = row.temperature
   *   },
   * })
   * @throws workers.captured when a function uses a variable of an enclosing function
   */
  process<U extends object, S, W extends object = {}>(options: ProcessOptions<R, Keys, U, S, W>): Stream<Plain<U>>
  [describe](): Description
}
export interface ProcessOptions<R, Keys, U, S, W> {
  /** The columns of the rows it gives. */
  readonly schema: SpecFor<NoInfer<U>>
  /** The state of a key that has none yet. */
  readonly state: (given: W) => S
  /** Event time after which a key that was not touched is forgotten. */
  readonly ttl: Duration
  /** Values the functions get as their last argument; they must be cloneable. */
  readonly with?: W
  readonly event: (row: R, context: Context<Keys, S>, given: W) => Iterable<U> | undefined
  /** Called when the time of `context.timerAt` has come. */
  readonly timer?: (context: Context<Keys, S>, given: W) => Iterable<U> | undefined
}
/** What the functions of `process` see besides the row. */
export interface Context<Keys, S> {
  readonly key: Keys
  state: S
  /** When the row happened; of a timer, the time it was set to. */
  readonly eventTime: Date
  /** No row before this time is awaited any more. */
  readonly watermark: Date
  timerAt(time: Date): void
}

/** Rows grouped by windows of event time. */
export interface WindowedStream<R, Keys, C extends Changes> {
  /** A closed window still takes rows for so long; when one has come, it gives its row again with the next watermark. */
  lateness(allowed: Duration): WindowedStream<R, Keys, 'update'>
  /** One row per key and window: the keys, windowStart, windowEnd, the aggregates. */
  agg<A extends Aggregates>(make: (r: Columns<R>) => A): WindowRows<Merge<Keys, WindowColumns & Values<A>>, R, C>
  [describe](): Description
}
/** The rows of windows. */
export interface WindowRows<R, In, C extends Changes> extends Stream<R, C> {
  /** The rows that came after their window had closed, as they were before it. */
  late(): Stream<In>
}
/** What a window adds to its rows. */
export interface WindowColumns {
  windowStart: Timestamp
  windowEnd: Timestamp
}
/** How rows are grouped by time; microseconds. Made by `tumbling`. */
export interface Window {
  readonly kind: 'tumbling'
  readonly size: number
  readonly offset: number
}

/** When the rows of a stream happened. */
export interface EventTime<R> {
  /**
   * A column of type timestamp or datetime that is never NULL. One row of the far future closes all windows, and the rows after it are late: it counts where it
   * is read, also when a filter drops it.
   */
  readonly eventTime: EventColumns<R>
  /** How far rows may be out of order. Default: not at all, `0s`. */
  readonly lateness?: Duration
  /** A source that is silent for so long holds nobody up. Default: `1m`. */
  readonly idle?: Duration
}
export type EventColumns<R> = IsOpen<R> extends true ? string : { [C in keyof R]: [R[C]] extends [Timestamp] ? C : never }[keyof R] & string

/** A row or a record that was put aside. */
export interface DeadLetter {
  readonly payload: Uint8Array
  readonly error: string
  readonly step: string
  readonly position: string
}

export interface JobOptions {
  /** Under this name it is found again: its checkpoints lie there, and a second start goes on from them. */
  readonly name: string
  /** Time between checkpoints, after which rows are seen in the sinks. Default: `1s`. */
  readonly checkpoint?: Duration
  /** Subtasks of each stage. Default: the threads of the machine. */
  readonly parallelism?: number
  /** Begin from a savepoint of another job. */
  readonly from?: Savepoint
  readonly signal?: AbortSignal
}
/** Streams that end in sinks: a job that can be started. */
export interface Outlet {
  /** Both in one job: what they share runs once. */
  and(...others: readonly Outlet[]): Outlet
  /** Stages, steps, state, and the guarantee of each sink. */
  explain(): string
  /**
   * Starts the job; resolves when it runs.
   *
   * @throws stream.running, stream.changed-plan, stream.unbounded, stream.unsupported
   */
  start(options: JobOptions): Promise<Job>
  [describe](): Description
}
