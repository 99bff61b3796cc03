/**
 * The seams of the stream runtime. A job is a graph of stages as plain data (`Graph`), which travels to the threads; every part that has state takes its
 * clock and disk from outside, so that the simulator (`test/simulate`) drives this very code.
 *
 * The rules R1-R16 that comments name, and why each is as it is: docs/decisions/0013-stream-protocol.md.
 */
import type { Batch } from '../../../batch/index.ts'
import type { ExprNode } from '../../../expr/index.ts'
import type { Guarantee, Named } from '../../../plan/index.ts'
import type { Schema } from '../../../schema/index.ts'
import type { Clock } from '../../../time/index.ts'
import type { Code, HostFunction } from '../../../workers/index.ts'

// Input and output ------------------------------------------------------------------------------------------------------------

/**
 * Work that touches the outside, in steps. Each `yield` is a point where the process may die or something else may run; what is yielded is waited for and
 * given back. `drive` runs it; the simulator steps it.
 */
export type Io<T> = Generator<PromiseLike<unknown> | undefined, T, unknown>

/** Files of one job or sink, by absolute path. Errors carry node's `code` (`ENOSPC`, `EIO`, `EEXIST`, `ENOENT`). */
export interface Disk {
  /** Makes the file when there is none. */
  append(path: string, bytes: Uint8Array): Io<void>
  fsync(path: string): Io<void>
  fsyncFolder(path: string): Io<void>
  makeFolder(path: string): Io<void>
  /** A second name for a file. @throws EEXIST when the name is taken */
  link(from: string, to: string): Io<void>
  rename(from: string, to: string): Io<void>
  /** No error when there is none. */
  remove(path: string): Io<void>
  exists(path: string): Io<boolean>
  size(path: string): Io<number>
  /** Bytes `from` up to `to`; fewer when the file ends before. */
  read(path: string, from?: number, to?: number): Io<Uint8Array>
  /** Names (not paths) in a folder, sorted; none when there is no folder. */
  list(folder: string): Io<readonly string[]>
}

// Time ------------------------------------------------------------------------------------------------------------------------

/** Event time: microseconds since 1970 as a number. Before all and after all; JSON knows no Infinity. */
export const beginning: number = Number.MIN_SAFE_INTEGER
export const forever: number = Number.MAX_SAFE_INTEGER
/** The hidden column (type timestamp, never NULL) that carries the event time of each row through every step; `windowEnd` after a window. */
export const timeColumn = '\u0000time'

// The graph -------------------------------------------------------------------------------------------------------------------

export const keyGroups = 256

/** A job as plain, cloneable data. Stages in an order where inputs come first. */
export interface Graph {
  readonly name: string
  readonly stages: readonly Stage[]
  /** sha256 of what the plan computes, a dot, sha256 of that and of where it writes; a changed plan is refused on old state. */
  readonly planHash: string
}
export interface Stage {
  readonly index: number
  /** Where its rows come from; none for a stage with a source. */
  readonly inputs: readonly Exchange[]
  readonly source?: SourceStep | undefined
  readonly steps: readonly Step[]
  readonly sinks: readonly SinkStep[]
  readonly parallelism: number
}
export interface Exchange {
  readonly from: number
  readonly by: /** Rows of equal keys go to the owner of their key group. */
    | { readonly kind: 'key'; readonly keys: readonly Named[] }
    /** In turn. */
    | { readonly kind: 'shuffle' }
    /** To every subtask. */
    | { readonly kind: 'all' }
    /** To subtask 0. */
    | { readonly kind: 'global' }
    /** Rows of subtask i go whole to subtask i mod the width of the stage: where a stream is read twice. */
    | { readonly kind: 'forward' }
  /** A copy of some columns only; default all. */
}
/** What every step says of itself: `id` names its state and is unique in the graph; the user's name, else made of the step and its place. */
export interface StepBase {
  readonly id: string
  /** For people: `filter price > 100`. */
  readonly label: string
  /** Output columns, without hidden ones. */
  readonly fields: Schema
}
export interface SourceStep extends StepBase {
  readonly kind: 'source'
  /** `follow` (NDJSON files that grow), `replay` (rows of a table), `generate`, `spout`. */
  readonly source: string
  /** Plain data of the source kind, see `sources/`. */
  readonly options: object
  readonly fn?: HostFunction | undefined
  readonly time?: { readonly column: string; readonly latenessMs: number; readonly idleMs: number } | undefined
  /** True when the source ends by itself. */
  readonly bounded: boolean
  /** What a broken record does: end the job (`stream.broken-record`, not tried again), be counted and left out, or be a dead letter. */
  readonly onBroken: OnError['otherwise']
}
export type Step = FilterStep | ProjectStep | ExplodeStep | MapStep | TransformStep | WindowStep | RunningStep | ProcessStep | BoltStep
export interface FilterStep extends StepBase {
  readonly kind: 'filter'
  readonly where: ExprNode
}
/** The hidden time column goes through by itself. */
export interface ProjectStep extends StepBase {
  readonly kind: 'project'
  readonly columns: readonly Named[]
  readonly notNull?: readonly string[] | undefined
}
export interface ExplodeStep extends StepBase {
  readonly kind: 'explode'
  readonly column: string
  readonly also?: readonly string[] | undefined
  readonly outer?: true | undefined
}
/** A function of the user, called in order, on this thread. A promise is an error: stream.async-function. */
export interface MapStep extends StepBase {
  readonly kind: 'map'
  readonly mode: 'each' | 'many' | 'batch'
  readonly fn: HostFunction
  readonly onError: OnError
}
/** A model that cannot be expressions: the module at `code.url` revives it (`Transform` of the plan). */
export interface TransformStep extends StepBase {
  readonly kind: 'transform'
  readonly state: object
  readonly code: Code
  readonly adds: Schema
}
/** Keys, windowStart, windowEnd, aggregates. Reads an exchange by the same keys. */
export interface WindowStep extends StepBase {
  readonly kind: 'window'
  readonly keys: readonly Named[]
  readonly aggs: readonly Named[]
  readonly input: Schema
  readonly size: number
  readonly offset: number
  /** How long a closed window still takes rows, firing again; microseconds, as `size` and `offset`. */
  readonly allowed: number
}
/** Running totals per key: one row per key and input batch, in place of the key's earlier row. */
export interface RunningStep extends StepBase {
  readonly kind: 'running'
  readonly keys: readonly Named[]
  readonly aggs: readonly Named[]
  readonly input: Schema
  readonly ttl: number
}
/** The user's own state per key. */
export interface ProcessStep extends StepBase {
  readonly kind: 'process'
  readonly keys: readonly Named[]
  readonly input: Schema
  /** Module whose export `fn` is `{ state(), event(row, context), timer?(context) }` made by a function without arguments (called with `with`). */
  readonly fn: HostFunction
  readonly ttl: number
  readonly onError: OnError
}
/** `fn` makes the bolt: `() => (tuple, out) => void`. */
export interface BoltStep extends StepBase {
  readonly kind: 'bolt'
  readonly input: Schema
  readonly fn: HostFunction
  readonly onError: OnError
}
/** What happens when a function of the user throws: the row is tried again `retries` times, its changes of state undone, then ... (R7) */
export interface OnError {
  readonly retries: number
  readonly otherwise: 'fail' | 'skip' | 'dead-letter'
}
/** `rows`: the output of the last step. `late`: rows that came after their window was closed. `dead`: dead letters, of `deadLetterFields`. */
export type Outlet = 'rows' | 'late' | 'dead'
export interface SinkStep extends StepBase {
  readonly kind: 'sink'
  readonly on: Outlet
  /** `file`, `webhook`, `console`, `collect`. */
  readonly sink: string
  readonly options: object
  readonly guarantee: Guarantee
}

// Rows on their way ------------------------------------------------------------------------------------------------------------

/** `born`: wall clock in ms when the oldest of these rows was read: what latency is counted from. */
export interface Rows {
  readonly batch: Batch
  /** Of rows that came through an exchange by key: murmur3 of each row's canonical key bytes; its key group is `hash >>> 0 % keyGroups`. */
  readonly hashes?: Int32Array | undefined
  readonly born: number
}
export type Message =
  | ({ readonly kind: 'rows' } & Rows)
  | { readonly kind: 'watermark'; readonly at: number | 'idle'; readonly born: number }
  | { readonly kind: 'barrier'; readonly epoch: number; readonly stop: boolean }
  | { readonly kind: 'end' }

/** Why a record or a row was put aside. */
export interface DeadLetter {
  readonly payload: Uint8Array
  readonly error: string
  readonly step: string
  /** `file.ndjson:1234` (byte), `key`, ... */
  readonly position: string
}
/** Columns of a dead letter: payload (bytes), error, step, position (string). */
export const deadLetterFields: Schema = Object.freeze([
  { name: 'payload', type: 'bytes', nullable: false },
  { name: 'error', type: 'string', nullable: false },
  { name: 'step', type: 'string', nullable: false },
  { name: 'position', type: 'string', nullable: false },
]) as Schema

// Operators --------------------------------------------------------------------------------------------------------------------

/** Where an operator puts what it makes. */
export interface Emit {
  rows(rows: Rows): void
  late(rows: Rows): void
  dead(letters: readonly DeadLetter[]): void
  /** So many rows were given up by a policy that skips: they are counted only. */
  skipped?(rows: number): void
}
/** One step of a stage in one subtask. Synchronous; throws only for faults that end the attempt. */
export interface Operator {
  readonly id: string
  process(rows: Rows, emit: Emit): void
  /** Fires what is due, some at a time; true while there is more. `watermark(group)`: effective watermark of a key group (R5). */
  advance?(watermark: (group: number) => number, emit: Emit, born: number): boolean
  /** The effective watermark, before rows are processed: told whenever it changes. */
  see?(watermark: (group: number) => number): void
  /** State records that changed since the last call, deletions too; then nothing counts as changed. */
  changes?(): readonly StateRecord[]
  /** All state, as records. */
  image?(): readonly StateRecord[]
  /** Takes a record back; a later record of the same key replaces an earlier one. */
  restore?(record: StateRecord): void
  /** Keys held, bytes about. */
  size?(): { readonly keys: number; readonly bytes: number }
}
/** `bytes` are the operator's own format, versioned by it. `group`: the key group it belongs to. */
export interface StateRecord {
  readonly group: number
  readonly bytes: Uint8Array
}
/** What a subtask lends to its operators when they are made. */
export interface OperatorContext {
  readonly clock: Clock
  /** Modules of functions and transforms were loaded before: the maker is asked synchronously. */
  readonly functions: ReadonlyMap<string, unknown>
  /** Loaded `revive` modules by code.url + '#' + code.export. */
  readonly modules: ReadonlyMap<string, unknown>
}

// Sources ----------------------------------------------------------------------------------------------------------------------

export interface SourceReader {
  /** Partitions this subtask reads, found so far; asked again every second. */
  partitions(): readonly string[]
  /** Never waits. `from`: where to go on, 0 at the beginning. `most`: rows. */
  poll(partition: string, from: number, most: number): Poll
  close(): void
}
export type Poll =
  /** `next` > from. A poll may give dead letters and no row. `behind`: how much is left to read as far as known (rows or bytes / average), for lag. */
  | { readonly kind: 'rows'; readonly batch: Batch; readonly next: number; readonly dead: readonly DeadLetter[]; readonly behind: number }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ended' }
/** Which partitions are a subtask's: the `index`-th of `width`, of the sorted list at the start; found later: by hash of the name. */
export interface SourceShare {
  readonly index: number
  readonly width: number
  readonly initial: readonly string[]
}

// Sinks ------------------------------------------------------------------------------------------------------------------------

/** A promise of rows that are durable and not yet seen. Enough to commit from another process. */
export interface StreamToken {
  /** Id of the sink step. */
  readonly sink: string
  readonly id: string
  readonly epoch: number
  readonly rows: number
  readonly data: unknown
}
export interface StreamSink {
  readonly guarantee: Guarantee
  writer(at: { readonly generation: number; readonly stage: number; readonly subtask: number }): StreamSinkWriter
  /** Idempotent. @throws stream.transaction-lost for what is neither prepared nor committed; stream.sink-unavailable to be tried again */
  commit(token: StreamToken): Io<void>
  /** Drops what generations before `generation` prepared and no manifest lists. */
  abortOrphans(generation: number, listed: ReadonlySet<string>): Io<void>
  /** Frees what `commit` needed; called once no kept manifest lists the token. */
  forget(token: StreamToken): Io<void>
  /** The newest epoch with a visible row, 0 when there is none. */
  committedEpoch(): Io<number>
}
export interface StreamSinkWriter {
  write(rows: Rows): void
  /** Asked after a write: work that frees memory held for this epoch, to be driven in the background before the work of the next cut; none most of the time. */
  flush?(): Io<void> | undefined
  /** Ends the rows of this epoch now, at the call; the returned work makes them durable. Undefined when there were none. */
  cut(epoch: number): Io<StreamToken | undefined>
  close(): void
}

// Checkpoints ------------------------------------------------------------------------------------------------------------------

export interface Position {
  readonly next: number
  /** Highest event time read. */
  readonly highest: number
}
/** Bytes `from` to `to` of a state file; records of key groups `low` to `high` count. */
export interface FileRef {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly low: number
  readonly high: number
}
/** State of the key groups low..high of a stage; `watermarks` by group from `low`. */
export interface StateRef {
  readonly stage: number
  readonly low: number
  readonly high: number
  readonly watermarks: readonly number[]
  readonly files: readonly FileRef[]
}
export interface Manifest {
  readonly format: 1
  readonly job: string
  readonly seq: number
  readonly generation: number
  readonly epoch: number
  readonly kind: 'takeover' | 'checkpoint' | 'savepoint' | 'final'
  readonly complete: boolean
  readonly planHash: string
  readonly keyGroups: number
  /** By stage and partition: `0/readings.ndjson`. */
  readonly positions: Readonly<Record<string, Position>>
  readonly states: readonly StateRef[]
  readonly tokens: readonly StreamToken[]
  /** Wall clock, for people. */
  readonly at: number
  /** Path of the manifest of the savepoint that the job began from; only until its first own checkpoint. */
  readonly from?: string | undefined
}
/** From a subtask to the coordinator. */
export type Report = { readonly generation: number; readonly from: string } & (
  | {
      readonly kind: 'acknowledge'
      readonly epoch: number
      readonly positions?: Readonly<Record<string, Position>> | undefined
      readonly state?: StateRef | undefined
      readonly tokens: readonly StreamToken[]
    }
  | { readonly kind: 'decline'; readonly epoch: number; readonly why: string }
  | { readonly kind: 'ended' }
)

// Figures ----------------------------------------------------------------------------------------------------------------------

export type { SubtaskFigures } from '../../../telemetry/index.ts'
