import { TidemillError } from '../../errors/index.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const code = { busy: 5, locked: 6, readonly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

/** The primary result code of an error of SQLite; undefined for any other error. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/** True when another process holds the database just now. */
export function isBusy(error: unknown): boolean {
  const found = sqliteCode(error)
  return found === code.busy || found === code.locked
}

/** An error of SQLite or of the file system as one of ours that names the file; any other error as it is. */
export function translated(error: unknown, path: string): unknown {
  const found = sqliteCode(error)
  if (found === undefined) return error instanceof Error && 'syscall' in error ? unwritable(error, path) : error
  const reason = (error as Error).message
  switch (found) {
    case code.corrupt:
    case code.notADatabase:
      return damagedDatabase(path, reason, error)
    case code.busy:
    case code.locked:
      return new TidemillError('models.busy', `workspace is held by another process: ${path}`, {
        cause: error,
        retryable: true,
        details: { path },
      })
    case code.readonly:
    case code.io:
    case code.full:
    case code.cannotOpen:
      return unwritable(error as Error, path)
    default:
      return error
  }
}

function unwritable(error: Error, path: string): TidemillError {
  return new TidemillError('models.unwritable', `workspace cannot be read or written: ${path}: ${error.message}`, {
    cause: error,
    hint: 'look at the rights of the folder and at the space on its disk',
    details: { path },
  })
}

/** The error for a database file that is not as it was written. */
export function damagedDatabase(path: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('models.damaged', `damaged database of the workspace: ${path} (${why})`, {
    details: { path },
    hint: 'put back a copy of this file; nothing was changed or made anew. The folders in models/ are whole by themselves: loadModel(folder) reads each',
    ...(cause === undefined ? {} : { cause }),
  })
}
