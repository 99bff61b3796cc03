import type { Io } from '../seams.ts'

/** An `Io` that is run in small steps beside others on one thread. */
export interface Stepper<T> {
  /** Runs up to the next `yield`. False when it waits for a promise or has ended. @throws what the work throws */
  step(): boolean
  readonly ended: boolean
  /** What it returned; undefined before. */
  readonly value: T | undefined
}

/** Runs work step by step; what is yielded is waited for without blocking. */
export function stepper<T>(io: Io<T>): Stepper<T> {
  let waiting = false
  let ended = false
  let value: T | undefined
  let resume = (): IteratorResult<PromiseLike<unknown> | undefined, T> => io.next(undefined)
  return {
    step() {
      if (waiting || ended) return false
      const result = resume()
      if (result.done === true) {
        ended = true
        value = result.value
        return true
      }
      resume = () => io.next(undefined)
      if (result.value === undefined) return true
      waiting = true
      result.value.then(
        answer => {
          waiting = false
          resume = () => io.next(answer)
        },
        (error: unknown) => {
          waiting = false
          resume = () => io.throw(error)
        },
      )
      return true
    },
    get ended() {
      return ended
    },
    get value() {
      return value
    },
  }
}
