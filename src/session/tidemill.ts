import { embedded } from '../engines/embedded/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { EngineSpec, Host } from '../plan/index.ts'
import { localStore } from '../storage/index.ts'
import { systemClock } from '../time/index.ts'
import { type Code, pool } from '../workers/index.ts'
import { makeSession, type Session } from './session.ts'

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
  const host: Host = {
    pool: pool(workers === undefined ? {} : { threads: workers }),
    store: localStore(options.folder ?? '.tidemill'),
    clock: systemClock,
    load: loadCode,
  }
  const engine = await (options.engine ?? embedded()).connect(host)
  const typesFile = options.typesFile ?? 'tidemill.d.ts'
  return makeSession({ engine, host, typesFile, print: options.print ?? (text => void process.stdout.write(`${text}\n`)) })
}

async function loadCode(code: Code): Promise<unknown> {
  const module: Record<string, unknown> = await import(code.url)
  return module[code.export]
}
