import type { RunOptions } from '../plan/index.ts'
import type { Pool } from '../workers/index.ts'
import type { Checkpoints } from './checkpoint.ts'

/** What a table needs besides its plan and its engine. */
export interface DatasetContext {
  readonly pool?: Pool | undefined
  /** Where `show()` prints. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined
  /** Where `checkpoint()` keeps rows. */
  readonly checkpoints?: Checkpoints | undefined
  /** Names runs: progress and the engine's temporary things carry the name. */
  readonly run?: (() => string) | undefined
}

/** What the engine is told about a run. */
export function runOptions(context: DatasetContext, options: RunOptions | undefined): RunOptions {
  const run = options?.run ?? context.run?.()
  const { signal, timeout, onProgress, keep, retries } = options ?? {}
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(run === undefined ? {} : { run }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(keep === undefined ? {} : { keep }),
    ...(retries === undefined ? {} : { retries }),
  }
}
