import { resolve } from 'node:path'
import { embedded } from '../engines/embedded/index.ts'
import { lazyWorkspace } from '../models/index.ts'
import type { Host } from '../plan/index.ts'
import { localStore } from '../storage/index.ts'
import { keptFolder, supervised } from '../runs/index.ts'
import { systemClock, systemScheduler } from '../time/index.ts'
import { type Code, pool } from '../workers/index.ts'
import { makeSession, type Session } from './session.ts'
import type { TidemillOptions } from './tidemill.ts'

/** Puts a session together; the only place that picks `embedded`. */
export async function openSession(options: TidemillOptions): Promise<Session> {
  const folder = options.folder ?? '.tidemill'
  const workspace = lazyWorkspace(options.workspace ?? folder)
  const jobs = resolve(options.workspace ?? folder, 'jobs')
  const host: Host = {
    pool: pool(options.workers === undefined ? {} : { threads: options.workers }),
    store: localStore(folder),
    clock: systemClock,
    jobs,
    load: loadCode,
  }
  const engine = await (options.engine ?? embedded()).connect(host)
  const kept = keptFolder(options.workspace ?? folder)
  const typesFile = options.typesFile ?? 'tidemill.d.ts'
  const replays = resolve(folder, 'replays')
  return makeSession({
    supervised: supervised(engine, { folder: kept, clock: systemClock, scheduler: systemScheduler }),
    kept,
    host,
    workspace,
    jobs,
    replays,
    temporary: resolve(folder, 'mapreduce'),
    typesFile,
    print: options.print ?? (text => void process.stdout.write(`${text}\n`)),
  })
}

async function loadCode(code: Code): Promise<unknown> {
  const module: Record<string, unknown> = await import(code.url)
  return module[code.export]
}
