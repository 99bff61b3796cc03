/** Calls of functions of the user: tried again, and what becomes of rows on which they throw (R7). */
import { TidemillError, printCallSite } from '../../../../errors/index.ts'
import type { HostFunction } from '../../../../workers/index.ts'
import type { Emit, OnError, OperatorContext } from '../seams.ts'

export interface CallPlace {
  readonly step: string
  readonly fn: HostFunction
  readonly onError: OnError
}
/** The row a call was about, for dead letters and messages: asked only when it failed. */
export interface About {
  /** Rows it was about; default 1. */
  readonly rows?: number
  payload(): Uint8Array
  position(): string
}

/** Any function of the user; arguments and values are proved by who calls it. */
export type UserFunction = (...args: unknown[]) => unknown

/** The function as its module gave it. */
export function functionOf(
  { fn, step }: { readonly fn: HostFunction; readonly step: string },
  { functions }: OperatorContext,
): UserFunction {
  const found = functions.get(fn.hash)
  if (typeof found !== 'function') throw new TidemillError('stream.failed', `function of step ${step} was not loaded: ${fn.name}`)
  return found as UserFunction
}

/** True when the state must be as before after a call that throws, as the row is given up and the job goes on. */
export function goesOn({ retries, otherwise }: OnError): boolean {
  return retries > 0 || otherwise !== 'fail'
}

/**
 * Calls `work` until it does not throw, at most `retries` times more. Undefined when the row is given up.
 *
 * @throws stream.function-failed when the policy is to fail
 * @throws stream.async-function, stream.state-value, whatever the policy: no try would change it
 */
export function attempt<T>(
  { step, fn, onError }: CallPlace,
  about: About,
  emit: Emit,
  work: (first: boolean) => T,
): { readonly value: T } | undefined {
  for (let tries = 0; ; tries++) {
    try {
      return { value: work(tries === 0) }
    } catch (error) {
      if (error instanceof TidemillError && (error.code === 'stream.async-function' || error.code === 'stream.state-value')) throw error
      if (tries < onError.retries) continue
      const message = messageOf(error)
      if (onError.otherwise === 'fail')
        throw new TidemillError('stream.function-failed', `function ${named(fn)} failed: ${message} (at ${about.position()})`, {
          hint: 'correct the function, or say what becomes of such rows: onError',
          details: { function: fn.name, position: about.position() },
          cause: error,
        })
      if (onError.otherwise === 'dead-letter') emit.dead([{ payload: about.payload(), error: message, step, position: about.position() }])
      else emit.skipped?.(about.rows ?? 1)
      return undefined
    }
  }
}

/**
 * What a function gave, at once.
 *
 * @throws stream.async-function for a promise
 */
export function notPromise<T>(value: T, fn: HostFunction): T {
  if (typeof value === 'object' && value !== null && ('then' in value ? typeof value.then === 'function' : Symbol.asyncIterator in value))
    throw new TidemillError('stream.async-function', `function that gives a promise: ${named(fn)}`, {
      hint: 'functions on a stream run at once; look values up before, or write them to a sink that calls the service',
      details: { function: fn.name },
    })
  return value
}

/** The items a function gave: an array or another iterable; none for undefined. Drained at once, as a generator runs only then. */
export function itemsOf(given: unknown, fn: HostFunction): readonly unknown[] {
  const value = notPromise(given, fn)
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && Symbol.iterator in value) return [...(value as Iterable<unknown>)]
  throw new TidemillError('workers.misfit', `function ${named(fn)} gave no rows: give an array, or write it as a generator`)
}

/** `crowding at 2-aggregate.ts:20:6` */
export function named(fn: HostFunction): string {
  const site = printCallSite(fn.at)
  return site === undefined ? fn.name : `${fn.name} at ${site}`
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return String(thrown)
  } catch {
    return 'something that cannot be printed'
  }
}
