import type { Clock, Scheduler } from '../../../../time/index.ts'
import type { Disk, Graph, Io, Manifest, Position, Report, StreamSink } from '../seams.ts'

/** Where the subtasks of a job run: on threads, or on this one. */
export interface Runner {
  /** Builds all subtasks from this manifest. `baseFolder`: where the state files lie that it names, when not in the job's own folder. */
  start(base: Manifest, generation: number, baseFolder?: string): Io<void>
  /** To all subtasks of stages with a source. */
  request(epoch: number, stop: boolean): void
  drain(): void
  /** To all subtasks. */
  completed(epoch: number): void
  /** No restore will need what lies before these positions. */
  released?(positions: Readonly<Record<string, Position>>): void
}

export interface CoordinatorOptions {
  readonly graph: Graph
  readonly job: string
  /** Folder of manifests and state files. */
  readonly folder: string
  /** Of this process and attempt, unlike any other: what drafts are called by. */
  readonly id: string
  readonly disk: Disk
  readonly clock: Clock
  /** Sleeps between events; without one the coordinator yields nothing to wait for. */
  readonly scheduler?: Scheduler | undefined
  /** By id of the sink step. */
  readonly sinks: ReadonlyMap<string, StreamSink>
  readonly runner: Runner
  /** Default 1000. */
  readonly checkpointMs?: number | undefined
  /** Until a checkpoint is given up, and the job goes on without. Default 60,000. */
  readonly timeoutMs?: number | undefined
  /** Path of the manifest of a savepoint to begin from, when the job has not done anything yet. */
  readonly from?: string | undefined
  readonly hear?: CoordinatorHears | undefined
  /** For tests that must see the protocol broken: what is written in place of a manifest. */
  readonly hooks?: { manifest(manifest: Manifest): Io<Manifest> } | undefined
}
export interface CoordinatorHears {
  /** `ms` from the request to the durable manifest; `bytes` of state written for it. */
  checkpoint?(done: {
    readonly seq: number
    readonly epoch: number
    readonly kind: Manifest['kind']
    readonly ms: number
    readonly bytes: number
  }): void
  failed?(epoch: number, why: string): void
  /** The manifest this attempt goes on from; `damaged`: newer ones that cannot be read. */
  recovered?(from: { readonly seq: number; readonly epoch: number; readonly damaged: readonly number[] }): void
  /** A sink does not take what was promised; it is tried again. */
  refused?(sink: string, error: unknown): void
  /** A sink that had refused takes rows again. */
  accepted?(sink: string): void
}

export interface Coordinator {
  /**
   * Takes the job over, starts its subtasks, takes checkpoints until it has ended.
   *
   * @throws stream.fenced when another process took the job over; stream.checkpoint-corrupt; stream.changed-plan; what ends the attempt
   */
  run(): Io<'finished' | 'stopped'>
  /** True while it waits for a report or for time to pass. */
  readonly resting: boolean
  report(report: Report): void
  /** One more checkpoint, then the end, also when a sink takes nothing: the next attempt owes it. `drain` closes all windows first and the job is then finished. */
  stop(options?: { readonly drain?: boolean }): void
  /** Path of the manifest of a checkpoint that is kept. */
  savepoint(): Promise<string>
}
