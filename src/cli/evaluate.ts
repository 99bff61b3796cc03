import { inspect } from 'node:util'
import { constants, Script } from 'node:vm'
import type { Dataset } from '../dataset/index.ts'
import { describeValue, isDescribed, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { terminalLook } from './output.ts'
import { firstRows } from './print-rows.ts'
import { replSource } from './repl-source.ts'

/** Evaluates what is typed in the global scope of this process. */
export interface Evaluator {
  /** The signal of what runs now: given to every query. */
  signal(): AbortSignal | undefined
  /** Stops what runs; false when nothing does. */
  interrupt(): boolean
  /**
   * The value of what was typed, awaited, and its text.
   *
   * @throws Unfinished for the beginning of something, and whatever it throws
   */
  evaluate(typed: string): Promise<{ readonly value: unknown; readonly text: string | undefined }>
}

const firstShown = 10

/** @param around does something before and after code runs that may never give the thread back: a terminal must turn Ctrl-C into a signal */
export function evaluator(around: <T>(work: () => T) => T = work => work()): Evaluator {
  let running: AbortController | undefined
  return {
    signal: () => running?.signal,
    interrupt() {
      if (running === undefined || running.signal.aborted) return false
      running.abort(new DOMException('stopped by SIGINT', 'AbortError'))
      return true
    },
    async evaluate(typed) {
      const { code } = replSource(typed)
      const script = new Script(code, { filename: 'repl', importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })
      running = new AbortController()
      const { signal } = running
      try {
        const made: unknown = around(() => script.runInThisContext({ breakOnSigint: true, displayErrors: false }))
        const value = await orStopped(made, signal)
        return { value, text: await textOf(value, signal) }
      } catch (error) {
        // Before it was caught by its name: code that never gives the thread back.
        if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED')
          throw new DOMException('stopped by SIGINT', 'AbortError')
        throw error
      } finally {
        running = undefined
      }
    },
  }
}

/** A value, or what a promise gives; waiting for it ends with the signal. */
async function orStopped(made: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isThenable(made)) return made
  let stop: () => void = () => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([made, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Tables show their first rows, other values of ours themselves, the rest as Node does; undefined is not worth a line. */
async function textOf(value: unknown, signal: AbortSignal): Promise<string | undefined> {
  if (value === undefined) return undefined
  const look = terminalLook()
  if (isTable(value)) return renderTerminal(await firstRows(value, firstShown, signal), look)
  if (isDescribed(value)) return renderTerminal(describeValue(value), look)
  return inspect(value, { colors: look.color, breakLength: look.width, maxArrayLength: 20, maxStringLength: 10_000 })
}

export function isTable(value: unknown): value is Dataset<OpenRow> {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['plan', 'engine', 'schema', 'toResponse', 'limit'].every(name => name in value) &&
    !(value instanceof TidemillError)
  )
}
