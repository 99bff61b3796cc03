import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { TidemillError } from '../../../../errors/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../../../../time/index.ts'
import {
  builtUrl,
  defaultMemoryMb,
  errorFromWire,
  hardLimitMb,
  inheritedOptions,
  messageOf,
  watchMemory,
} from '../../../../workers/index.ts'
import type { Report, SubtaskFigures } from '../seams.ts'
import type { FromThread, ThreadStart, ToThread } from './messages.ts'

/** From the sources a `.ts` file, which Node runs natively; from the package a `.js` file. */
const workerFile = new URL(builtUrl(new URL('./job-worker.ts', import.meta.url)))

export interface ThreadEvents {
  /** All subtasks are open, or one that is open has failed: the job runs, or did so. Told before the failure, which `ready` may lose against. */
  opened(): void
  report(report: Report): void
  figures(figures: readonly SubtaskFigures[]): void
  /** A thread failed or died, the first time. */
  failed(error: TidemillError): void
}
export interface ThreadSettings {
  readonly threads: number
  /** Heap of each in MiB. Default: half of what the machine lends, shared by them. */
  readonly memoryMb?: number | undefined
  readonly scheduler?: Scheduler | undefined
  readonly clock?: Clock | undefined
}
/** The threads of one attempt. While they run they keep the process alive. */
export interface JobThreads {
  /** Resolves when all subtasks are open. @throws what kept one from it */
  readonly ready: Promise<void>
  tell(message: ToThread): void
  /** The thread that has said nothing for longest since it was ready, counted from 1, and for how long. They speak four times a second. */
  silence(): { readonly thread: number; readonly ms: number }
  /** Asks them to close what they hold and ends them, in good order where they can. */
  end(): Promise<void>
}

/** Batches live for some milliseconds: with room for many of them, few are copied by the garbage collector. */
const youngMb = 64
/** So long a thread has to close its files; then it is ended as it is. */
const closeMs = 2000

/** Starts the threads of an attempt, each with a way to every other. */
export function startThreads(
  start: Omit<ThreadStart, 'thread' | 'threads' | 'links'>,
  settings: ThreadSettings,
  events: ThreadEvents,
): JobThreads {
  const { threads, scheduler = systemScheduler, clock = systemClock } = settings
  const memoryMb = settings.memoryMb ?? defaultMemoryMb(threads)
  const links = joined(threads)
  let failed = false
  let open = 0
  const opened = (): void => {
    open++
    if (open === threads && !failed) events.opened()
  }
  const fail = (error: TidemillError, ran: boolean): void => {
    if (failed) return
    failed = true
    if (ran && open < threads) events.opened()
    events.failed(error)
  }
  const running = Array.from({ length: threads }, (_, thread) =>
    startThread(
      { ...start, thread, threads, links: links[thread] ?? [] },
      { memoryMb, scheduler, clock },
      { ...events, opened, failed: fail },
    ),
  )
  const ready = Promise.all(running.map(each => each.ready)).then(() => undefined)
  // Whoever starts them waits for it; after a failure nobody may.
  ready.catch(() => undefined)
  return {
    ready,
    tell(message) {
      for (const each of running) each.tell(message)
    },
    silence: () => running.map(each => each.silence()).reduce((worst, each) => (each.ms > worst.ms ? each : worst)),
    async end() {
      failed = true
      await Promise.all(running.map(each => each.end()))
    },
  }
}

function startThread(
  start: ThreadStart,
  { memoryMb, scheduler, clock }: { readonly memoryMb: number; readonly scheduler: Scheduler; readonly clock: Clock },
  events: Omit<ThreadEvents, 'failed'> & { failed(error: TidemillError, ran: boolean): void },
): JobThreads {
  const worker = new Worker(workerFile, {
    name: `tidemill-${start.graph.name}-${start.thread + 1}`,
    workerData: start,
    transferList: start.links.filter(port => port !== undefined),
    execArgv: inheritedOptions(process.execArgv),
    resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(memoryMb), maxYoungGenerationSizeMb: youngMb },
  })
  const { promise: ready, resolve: isReady, reject: isNot } = Promise.withResolvers<void>()
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>()
  ready.catch(() => undefined)
  let closed = false
  let heardAt: number | undefined
  let cause: unknown
  const fail = (error: TidemillError): void => {
    isNot(error)
    if (!closed) events.failed(error, heardAt !== undefined)
  }
  const stopWatching = watchMemory(worker, memoryMb, scheduler, what => {
    fail(died(start, new Error(what), undefined))
    void worker.terminate()
  })
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'ready' || heardAt !== undefined) heardAt = clock.monotonic()
    if (message.kind === 'ready') {
      isReady()
      events.opened()
    } else if (message.kind === 'report') events.report(message.report)
    else if (message.kind === 'figures') events.figures(message.figures)
    else {
      // It ends by itself now, and is not asked for its memory while V8 takes it down.
      stopWatching()
      if (message.kind === 'failed') fail(errorFromWire(message.error))
      else closed = true
    }
  })
  worker.on('error', error => void (cause ??= error))
  worker.on('messageerror', error => fail(died(start, error, undefined)))
  worker.on('exit', code => {
    stopWatching()
    if (!closed) fail(died(start, cause, code))
    isGone()
  })
  return {
    ready,
    tell: message => worker.postMessage(message),
    silence: () => ({ thread: start.thread + 1, ms: heardAt === undefined ? 0 : clock.monotonic() - heardAt }),
    async end() {
      worker.postMessage({ kind: 'close' } satisfies ToThread)
      const cancel = scheduler.after(closeMs, () => void worker.terminate())
      await gone
      cancel()
    },
  }
}

/** By thread, by other thread: its end of the way between the two. */
function joined(threads: number): readonly (readonly (MessagePort | undefined)[])[] {
  const ends = Array.from({ length: threads }, () => new Array<MessagePort | undefined>(threads).fill(undefined))
  for (let a = 0; a < threads; a++)
    for (let b = a + 1; b < threads; b++) {
      const { port1, port2 } = new MessageChannel()
      ;(ends[a] as (MessagePort | undefined)[])[b] = port1
      ;(ends[b] as (MessagePort | undefined)[])[a] = port2
    }
  return ends
}

function died({ graph, thread }: ThreadStart, cause: unknown, exitCode: number | undefined): TidemillError {
  const why = cause === undefined ? `exit code ${exitCode ?? 'unknown'}` : messageOf(cause)
  return new TidemillError('workers.died', `thread ${thread + 1} of job ${graph.name} ended unexpectedly: ${why}`, {
    details: { job: graph.name, thread: thread + 1, exitCode },
    ...(cause === undefined ? {} : { cause }),
    retryable: true,
  })
}
