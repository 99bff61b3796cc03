import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { TidemillError } from '../../../../errors/index.ts'
import type { Clock, Scheduler } from '../../../../time/index.ts'
import { coordinate, type Coordinator, type CoordinatorHears, type Runner } from '../core/index.ts'
import { drive, localDisk } from '../disk/index.ts'
import type { Disk, Graph, Io, StreamSink, SubtaskFigures } from '../seams.ts'
import { partitionsOf } from '../sources/index.ts'
import { type JobThreads, startThreads } from './job-threads.ts'
import { openSinks } from './open-sinks.ts'

export interface AttemptSettings {
  readonly graph: Graph
  /** Id of the job. */
  readonly job: string
  /** Folder of the job. */
  readonly home: string
  readonly threads: number
  readonly memoryMb?: number | undefined
  readonly checkpointMs: number
  /** Manifest of a savepoint to begin from. */
  readonly from?: string | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Of the coordinator. Default: this machine's. */
  readonly disk?: Disk | undefined
  readonly hear: CoordinatorHears & {
    /** The subtasks run. */
    running(): void
    figures(figures: readonly SubtaskFigures[]): void
  }
}
/** One life of a job: threads, subtasks and the coordinator, under one generation. */
export interface Attempt {
  /** @throws what ended it */
  readonly ended: Promise<'finished' | 'stopped'>
  readonly coordinator: Coordinator
  /** See `JobThreads`. */
  silence(): { readonly thread: number; readonly ms: number }
  /** Ends it by an error. */
  giveUp(error: TidemillError): void
}

/** Starts an attempt. It takes the job over from any earlier one, wherever that may run. */
export async function beginAttempt(settings: AttemptSettings): Promise<Attempt> {
  const { graph, job, home, clock, scheduler, hear } = settings
  const disk = settings.disk ?? localDisk()
  const folder = join(home, 'checkpoints')
  const sinks: ReadonlyMap<string, StreamSink> = await openSinks(graph, { job, folder: home, disk, scheduler })
  const end = new AbortController()
  let threads: JobThreads | undefined
  const fail = (error: TidemillError): void => {
    end.abort(error)
    // It sleeps between events.
    coordinator.stop()
  }
  const runner: Runner = {
    *start(base, generation, baseFolder): Io<void> {
      const partitions = (yield partitionsByStage(graph)) as Readonly<Record<number, readonly string[]>>
      threads = startThreads(
        { graph, job, home, folder, baseFolder, generation, base, partitions },
        { threads: settings.threads, memoryMb: settings.memoryMb, scheduler, clock },
        { opened: hear.running, report: report => coordinator.report(report), figures: hear.figures, failed: fail },
      )
      yield threads.ready
    },
    request: (epoch, stop) => threads?.tell({ kind: 'request', epoch, stop }),
    drain: () => threads?.tell({ kind: 'drain' }),
    completed: epoch => threads?.tell({ kind: 'completed', epoch }),
  }
  const coordinator: Coordinator = coordinate({
    graph,
    job,
    folder,
    id: randomUUID(),
    disk,
    clock,
    scheduler,
    sinks,
    runner,
    checkpointMs: settings.checkpointMs,
    from: settings.from,
    hear,
  })
  const run = async (): Promise<'finished' | 'stopped'> => {
    try {
      return await drive(coordinator.run(), end.signal)
    } finally {
      await threads?.end()
    }
  }
  return { ended: run(), coordinator, giveUp: fail, silence: () => threads?.silence() ?? { thread: 0, ms: 0 } }
}

async function partitionsByStage(graph: Graph): Promise<Readonly<Record<number, readonly string[]>>> {
  const found = await Promise.all(
    graph.stages.flatMap(({ index, source, parallelism }) =>
      source === undefined ? [] : [partitionsOf(source, parallelism).then(partitions => [index, partitions] as const)],
    ),
  )
  return Object.fromEntries(found)
}
