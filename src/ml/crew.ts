/** Threads that help with learning. */
import { moduleFunction, type Pool } from '../workers/index.ts'

/** Calls exported functions of this package's modules on threads; what they are given and give must be cloneable. */
export interface Crew {
  /** How many calls run at once at most. */
  readonly size: number
  call<T>(module: string, name: string, argument: unknown, task: string): Promise<T>
}

/**
 * The threads of a pool, or some of them.
 *
 * @param workers at most so many at once; default all of the pool
 */
export function crewOf(
  pool: Pool,
  {
    workers,
    signal,
    run,
  }: { readonly workers?: number | undefined; readonly signal?: AbortSignal | undefined; readonly run?: string | undefined },
): Crew {
  return Object.freeze({
    size: Math.min(workers ?? pool.size, pool.size),
    call: <T>(module: string, name: string, argument: unknown, task: string): Promise<T> =>
      pool.call<T>(moduleFunction(module, name), argument, { signal, run, task }),
  })
}

/**
 * Does all tasks, `size` at once, and gives their answers in the order of the tasks. The first failure stops the rest.
 *
 * @param done told after each task, in the order they end
 */
export async function spread<A, T>(
  size: number,
  tasks: readonly A[],
  work: (task: A, index: number) => Promise<T>,
  { signal, done }: { readonly signal?: AbortSignal | undefined; readonly done?: (answer: T, index: number) => void | Promise<void> } = {},
): Promise<readonly T[]> {
  const answers: T[] = new Array<T>(tasks.length)
  let next = 0
  let failed = false
  const pull = async (): Promise<void> => {
    for (;;) {
      const index = next
      if (failed || index >= tasks.length) return
      next++
      signal?.throwIfAborted()
      try {
        const answer = await work(tasks[index] as A, index)
        answers[index] = answer
        await done?.(answer, index)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const pulls = Array.from({ length: Math.max(1, Math.min(size, tasks.length)) }, pull)
  const ends = await Promise.allSettled(pulls)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return answers
}
