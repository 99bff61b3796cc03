/** The seams of the house: what an engine, a source, a sink, a transform and a relation are to everybody else. */
import type { Batch } from '../batch/index.ts'
import type { ExprNode } from '../expr/index.ts'
import type { Duration, Schema } from '../schema/index.ts'
import type { Store } from '../storage/index.ts'
import type { Clock } from '../time/index.ts'
import type { Code, HostFunction, Pool } from '../workers/index.ts'
import type { JobStatus } from '../telemetry/index.ts'
import type { Plan, SinkNode } from './nodes.ts'

export type Guarantee = 'exactly-once' | 'at-least-once'

/** A source or a sink is a description: plain options, and the module that can open it where the engine cannot. */
export interface Spec {
  readonly kind: string
  readonly options: object
  readonly code?: Code | undefined
  /** Of a sink: true when it takes rows that correct earlier ones of the same key. Default false: it only appends. */
  readonly updates?: boolean | undefined
}

/** What `embedded()` or `spark(url)` returns. */
export interface EngineSpec {
  readonly name: string
  readonly options: object
  connect(host: Host): Promise<Engine>
}
/** What the session lends to an engine. */
export interface Host {
  readonly pool: Pool
  readonly store: Store
  readonly clock: Clock
  /** Folder of the jobs: `<workspace>/jobs`. Without it no job can be started. */
  readonly jobs?: string | undefined
  readonly local?: Engine
  load(code: Code): Promise<unknown>
}

export interface Engine {
  readonly name: string
  readonly capabilities: Capabilities
  /** The columns of a typed format (Parquet); text formats give their column names, all of type string. */
  schemaOf(source: Spec, options?: RunOptions): Promise<Schema>
  /** `analyze`: the plan is run, its rows are thrown away, and what each step took is told. */
  explain(plan: Plan, options?: ExplainOptions): Promise<Explanation>
  /** Columns by position, types as the plan says. A plan that is open is learnt first; the batches' fields tell. */
  run(plan: Plan, options?: RunOptions): AsyncIterable<Batch>
  /** Puts batches where the engine can read them; dispose gives the space back. */
  stage(batches: AsyncIterable<Batch>, schema: Schema, options?: RunOptions): Promise<AsyncDisposable & { readonly plan: Plan }>
  /** The rows of a plan, run and staged without leaving the engine where it can. Without it they are run and staged. */
  cache?(plan: Plan, options?: RunOptions): Promise<AsyncDisposable & { readonly plan: Plan }>
  write(plan: Plan, sink: Spec, options?: RunOptions): Promise<WriteReport>
  /** The plan with its open parts learnt from the first rows. */
  learn(plan: Plan, options?: RunOptions): Promise<Plan>
  /** Small files of a table in a folder as fewer large ones. Engines that write no files leave it out. */
  compact?(path: string, options?: CompactOptions): Promise<CompactReport>
  /** Starts a job over streams; resolves when it runs. Engines without streams leave it out. */
  start?(plan: JobPlan, options: StartOptions): Promise<Job>
  /** What `start` would do: stages, steps, state, the guarantee of each sink. */
  explainJob?(plan: JobPlan): string
  close(): Promise<void>
}
export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Run id: progress events, temp names, remote tags. */
  readonly run?: string | undefined
  /** The run is cancelled after so long, with engine.timeout: `'30s'`. Default: no end. */
  readonly timeout?: Duration | undefined
  /**
   * So often it is tried again when it fails with an error that says `retryable` (a table that another writer changed, an address that does not answer) before a row came out:
   * after 0.2 s, then after twice as long each time, at most 30 s. Mistakes, and errors of your functions, are not tried again. Default: 0.
   */
  readonly retries?: number | undefined
  /** Told how far the run is, some times a second, and once at its end. What it throws ends the run. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined
  /** The run is kept in the workspace under this name: its plan, inputs, figures, program and rows. Default: it is not. */
  readonly keep?: string | KeepOptions | undefined
}

/** What is kept of a run. */
export interface KeepOptions {
  /** Letters, digits, `-`, `_`, `.`; runs of one name are versions of one question. */
  readonly name: string
  /** So many rows of the result are kept at most, the first ones; 0: none. Default: 1,000,000. */
  readonly rows?: number | undefined
  /** So many runs of the name stay; older ones go when one is kept. Default: 20. */
  readonly last?: number | undefined
}

/** How far a run is. */
export interface RunProgress {
  readonly run: string
  /** What is being done: `reading housing.csv`. */
  readonly label: string
  /** Rows that came out so far. */
  readonly rows: number
  /** Bytes of the input files that were read, about; undefined where it is not known. */
  readonly bytes: number | undefined
  /** Of all input files; undefined where there are none, or not all can be told. */
  readonly totalBytes: number | undefined
  /** Of the statement under way, 0 to 1; undefined where the engine does not know. */
  readonly fraction: number | undefined
  readonly elapsedMs: number
  /** From 1; more after errors that were tried again. */
  readonly attempt: number
  readonly rowsPerSecond: number
  /** Of the statement under way, from its fraction. */
  readonly secondsLeft: number | undefined
  /** Rows that functions failed on and that were left out. */
  readonly leftOut: number
  /** Memory of the whole process now. */
  readonly memoryBytes: number
  /** Functions on worker threads, in the order they began. */
  readonly steps: readonly StepProgress[]
  readonly done: boolean
}
export interface StepProgress {
  readonly step: string
  readonly rows: number
  readonly batches: number
  /** Milliseconds on threads, added up. */
  readonly ms: number
}

/** Why an engine lacks something: `notimpl` we could, `notyet` the engine should, `never`. */
export interface Missing {
  readonly missing: 'notimpl' | 'notyet' | 'never'
  readonly reason: string
}
export interface Capabilities {
  /** `beside`: not by the engine itself, but cut out, run on our workers, and staged back. */
  readonly nodes: Readonly<Record<string, 'native' | 'beside' | Missing>>
  readonly functions: Readonly<Record<string, 'native' | 'rewritten' | Missing>>
  readonly sources: Readonly<Record<string, 'native' | 'opened' | Missing>>
  readonly sinks: Readonly<Record<string, { readonly by: 'native' | 'opened'; readonly guarantee: Guarantee } | Missing>>
}
/** A step of a plan that an engine cannot do. */
export interface Gap {
  readonly step: string
  readonly at: string
  readonly advice: string
}
export interface ExplainOptions extends RunOptions {
  readonly analyze?: boolean | undefined
}
export interface Explanation {
  readonly written: string
  readonly optimised: string
  readonly engine: string
  /** What was measured, with `analyze`. */
  readonly analysis?: Analysis | undefined
  toString(): string
}
/** What a plan took when it was run. */
export interface Analysis {
  /** Rows of the result. */
  readonly rows: number
  readonly ms: number
  /** Processor time of the statements, of all threads together. */
  readonly cpuMs: number
  /** Most memory that the engine held for a statement. */
  readonly memoryBytes: number
  /** Most that it put on the disk for lack of memory. */
  readonly spilledBytes: number
  /** Read from files. */
  readonly readBytes: number
  /** Steps of the plan after the rules, last step first, as `optimised` prints them. */
  readonly steps: readonly StepAnalysis[]
}
/** What a step took. The engine may join steps and change their order: what it did not do as such has no figures of its own. */
export interface StepAnalysis {
  /** How deep it stands below the last step: branches of a join and a union are one deeper. */
  readonly depth: number
  readonly step: string
  /** The user's line. */
  readonly at: string | undefined
  /** Where it was done: operators of the engine, `workers`, `driver`, or the step that took it in. */
  readonly by: string
  /** Rows that came out of it. */
  readonly rows: number | undefined
  /** Milliseconds on threads, added up. */
  readonly ms: number | undefined
  /** Of a source: rows of its files, where the format tells, so that what was left unread is seen. */
  readonly rowsInFiles?: number | undefined
  /** Of a source: files that were read, and those there are. */
  readonly files?: { readonly read: number; readonly all: number } | undefined
  /** Of a function: batches it was called for, and rows it left out. */
  readonly batches?: number | undefined
  readonly leftOut?: number | undefined
}
export interface WriteReport {
  readonly rows: number
  readonly bytes: number
  readonly files: readonly string[]
  /** Of a folder: the version of the table that the write made. */
  readonly version?: number | undefined
}

export interface CompactOptions extends RunOptions {
  /** Bytes of a file, about. Default: 128 MiB. */
  readonly targetBytes?: number | undefined
}
export interface CompactReport {
  /** The version of the table now. */
  readonly version: number
  /** Files that were rewritten, and those they became. */
  readonly before: number
  readonly after: number
  readonly bytesBefore: number
  readonly bytesAfter: number
  readonly partitions: number
}

/** What a job runs: sinks over plans that share their steps, or a topology as the engine reads it. */
export type JobPlan =
  | { readonly kind: 'stream'; readonly sinks: readonly SinkNode[] }
  | { readonly kind: 'topology'; readonly nodes: readonly TopologyNode[] }
/** A spout (no `from`) or a bolt. `fn` makes it: a spout with `next`, or a function of a tuple. */
export interface TopologyNode {
  readonly name: string
  readonly emits: Schema
  readonly from: readonly TopologyInput[]
  readonly fn: HostFunction
  readonly parallelism: number
  /** Where the tuples it emits go besides the bolts that read them. */
  readonly sinks?: readonly Spec[] | undefined
}
export interface TopologyInput {
  readonly from: string
  readonly by: 'shuffle' | 'fields' | 'all' | 'global'
  readonly fields: readonly string[]
}
export interface StartOptions {
  readonly name: string
  /** Milliseconds between checkpoints. Default 1000. */
  readonly checkpointMs?: number | undefined
  /** Subtasks of each stage. Default: threads of the machine. */
  readonly parallelism?: number | undefined
  /** Begin from a savepoint of another job. */
  readonly from?: Savepoint | undefined
  readonly signal?: AbortSignal | undefined
}
export interface Savepoint {
  readonly path: string
}
/** A running job. */
export interface Job extends AsyncDisposable {
  readonly name: string
  /** Figures now. */
  status(): JobStatus
  /** A checkpoint that is kept, after which the job goes on. */
  savepoint(): Promise<Savepoint>
  /** Takes a last checkpoint and ends; `drain` closes all windows first. */
  stop(options?: { readonly drain?: boolean }): Promise<void>
  /** Resolves when it has ended; rejects when it failed for good. */
  readonly done: Promise<void>
}

/** Exported under the name `driver` by the module at `code.url` of a source. */
export interface SourceDriver<O = object> {
  schemaOf(options: O): Promise<Schema>
  /** Rows of the asked columns, in order. `where` or `limit` may be used to read less; the engine applies them again. */
  open(options: O, asked: Asked, signal: AbortSignal): AsyncIterable<Batch>
  partitions?(options: O): Promise<readonly string[]>
}
export interface Asked {
  readonly columns: readonly string[]
  readonly where?: ExprNode | undefined
  /** At least so many rows, if there are. Never together with `where`, as it counts rows that meet the condition. */
  readonly limit?: number | undefined
}
/** Exported under the name `sink` by the module at `code.url` of a sink. A bounded write is one epoch: nothing is seen before `commit`. */
export interface SinkDriver<O = object> {
  readonly mode: 'append' | 'update'
  readonly guarantee: Guarantee
  writer(
    options: O,
    schema: Schema,
    at: { readonly job: string; readonly generation: number; readonly subtask: number },
  ): Promise<SinkWriter>
  commit(options: O, token: Token): Promise<WriteReport>
  /** Takes back what was prepared and not committed. */
  forget(options: O, token: Token): Promise<void>
}
export interface SinkWriter {
  write(batch: Batch): Promise<void>
  /** Ends the epoch; the token is enough to commit from another process. */
  cut(epoch: number): Promise<Token>
  /** Without a cut: throws away what was written. */
  close(): Promise<void>
}
export interface Token {
  readonly sink: string
  readonly id: string
  readonly epoch: number
  readonly data: unknown
}

/**
 * A fitted thing in a plan: plain state, the columns it needs and adds. `steps` prints it as projects (each step adds columns, later steps see them);
 * without it the module at `code.url` revives it (`export function revive(state): (batch: Batch) => readonly Column[]`).
 */
export interface Transform {
  readonly kind: string
  readonly state: object
  readonly needs: Schema
  readonly adds: Schema
  steps?(): readonly Readonly<Record<string, ExprNode>>[]
  readonly code: Code
}
/** A mergeable summary: memory, workers, windows and engines all drive it the same way. */
export interface Statistic<S, R> {
  init(): S
  update(state: S, batch: Batch): S
  merge(a: S, b: S): S
  finish(state: S): R
  encode(state: S): Uint8Array
  decode(bytes: Uint8Array): S
}
/** Rewrites a plan into one that means the same. */
export interface Rule {
  readonly name: string
  apply(plan: Plan): Plan
}

// What rooms below the builders see of a table or a stream ------------------------------------------------------------------

/**
 * The type-level name of a builder. `ml` and `quality` give back "the same kind of thing with other columns" without importing `dataset`
 * or `stream`: `Of<B, Row>` is Dataset<Row> for a dataset and Stream<Row> for a stream.
 */
export interface Builder {
  readonly row: unknown
  readonly of: Relation<unknown>
}
export type Of<B extends Builder, R> = (B & { readonly row: R })['of']

export interface Relation<out R, B extends Builder = Builder> {
  readonly plan: Plan
  readonly engine: Engine
  /** Threads that may help with work over the rows, as learning; without, all is done on the thread that asks. */
  readonly pool?: Pool | undefined
  readonly schema: Schema
  readonly '~row': R
  readonly '~builder': B
  /** The same kind of thing over another plan. */
  derive<R2>(plan: Plan): Of<B, R2>
}
export type RowOf<D> = D extends { readonly '~row': infer R } ? R : never
export type BuilderOf<D> = D extends { readonly '~builder': infer B extends Builder } ? B : never

/** The typed face of a source description. `~row` exists for the compiler only. */
export interface Source<out R> extends Spec {
  readonly '~row'?: R
}
/** A sink for rows of at least In. `Mode` is what it takes: `append` rows are final, an `update` row may correct an earlier one of its key. */
export interface Sink<in In, in Mode extends 'append' | 'update' = 'append'> extends Spec {
  readonly '~in'?: (row: In) => void
  readonly '~mode'?: (changes: Mode) => void
}
/** The typed face of a transform: it needs the columns of In and adds those of Adds. */
export interface TypedTransform<in In, out Adds> extends Transform {
  readonly '~in'?: (row: In) => void
  readonly '~adds'?: Adds
}
