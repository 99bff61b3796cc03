import type { TidemillError } from '../../../../errors/index.ts'
import type { Scheduler } from '../../../../time/index.ts'
import type { Attempt } from './run-attempt.ts'
import { faultOf, worthRetry } from './worth-retry.ts'

export interface SuperviseSettings {
  readonly name: string
  readonly scheduler: Scheduler
  start(): Promise<Attempt>
  /** Checkpoints taken so far, over all attempts: by them progress is told. */
  checkpoints(): number
  /** An attempt ended by an error, and another one is made after a while. */
  again(error: TidemillError, waitMs: number): void
}
export interface Supervised {
  /** @throws what ended the last attempt */
  readonly ended: Promise<'finished' | 'stopped'>
  /** The attempt that runs now; undefined between two. */
  attempt(): Attempt | undefined
  /** Makes no further attempt, and cuts a wait short. */
  enough(): void
}

const firstWaitMs = 100
const longestWaitMs = 5000
/** So many attempts in a row that took no checkpoint, and it is over. */
const mostAttempts = 10

/** Keeps a job alive: an attempt that fails by what may pass is followed by another, after 100 ms, 200 ms, ... 5 s. */
export function supervise(settings: SuperviseSettings): Supervised {
  const { name, scheduler } = settings
  let now: Attempt | undefined
  let over = false
  let rouse: (() => void) | undefined
  const run = async (): Promise<'finished' | 'stopped'> => {
    for (let failures = 0; ; ) {
      const before = settings.checkpoints()
      try {
        // One attempt after the other.
        // oxlint-disable-next-line no-await-in-loop
        now = await settings.start()
        // oxlint-disable-next-line no-await-in-loop
        return await now.ended
      } catch (error) {
        const fault = faultOf(error, name)
        failures = settings.checkpoints() > before ? 1 : failures + 1
        // Who was asked to stop does not wait for a function that does not return.
        if (over && fault.code === 'stream.stalled') return 'stopped'
        if (!worthRetry(fault) || failures >= mostAttempts) throw fault
        if (over) return 'stopped'
        const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1))
        settings.again(fault, waitMs)
        now = undefined
        // oxlint-disable-next-line no-await-in-loop
        await new Promise<void>(resolve => {
          const cancel = scheduler.after(waitMs, resolve)
          rouse = () => {
            cancel()
            resolve()
          }
        })
        if (over) return 'stopped'
      } finally {
        now = undefined
      }
    }
  }
  return {
    ended: run(),
    attempt: () => now,
    enough() {
      over = true
      rouse?.()
    },
  }
}
