import type { EngineSpec } from '../plan/index.ts'
import { checkSessionOptions } from './check-arguments.ts'
import type { Session } from './session.ts'

export interface TidemillOptions {
  /** Where plans run. Default: `embedded()`, DuckDB and worker threads inside this process. */
  readonly engine?: EngineSpec
  /** Worker threads for your own functions. Default: what the machine lends to this process. */
  readonly workers?: number
  /** Folder for what the session keeps. Default: `.tidemill`, made when first needed. */
  readonly folder?: string
  /** Folder of the models and runs: `tm.models`, `tm.experiment`, `tm.runs`. Default: `folder`. Opened by their first use. */
  readonly workspace?: string
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
  checkSessionOptions(options)
  // Most of the package is needed only from here on: importing it stays quick.
  const { openSession } = await import('./open-session.ts')
  return openSession(options)
}
