/** What the parts of a workspace share: where it lies, its database, its clock. */
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../time/index.ts'
import type { Database } from './database/tables.ts'

export interface Ground {
  /** The whole path. */
  readonly folder: string
  readonly clock: Clock
  /** Runs work on the database; it is opened by the first. Closing waits for what is under way. @throws models.closed */
  use<T>(work: (db: Database) => Promise<T>): Promise<T>
  /** The run that returned a model, by the model itself. */
  readonly origins: WeakMap<object, string>
}

/** The folder of all models, or of one, or of a version. */
export function modelFolder(ground: Ground, ...parts: readonly (string | number)[]): string {
  return join(ground.folder, 'models', ...parts.map(String))
}

/** The folder of a run's files. */
export function runFolder(ground: Ground, run: string): string {
  return join(ground.folder, 'runs', run)
}

/** The account of the system, for the history. */
export function account(): string {
  try {
    return userInfo().username
  } catch {
    // An account without an entry in the system's list, as in some containers.
    return process.getuid === undefined ? 'unknown' : `uid ${process.getuid()}`
  }
}
