/** What a deliberate mistake may take hold of. A mistake is a wrapper of a seam, so the code under test stays as it is. */
import type { Channel, SubtaskPlace } from '../../src/engines/embedded/streaming/core/index.ts'
import type { Disk, Graph, Io, Manifest, Report, SinkStep, StreamSink } from '../../src/engines/embedded/streaming/seams.ts'
import type { Clock } from '../../src/time/index.ts'
import type { Servers } from './servers.ts'

/** One attempt as mistakes see it. */
export interface Surroundings {
  readonly folder: string
  readonly out: string
  readonly servers: Servers
  readonly sinks: ReadonlyMap<string, StreamSink>
  readonly disk: Disk
  /** Positions that the source may forget. */
  acknowledge(positions: Readonly<Record<string, { readonly next: number }>>): void
  /** Ends the attempt as finished. */
  finish(): void
  /** Names of the subtasks that nobody reads. */
  readonly last: readonly string[]
  /** What the coordinator asked for last. */
  readonly asked: { epoch: number; generation: number }
  /** Notes of the mistake itself, for the time of the attempt. */
  readonly notes: Map<string, unknown>
}

export interface Mutation {
  readonly about: string
  /** Costs latency or repeats in at-least-once sinks, but breaks no invariant. */
  readonly harmless?: true
  disk?(disk: Disk, at: Pick<Surroundings, 'folder' | 'out'>): Disk
  sink?(sink: StreamSink, step: SinkStep, at: Pick<Surroundings, 'servers' | 'notes'>): StreamSink
  channel?(credits: number | undefined, to: string, at: Surroundings): Channel
  manifest?(manifest: Manifest, at: Surroundings): Io<Manifest>
  report?(report: Report, deliver: (report: Report) => void, at: Surroundings): void
  request?(epoch: number, stop: boolean, ask: (epoch: number, stop: boolean) => void): void
  place?(place: SubtaskPlace): SubtaskPlace
  clock?(clock: Clock, wall: () => number): Clock
  graph?(graph: Graph): Graph
  /** A subtask without credits holds its thread. */
  readonly blocking?: true
  /** The function's changes of state stay when it throws. */
  readonly keepsState?: true
  /** The receiver does not look at keys. */
  readonly forgets?: true
}
