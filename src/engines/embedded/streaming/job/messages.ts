/** What travels between the thread that watches a job and the threads that run it. */
import type { MessagePort } from 'node:worker_threads'
import type { WireError } from '../../../../workers/index.ts'
import type { Graph, Manifest, Report, SubtaskFigures } from '../seams.ts'

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly graph: Graph
  /** Id of the job, in its files. */
  readonly job: string
  /** Folder of the job, where sinks keep what they promise. */
  readonly home: string
  /** Folder of the checkpoints. */
  readonly folder: string
  /** Folder of the state files that `base` names, where it is another. */
  readonly baseFolder: string | undefined
  readonly generation: number
  /** Where to go on from. */
  readonly base: Manifest
  /** Subtask i of a stage runs on thread i mod `threads`. */
  readonly thread: number
  readonly threads: number
  /** By thread: the way there; none to itself. */
  readonly links: readonly (MessagePort | undefined)[]
  /** By stage with a source: its partitions when the attempt began. */
  readonly partitions: Readonly<Record<number, readonly string[]>>
}

export type ToThread =
  | { readonly kind: 'request'; readonly epoch: number; readonly stop: boolean }
  | { readonly kind: 'drain' }
  | { readonly kind: 'completed'; readonly epoch: number }
  | { readonly kind: 'close' }

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'figures'; readonly figures: readonly SubtaskFigures[] }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'closed' }
