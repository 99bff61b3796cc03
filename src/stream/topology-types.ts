import type { describe, Description } from '../display/index.ts'
import type { Engine, Savepoint, Sink } from '../plan/index.ts'
import type { Duration, GivenRow, Problem, Row, SchemaSpec } from '../schema/index.ts'
import type { Grouping } from './grouping.ts'
import type { Job } from './job.ts'

/** Node name -> the tuple it emits. */
export type Emits = { readonly [node: string]: object }

/** A source of tuples. A spout whose tuples end ends the topology when all are worked on. */
export interface Spout<out T> {
  /** Asked once for each task; after a crash it is asked again, and the tuples that were done with are passed over, so it must give them in the same order. */
  next(): Iterable<T>
}
export interface Output<in T> {
  emit(tuple: T): void
  /** The tuple at hand could not be worked on. */
  fail(error: Error): void
}
/** Called for each tuple, in order; it must not be asynchronous. */
export type Bolt<In, Out> = (tuple: In, out: Output<Out>) => void

export interface SpoutOptions<E extends SchemaSpec, W extends object> {
  /** The fields of its tuples. */
  readonly emits: E
  /** How many tasks; each runs the whole spout. Default: 1. */
  readonly parallelism?: number
  /** Values that `make` gets; they must be cloneable. */
  readonly with?: W
}
export interface BoltOptions<From, E extends SchemaSpec, W extends object> {
  readonly from: From
  /** The fields of what it emits. Default: it emits nothing. */
  readonly emits?: E
  /** How many tasks, each with a bolt of its own. Default: 1. */
  readonly parallelism?: number
  readonly with?: W
}

type Tuples<N, G> = G extends Grouping<infer S, string> ? (S extends keyof N ? N[S] : never) : never
/** The groupings' sources must exist and must emit the fields they group by. */
type Check<N, G> =
  G extends Grouping<infer S, infer F>
    ? S extends keyof N
      ? [F] extends [keyof N[S]]
        ? never
        : Problem<`${S} does not emit ${Exclude<F, keyof N[S]>}; it emits ${keyof N[S] & string}`>
      : Problem<`no node ${S} before this one; there are ${keyof N & string}`>
    : never
type Checked<N, G> = [Check<N, G>] extends [never] ? unknown : Check<N, G>
type Fresh<N, Name> = Name extends keyof N ? Problem<`the name ${Name & string} is taken`> : unknown

/** Spouts and bolts, joined by groupings. Fields are declared, because a cluster must know them before anything runs; the declaration is the type too. */
export interface Topology<N extends Emits> {
  readonly name: string
  /**
   * Adds a source of tuples. `make` runs once for each task.
   *
   * @example topology('double').spout('numbers', { emits: { x: 'int64' } }, () => ({ *next() { for (let x = 0; x < 10; x++) yield { x } } }))
   * @throws stream.argument, workers.captured
   */
  spout<const Name extends string, const E extends SchemaSpec, W extends object = {}>(
    name: Name & Fresh<N, Name>,
    options: SpoutOptions<E, W>,
    make: (given: W) => Spout<GivenRow<Row<E>>>,
  ): Topology<N & { readonly [K in Name]: Row<E> }>
  /**
   * Adds a step that reads other nodes. `make` runs once for each task, so a bolt may keep what it has seen; after a crash it begins anew.
   *
   * @throws stream.argument, workers.captured
   */
  bolt<const Name extends string, const G extends Grouping<string, string>, const E extends SchemaSpec = {}, W extends object = {}>(
    name: Name & Fresh<N, Name>,
    options: BoltOptions<(G & Checked<N, G>) | readonly (G & Checked<N, G>)[], E, W>,
    make: (given: W) => Bolt<Tuples<N, G>, GivenRow<Row<E>>>,
  ): Topology<N & { readonly [K in Name]: Row<E> }>
  /**
   * Writes the tuples of a node, besides what bolts make of them; exactly once in sinks that can.
   *
   * @example topology('double').spout('numbers', ...).bolt('double', ...).sink('double', ndjson('doubled/'))
   * @throws stream.argument for a node that emits nothing
   */
  sink<const Name extends keyof N & string>(from: Name, ...sinks: readonly [Sink<N[Name]>, ...Sink<N[Name]>[]]): Topology<N>
  /** Stages, tasks and groupings as the engine would run them. */
  explain(on: TopologyHost): string
  /**
   * Starts it on the engine of a session. The job's `done` resolves when the spouts have ended and all tuples are worked on.
   *
   * @example
   * const job = await topology('double').spout(...).bolt(...).run(tm)
   * await job.done
   */
  run(on: TopologyHost, options?: TopologyRun): Promise<Job>
  [describe](): Description
}
/** What a topology runs on: a session. */
export interface TopologyHost {
  readonly engine: Engine
}
export interface TopologyRun {
  /**
   * Name of the job. Default: the topology's name and the time of the start, a job of its own for every run. Under a name of yours a run goes on where an
   * earlier one of that name was cut off; one that had finished has nothing more to do.
   */
  readonly name?: string
  readonly checkpoint?: Duration
  readonly from?: Savepoint
  readonly signal?: AbortSignal
}
