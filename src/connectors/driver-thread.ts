/** A thread that does the waiting calls of a driver, one request after the other. */
import { Worker } from 'node:worker_threads'
import { TidemillError } from '../errors/index.ts'
import { builtUrl, errorFromWire, inheritedOptions, type WireError } from '../workers/index.ts'

/** A request and its answer. */
export interface ThreadRequest {
  readonly what: string
  readonly given: unknown
}
export interface ThreadAnswer {
  readonly value?: unknown
  readonly error?: WireError
}
/** A thread at work; disposing of it ends it. */
export interface DriverThread extends AsyncDisposable {
  call(what: string, given: unknown, signal?: AbortSignal): Promise<unknown>
  /** Ends it at once; a call that waits fails. */
  end(): void
}

/** Threads that nobody uses, to be used again: one takes some tenths of a second to start. They do not keep the program alive. */
const idle = new Map<string, DriverThread[]>()
const mostIdle = 2

/**
 * A thread for one reader or writer.
 *
 * @param source address of the thread's module as a `.ts` file, which in the built package is a `.js` file; it answers `reset` by forgetting all it was asked
 */
export function driverThread(source: URL): DriverThread {
  const { href } = source
  const waiting = idle.get(href) ?? []
  idle.set(href, waiting)
  const thread = waiting.pop() ?? started(source)
  let ended = false
  return {
    call: thread.call,
    end() {
      ended = true
      thread.end()
    },
    async [Symbol.asyncDispose]() {
      if (ended) return
      ended = true
      const isWell = await thread.call('reset', undefined).then(
        () => true,
        () => false,
      )
      if (isWell && waiting.length < mostIdle) waiting.push(thread)
      else await thread[Symbol.asyncDispose]()
    },
  }
}

function started(source: URL): DriverThread {
  const worker = new Worker(new URL(builtUrl(source)), { execArgv: inheritedOptions(process.execArgv) })
  worker.unref()
  let waiting: { done(value: unknown): void; fail(error: unknown): void } | undefined
  let lost: unknown
  const settle = (act: (one: NonNullable<typeof waiting>) => void): void => {
    const one = waiting
    waiting = undefined
    worker.unref()
    if (one !== undefined) act(one)
  }
  worker.on('message', (answer: ThreadAnswer) =>
    settle(one => (answer.error === undefined ? one.done(answer.value) : one.fail(errorFromWire(answer.error)))),
  )
  const lose = (cause: unknown): void => {
    lost ??= cause
    settle(one => one.fail(lost))
  }
  worker.on('error', lose)
  worker.on('messageerror', lose)
  worker.on('exit', code => lose(new TidemillError('workers.died', `a thread that reads or writes a file ended (exit code ${code})`)))
  return {
    call(what, given, signal) {
      return new Promise((done, fail) => {
        if (waiting !== undefined) {
          fail(new TidemillError('engine.internal', `a thread was asked for ${what} while it was at work`))
          return
        }
        if (lost !== undefined) {
          fail(signal?.aborted === true ? (signal.reason as Error) : (lost as Error))
          return
        }
        // A pending call keeps the program alive.
        worker.ref()
        waiting = { done, fail: error => fail(signal?.aborted === true ? (signal.reason as Error) : (error as Error)) }
        const request: ThreadRequest = { what, given }
        worker.postMessage(request)
      })
    },
    end: () => void worker.terminate(),
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
