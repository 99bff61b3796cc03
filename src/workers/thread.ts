import { Worker } from 'node:worker_threads'
import type { Scheduler } from '../time/index.ts'
import { inheritedOptions } from './inherited-options.ts'
import type { Job } from './job.ts'
import type { Answer, Request } from './protocol.ts'
import { hardLimitMb, watchMemory } from './watch-memory.ts'
import { builtUrl } from './built-url.ts'

/** From the sources a `.ts` file, which Node runs natively; from the package a `.js` file. */
const workerFile = new URL(builtUrl(new URL('./pool-worker.ts', import.meta.url)))

export interface ThreadEvents {
  answer(thread: Thread, answer: Answer): void
  /** The thread ended and nobody asked it to. */
  lost(thread: Thread, cause: unknown, exitCode: number | undefined): void
}

/** One worker thread and the jobs it was sent, oldest first: the oldest is the one it works on. */
export interface Thread {
  /** From 1; a thread that takes the place of another has its number. */
  readonly number: number
  readonly jobs: Job[]
  /** Hashes of the functions it has. */
  readonly known: Set<string>
  /** False until the first answer: a thread that never answered may not even have loaded. */
  answered: boolean
  send(request: Request): void
  /** Whether the program waits for this thread. */
  hold(held: boolean): void
  end(): Promise<void>
}

export interface ThreadOptions {
  readonly memoryMb: number
  readonly scheduler: Scheduler
}

/** Starts a thread. It does not keep the program alive until `hold(true)`. */
export function startThread(number: number, { memoryMb, scheduler }: ThreadOptions, events: ThreadEvents): Thread {
  const worker = new Worker(workerFile, {
    name: `tidemill-${number}`,
    execArgv: inheritedOptions(process.execArgv),
    resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(memoryMb) },
  })
  worker.unref()
  let ended = false
  let cause: unknown
  let stopWatching: (() => void) | undefined
  const thread: Thread = {
    number,
    jobs: [],
    known: new Set(),
    answered: false,
    send: request => worker.postMessage(request),
    hold(held) {
      if (ended || held === (stopWatching !== undefined)) return
      stopWatching?.()
      stopWatching = held ? watchMemory(worker, memoryMb, scheduler, tooLarge) : undefined
      if (held) worker.ref()
      else worker.unref()
    },
    async end() {
      ended = true
      stopWatching?.()
      await worker.terminate()
    },
  }
  const lose = (why: unknown, exitCode: number | undefined): void => {
    if (ended) return
    ended = true
    stopWatching?.()
    events.lost(thread, why, exitCode)
  }
  const tooLarge = (what: string): void => {
    void worker.terminate()
    lose(Object.assign(new Error(what), { code: 'ERR_WORKER_OUT_OF_MEMORY' }), undefined)
  }
  worker.on('message', (answer: Answer) => {
    if (ended) return
    thread.answered = true
    events.answer(thread, answer)
  })
  worker.on('error', error => void (cause ??= error))
  worker.on('messageerror', error => {
    void worker.terminate()
    lose(error, undefined)
  })
  worker.on('exit', code => lose(cause, code))
  return thread
}
