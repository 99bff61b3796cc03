import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { entryAt } from '../storage/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../time/index.ts'
import { translated } from './database/sqlite-errors.ts'
import type { Database } from './database/tables.ts'
import type { Ground } from './ground.ts'
import { checkName } from './names.ts'
import { makeModels } from './registry/models.ts'
import { makeExperiment } from './runs/experiment.ts'
import { makeRuns } from './runs/runs.ts'
import type { Workspace } from './types.ts'
import { readWorkspaceFile, workspaceFile, writeWorkspaceFile } from './workspace-file.ts'

export interface WorkspaceOptions {
  /** True: a folder without a workspace is an error, not made one. Default: false. */
  readonly existing?: boolean | undefined
  /** Milliseconds to wait while other processes write. Default: 30 000. */
  readonly patienceMs?: number | undefined
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
}

/** The database inside a workspace. */
const databaseFile = 'tidemill.sqlite'

/**
 * Opens a folder of models and runs; it is made where it is not. Any number of processes may work in one folder at once.
 *
 * The folder holds `workspace.json`, `tidemill.sqlite`, `models/NAME/VERSION/` and `runs/ID/`; closed, it can be copied as it is.
 *
 * @example
 * await using workspace = await openWorkspace('.tidemill')
 * await workspace.models.register('price', model)
 * @throws models.damaged, naming the file, models.version, models.busy, models.unwritable; storage.not-found with `existing`
 */
export async function openWorkspace(folder: string, options: WorkspaceOptions = {}): Promise<Workspace> {
  const { workspace, open } = make(folder, options)
  await open()
  return workspace
}

/**
 * The same, opened by the first use: until then nothing is read or written.
 *
 * @example
 * const workspace = lazyWorkspace('.tidemill')
 */
export function lazyWorkspace(folder: string, options: WorkspaceOptions = {}): Workspace {
  return make(folder, options).workspace
}

function make(path: string, options: WorkspaceOptions): { readonly workspace: Workspace; open(): Promise<void> } {
  if (typeof path !== 'string' || path === '')
    throw new TidemillError('models.argument', `folder of a workspace must be a path, not ${whatIs(path)}`, {
      hint: "openWorkspace('.tidemill')",
    })
  const folder = resolve(path)
  const { clock = systemClock } = options
  const gate = gateOf(() => openAll(folder, options))
  const ground: Ground = { folder, clock, use: gate.use, origins: new WeakMap() }
  const workspace: Workspace = Object.freeze({
    folder,
    models: makeModels(ground),
    runs: makeRuns(ground),
    experiment: (name: string) => {
      checkName('experiment', name)
      return makeExperiment(ground, name)
    },
    close: gate.close,
    [Symbol.asyncDispose]: gate.close,
    ...showing(() => ({ kind: 'text', text: `tidemill workspace ${folder}${gate.closed() ? ', closed' : ''}` })),
  })
  return { workspace, open: () => gate.use(async () => undefined) }
}

/** Opens at first use, counts what is under way, and closes when that is done. */
function gateOf(open: () => Promise<Database>): {
  use<T>(work: (db: Database) => Promise<T>): Promise<T>
  close(): Promise<void>
  closed(): boolean
} {
  let database: Promise<Database> | undefined
  let closing: Promise<void> | undefined
  const under = new Set<Promise<unknown>>()
  async function onDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
    database ??= open().catch((error: unknown) => {
      // What stood in the way may be gone the next time.
      database = undefined
      throw error
    })
    return work(await database)
  }
  async function finish(): Promise<void> {
    await Promise.allSettled(under)
    await (await database?.catch(() => undefined))?.destroy()
  }
  return {
    async use(work) {
      if (closing !== undefined)
        throw new TidemillError('models.closed', 'the workspace is closed', { hint: 'open it again: openWorkspace(folder)' })
      const going = onDatabase(work)
      const settled = going.catch(() => undefined)
      under.add(settled)
      try {
        return await going
      } finally {
        under.delete(settled)
      }
    },
    close: () => (closing ??= finish()),
    closed: () => closing !== undefined,
  }
}

async function openAll(folder: string, options: WorkspaceOptions): Promise<Database> {
  const { clock = systemClock, scheduler = systemScheduler, existing = false, patienceMs } = options
  const file = join(folder, workspaceFile)
  const found = await readWorkspaceFile(file)
  if (!found && existing)
    throw new TidemillError('storage.not-found', `no workspace: ${folder}`, {
      hint: 'a workspace is made when the first model is registered, or the first run is started',
      details: { path: folder },
    })
  // Loaded now, and not with the package: SQLite and its query builder are needed by few programs.
  const { openDatabase } = await import('./database/open-database.ts')
  if (!found) await makeFolder(folder)
  const path = join(folder, databaseFile)
  // Looked at in this order: another process that makes the workspace just now writes its database before its first model.
  const whole = found || (await isBereft(folder, path))
  const db = await openDatabase(path, { clock, scheduler, patienceMs, expect: whole ? 'whole' : 'new' })
  if (!found)
    try {
      await writeWorkspaceFile(file, clock.now())
    } catch (error) {
      await db.destroy()
      throw error
    }
  return db
}

async function makeFolder(folder: string): Promise<void> {
  try {
    for (const name of ['models', 'runs']) await mkdir(join(folder, name), { recursive: true })
  } catch (cause) {
    throw new TidemillError('models.unwritable', `workspace cannot be made: ${folder}: ${(cause as Error).message}`, {
      cause,
      details: { path: folder },
    })
  }
}

/** True when a registered version stands in the folder, whatever the database says. */
async function holdsVersions(folder: string): Promise<boolean> {
  for (const entry of await readdir(join(folder, 'models'), { withFileTypes: true }))
    if (entry.isDirectory() && !entry.name.startsWith('.'))
      if ((await readdir(join(folder, 'models', entry.name))).some(name => /^\d+$/.test(name))) return true
  return false
}

/** True when versions stand in the folder and their database is gone. */
async function isBereft(folder: string, database: string): Promise<boolean> {
  try {
    return (await holdsVersions(folder)) && ((await entryAt(database))?.size ?? 0) === 0
  } catch (error) {
    throw translated(error, folder)
  }
}
