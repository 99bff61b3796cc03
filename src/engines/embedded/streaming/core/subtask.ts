/** What source and work subtasks share: the cut, the background writing, figures. */
import { TidemillError } from '../../../../errors/index.ts'
import type { Clock } from '../../../../time/index.ts'
import { encodeBlocks, type OperatorRecords } from '../files/index.ts'
import { rangeOf } from '../operators/index.ts'
import {
  beginning,
  type Disk,
  type FileRef,
  type Graph,
  type Io,
  keyGroups,
  type Manifest,
  type Operator,
  type OperatorContext,
  type Position,
  type Report,
  type SourceReader,
  type StateRecord,
  type StateRef,
  type StreamSink,
  type StreamSinkWriter,
  type StreamToken,
  type SubtaskFigures,
} from '../seams.ts'
import { Chain } from './chain.ts'
import type { Receiver, Sending } from './channel.ts'
import { routesOf, subtaskName } from './layout.ts'
import { diskCode, isDiskError, StateFiles, type StateSizes } from './state-files.ts'

/** Where a subtask stands: what it reads, writes and reports to. */
export interface SubtaskPlace {
  readonly graph: Graph
  readonly job: string
  /** Folder of manifests and state files. */
  readonly folder: string
  readonly stage: number
  readonly index: number
  readonly generation: number
  readonly base: Manifest
  /** Folder of the state files that `base` names; default `folder`. */
  readonly baseFolder?: string | undefined
  readonly disk: Disk
  readonly clock: Clock
  readonly context: OperatorContext
  /** For every exchange of the stage in order, for every subtask above in order. */
  readonly inputs: readonly Receiver[]
  /** For every route of `routesOf` in order, for every subtask below in order. */
  readonly outputs: readonly (readonly Sending[])[]
  readonly reader?: SourceReader | undefined
  /** By id of the sink step. */
  readonly sinks: ReadonlyMap<string, StreamSink>
  report(report: Report): void
  readonly options?: SubtaskOptions | undefined
}
export interface SubtaskOptions {
  /** Rows of a poll at most. Default 4096. */
  readonly batchRows?: number | undefined
  /** Whether a cut brings an image. Default: when the log is larger than 4 MiB and twice the image, or the state lies in more than 16 files. */
  readonly imageDue?: ((sizes: StateSizes) => boolean) | undefined
  /** Which of several inputs is read next. Default: in turn. */
  readonly choose?: ((count: number) => number) | undefined
}

/** Background work in order: what `take` gives is driven to its end before it is asked again; undefined while there is none. An error ends the attempt. */
export interface Lane {
  take(): Io<void> | undefined
}

interface Cut {
  readonly epoch: number
  readonly positions: Readonly<Record<string, Position>> | undefined
  readonly changes: readonly Uint8Array[]
  readonly image: readonly Uint8Array[] | undefined
  readonly watermarks: readonly number[] | undefined
  readonly prepares: readonly Io<StreamToken | undefined>[]
}

const defaultImageDue = ({ logBytes, imageBytes, files }: StateSizes): boolean =>
  files > 16 || (logBytes > 4 << 20 && logBytes > 2 * imageBytes)

/** A subtask never waits: without credits it is parked, and its thread runs another one (R1). */
export abstract class Subtask {
  readonly name: string
  readonly lanes: readonly Lane[]
  protected readonly place: SubtaskPlace
  protected readonly chain: Chain
  /** Highest watermark seen, over the inputs or partitions. */
  protected watermark: number = beginning
  protected idle = false
  protected busyMs = 0
  protected parkedMs = 0
  #pauseMs = 0
  readonly #operators: readonly Operator[]
  readonly #writers: readonly StreamSinkWriter[]
  readonly #range: { readonly low: number; readonly high: number }
  /** Watermarks of the key groups as they were restored (R5). */
  readonly #floors: Float64Array
  readonly #stateful: boolean
  readonly #state: StateFiles
  readonly #background: Io<void>[] = []
  #prepared: readonly StreamToken[] = []
  #parkedSince: number | undefined

  constructor(place: SubtaskPlace, { operators, files, floors }: Restored) {
    const { graph, stage: number, index, generation, sinks } = place
    const stage = graph.stages[number]
    if (stage === undefined) throw new TidemillError('engine.internal', `no stage ${number} in a graph of ${graph.stages.length}`)
    this.name = subtaskName(generation, number, index)
    this.place = place
    this.#operators = operators
    this.#stateful = operators.some(({ changes }) => changes !== undefined)
    this.#range = rangeOf(index, stage.parallelism)
    this.#floors = floors
    this.#state = new StateFiles(
      { disk: place.disk, folder: place.folder, job: place.job, owner: this.name, ...this.#range },
      place.baseFolder === undefined ? files : undefined,
    )
    this.#writers = stage.sinks.map(({ id }) => {
      const sink = sinks.get(id)
      if (sink === undefined) throw new TidemillError('engine.internal', `no sink for step ${id}`)
      return sink.writer({ generation, stage: number, subtask: index })
    })
    const flush = (writer: StreamSinkWriter): void => {
      const work = writer.flush?.()
      if (work !== undefined) this.#background.push(work)
    }
    const routes = routesOf(graph, number)
    this.chain = new Chain({ stage, index, operators, routes, outputs: place.outputs, writers: this.#writers, clock: place.clock, flush })
    this.lanes = [{ take: () => this.#background.shift() }, { take: () => this.#state.writeImage() }]
    this.chain.see(this.effective)
  }

  /** True while output waits for credits. */
  get parked(): boolean {
    return this.chain.parked
  }

  /** Does some work, at most `budget` batches or slices; false when there was nothing to do. Never waits. */
  step(budget = 1): boolean {
    const { clock } = this.place
    const begun = clock.monotonic()
    if (this.#parkedSince !== undefined) this.parkedMs += begun - this.#parkedSince
    this.#parkedSince = undefined
    let done = false
    for (let left = budget; left > 0 && this.work(); left--) done = true
    const ended = clock.monotonic()
    if (done) this.busyMs += ended - begun
    if (this.parked) this.#parkedSince = ended
    return done
  }

  /** The coordinator has a manifest with this epoch: its tokens need not be told again (R11). */
  completed(epoch: number): void {
    this.#prepared = this.#prepared.filter(token => token.epoch > epoch)
  }

  /** Gives back what it holds; what was prepared stays (R14). */
  close(): void {
    for (const writer of this.#writers) writer.close()
    this.place.reader?.close()
  }

  figures(): SubtaskFigures {
    const { stage, index } = this.place
    const sizes = this.#operators.map(operator => operator.size?.() ?? { keys: 0, bytes: 0 })
    return {
      stage,
      subtask: index,
      steps: { ...this.sourceCounts(), ...this.chain.counts() },
      late: this.chain.late,
      dead: this.chain.deadLetters,
      busyMs: this.busyMs,
      parkedMs: this.parkedMs,
      pauseMs: this.#pauseMs,
      watermark: this.idle ? 'idle' : this.watermark,
      lag: this.lag(),
      stateKeys: sizes.reduce((sum, { keys }) => sum + keys, 0),
      stateBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      latency: [...this.chain.latency],
    }
  }

  /** One batch, message or slice; false when there is nothing to do or no room for what it would give. */
  protected abstract work(): boolean
  protected sourceCounts(): SubtaskFigures['steps'] {
    return {}
  }
  protected lag(): number {
    return 0
  }

  /** The watermark of a key group (R5). */
  protected readonly effective = (group: number): number => Math.max(this.watermark, this.#floors[group] as number)

  /** Nobody reads this stage: when all its subtasks have ended the job has. */
  protected tellEnd(): void {
    this.chain.broadcast({ kind: 'end' })
    if (this.place.outputs.length === 0) this.#report({ kind: 'ended' })
  }

  /** Everything of an epoch, taken between two rows: state, watermarks, the rows of the sinks (R3); then the barrier goes on. */
  protected cut(epoch: number, stop: boolean, positions?: Readonly<Record<string, Position>>): void {
    const begun = this.place.clock.monotonic()
    const state = this.#stateful ? this.#cutState() : { changes: [], image: undefined, watermarks: undefined }
    const prepares = this.#writers.map(writer => writer.cut(epoch))
    this.#background.push(this.#write({ epoch, positions, prepares, ...state }))
    this.chain.broadcast({ kind: 'barrier', epoch, stop })
    this.#pauseMs = Math.max(this.#pauseMs, this.place.clock.monotonic() - begun)
  }

  #cutState(): Pick<Cut, 'changes' | 'image' | 'watermarks'> {
    const { low, high } = this.#range
    const due = this.place.options?.imageDue ?? defaultImageDue
    const full = this.#state.broken || (!this.#state.imagePending && due(this.#state.sizes))
    const records = (of: (operator: Operator) => readonly StateRecord[] | undefined): readonly Uint8Array[] =>
      encodeBlocks(this.#operators.map((operator): OperatorRecords => ({ operator: operator.id, records: of(operator) ?? [] })))
    const changes = records(operator => operator.changes?.())
    const image = full ? records(operator => operator.image?.()) : undefined
    const watermarks = Array.from({ length: Math.max(0, high - low + 1) }, (_, at) => this.effective(low + at))
    return { changes, image, watermarks }
  }

  *#write({ epoch, positions, changes, image, watermarks, prepares }: Cut): Io<void> {
    for (const prepare of prepares) {
      const token = yield* prepare
      if (token !== undefined) this.#prepared = [...this.#prepared, token]
    }
    // Also those of epochs that were declined: somebody must list them.
    const tokens = this.#prepared
    try {
      // Without state there is nothing to be whole, also where it begins at a savepoint of another job.
      if (watermarks !== undefined) yield* this.#state.write({ epoch, changes, image })
    } catch (error) {
      const declined = isDiskError(error) || (error instanceof TidemillError && error.code === 'stream.checkpoint-failed')
      if (!declined) throw error
      this.#report({ kind: 'decline', epoch, why: `${this.name}: ${reasonOf(error)}` })
      return
    }
    const state: StateRef | undefined =
      watermarks === undefined ? undefined : { stage: this.place.stage, ...this.#range, watermarks, files: this.#state.files }
    this.#report({ kind: 'acknowledge', epoch, positions, state, tokens })
  }

  #report(report: ReportContent): void {
    this.place.report({ generation: this.place.generation, from: this.name, ...report })
  }
}
type ReportContent = Report extends infer R ? (R extends Report ? Omit<R, 'generation' | 'from'> : never) : never

/** State as it was found: operators that took it back, the files it lies in, the watermark of each key group. */
export interface Restored {
  readonly operators: readonly Operator[]
  readonly files: readonly FileRef[]
  readonly floors: Float64Array
}

/** The files that hold the key groups `low` to `high`, whatever the parallelism was when they were written. */
export function filesFor(states: readonly StateRef[], low: number, high: number): readonly FileRef[] {
  return states
    .flatMap(({ files }) => files.map(file => ({ ...file, low: Math.max(low, file.low), high: Math.min(high, file.high) })))
    .filter(file => file.low <= file.high)
}

/** Stored watermarks by key group. */
export function floorsOf(states: readonly StateRef[]): Float64Array {
  const floors = new Float64Array(keyGroups).fill(beginning)
  for (const { low, watermarks } of states) for (const [at, watermark] of watermarks.entries()) floors[low + at] = watermark
  return floors
}

/** Errors of the system begin with their code, others do not. */
function reasonOf(error: unknown): string {
  const { message } = error as Error
  const code = diskCode(error)
  return code === undefined || message.startsWith(code) ? message : `${code} ${message}`
}
