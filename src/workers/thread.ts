import { Worker } from 'node:worker_threads'
import type { Answer, Request } from './protocol.ts'
import type { Job } from './job.ts'

/** From the sources a `.ts` file, which Node runs natively; from the package a `.js` file. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './pool-worker.ts' : './pool-worker.js', import.meta.url)

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

/** Starts a thread. It does not keep the program alive until `hold(true)`. */
export function startThread(number: number, memoryMb: number | undefined, events: ThreadEvents): Thread {
  const worker = new Worker(workerFile, {
    name: `tidemill-${number}`,
    execArgv: inherited(process.execArgv),
    ...(memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
  })
  worker.unref()
  let ended = false
  let cause: unknown
  const thread: Thread = {
    number,
    jobs: [],
    known: new Set(),
    answered: false,
    send: request => worker.postMessage(request),
    hold: held => (held ? worker.ref() : worker.unref()),
    async end() {
      ended = true
      await worker.terminate()
    },
  }
  worker.on('message', (answer: Answer) => {
    if (ended) return
    thread.answered = true
    events.answer(thread, answer)
  })
  worker.on('error', error => void (cause ??= error))
  worker.on('messageerror', error => {
    if (ended) return
    ended = true
    void worker.terminate()
    events.lost(thread, error, undefined)
  })
  worker.on('exit', code => {
    if (ended) return
    ended = true
    events.lost(thread, cause, code)
  })
  return thread
}

/** Options that name the program itself would run it again in the thread, or are refused there. */
function inherited(options: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < options.length; i++) {
    const option = options[i] ?? ''
    if (/^(-e|-p|-pe|--eval|--print|--input-type|-r|--require|--import)$/.test(option)) i += takesValue(option, options[i + 1]) ? 1 : 0
    else if (!/^(-i|--interactive|-c|--check|--test|--watch|--inspect.*|--(eval|print|input-type|require|import|test|watch)\b.*)$/.test(option)) kept.push(option)
  }
  return kept
}

function takesValue(option: string, next: string | undefined): boolean {
  return next !== undefined && (option === '-e' || option === '-p' || option === '-pe' || !next.startsWith('-'))
}
