import { TidemillError } from '../errors/index.ts'

/**
 * Does work that a signal may stop; however it was stopped (while rows were read, on a thread, between two fits), the error is the same.
 *
 * @param what what was stopped, for the message
 * @throws ml.cancelled with the reason of the signal as its cause
 */
export async function cancellable<T>(what: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const stopped = error === signal?.reason || (error instanceof TidemillError && error.code === 'engine.cancelled')
    if (signal?.aborted !== true || !stopped) throw error
    const { reason } = signal as { readonly reason: unknown }
    throw new TidemillError('ml.cancelled', `${what} cancelled: ${reason instanceof Error ? reason.message : String(reason)}`, {
      cause: reason,
    })
  }
}
