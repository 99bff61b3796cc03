import { TidemillError } from '../errors/index.ts'
import type { EngineSpec } from '../plan/index.ts'
import type { Session } from './session.ts'

export interface TidemillOptions {
  /** Where plans run. Default: `embedded()`, DuckDB and worker threads inside this process. */
  readonly engine?: EngineSpec
  /** Worker threads for your own functions. Default: what the machine lends to this process. */
  readonly workers?: number
  /** Folder for what the session keeps. Default: `.tidemill`, made when first needed. */
  readonly folder?: string
  /** What `tidemill types` wrote: files are compared with it when they are read. Default: `tidemill.d.ts` here or in a folder above. */
  readonly typesFile?: string | false
  /** Where `show()` prints. Default: standard output. */
  readonly print?: (text: string) => void
}

/**
 * Opens a session: no server, no configuration.
 *
 * @example
 * const tm = await tidemill()
 * const houses = await tm.read(csv('housing.csv'))
 * await houses.show()
 * await tm.close()
 */
export async function tidemill(options: TidemillOptions = {}): Promise<Session> {
  const { workers } = options
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0))
    throw new TidemillError('plan.argument', `workers must be a whole number from 1, not ${workers}`)
  // Most of the package is needed only from here on: importing it stays quick.
  const { openSession } = await import('./open-session.ts')
  return openSession(options)
}
