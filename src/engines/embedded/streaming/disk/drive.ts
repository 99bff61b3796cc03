import { TidemillError } from '../../../../errors/index.ts'
import type { Io } from '../seams.ts'

/**
 * Runs input and output with real promises: what is yielded is waited for and given back; what fails is thrown into the work. A yield of nothing does not wait.
 *
 * @param signal looked at between steps: its reason is thrown into the work, so that it can tidy up
 * @example
 * const names = await drive(disk.list('/jobs/overheat'))
 */
export async function drive<T>(io: Io<T>, signal?: AbortSignal): Promise<T> {
  let step = io.next()
  while (step.done !== true) {
    let given: unknown
    let failure: { readonly error: unknown } | undefined
    try {
      if (step.value !== undefined) given = await step.value
    } catch (error) {
      failure = { error }
    }
    if (failure === undefined && signal?.aborted === true) failure = { error: signal.reason }
    step = failure === undefined ? io.next(given) : io.throw(failure.error)
  }
  return step.value
}

/**
 * Runs input and output that never waits, as that of a disk in memory.
 *
 * @throws engine.internal when the work waits for a promise
 */
export function driveNow<T>(io: Io<T>): T {
  let step = io.next()
  while (step.done !== true) {
    step =
      step.value === undefined
        ? io.next(undefined)
        : io.throw(new TidemillError('engine.internal', 'work waits for a promise where nothing may wait', { hint: 'use drive' }))
  }
  return step.value
}
