/** Kysely over `node:sqlite`: its SQLite parts with our way to begin a transaction and our errors. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import {
  type Dialect,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'
import type { Patience } from './patience.ts'
import { translated } from './sqlite-errors.ts'

/** Milliseconds that a statement waits inside SQLite, and the program with it. */
const statementWait = 5_000
/** A transaction waits in short turns, so that the program goes on in between. */
const beginWait = 40

/**
 * The dialect over an open database.
 *
 * Every transaction begins with the right to write: one that reads first and writes later fails when another process wrote in between, whatever the time-outs
 * say. Kysely's own driver cannot be told so (kysely-org/kysely#1152).
 *
 * @param path the file, for messages
 */
export function sqliteDialect(database: DatabaseSync, path: string, patience: Patience): Dialect {
  const inner = new SqliteDriver({ database: shim(database, path) })
  const driver: Driver = {
    init: () => inner.init(),
    acquireConnection: () => inner.acquireConnection(),
    beginTransaction: () => patience(() => begin(database)),
    commitTransaction: connection => inner.commitTransaction(connection),
    rollbackTransaction: async connection => {
      // After some errors, such as a full disk, SQLite has rolled back by itself; that error is the one to tell.
      if (database.isTransaction) await inner.rollbackTransaction(connection)
    },
    releaseConnection: () => inner.releaseConnection(),
    destroy: () => inner.destroy(),
  }
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** The settings of a connection. Waiting comes first: the others already meet other processes. */
export function settle(database: DatabaseSync): void {
  database.exec(`pragma busy_timeout = ${statementWait}`)
  database.exec('pragma journal_mode = wal')
  // What was promised is on the disk.
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
}

function begin(database: DatabaseSync): void {
  database.exec(`pragma busy_timeout = ${beginWait}`)
  try {
    database.exec('begin immediate')
  } finally {
    database.exec(`pragma busy_timeout = ${statementWait}`)
  }
}

/** What Kysely asks of better-sqlite3, in terms of `node:sqlite`. */
function shim(database: DatabaseSync, path: string): SqliteDatabase {
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw translated(error, path)
    }
  }
  return {
    close: () => database.close(),
    prepare: text =>
      guarded((): SqliteStatement => {
        const statement = database.prepare(text)
        return {
          reader: statement.columns().length > 0,
          all: values => guarded(() => statement.all(...(values as SQLInputValue[]))),
          run: values => guarded(() => statement.run(...(values as SQLInputValue[]))),
          iterate: values => guarded(() => statement.iterate(...(values as SQLInputValue[]))),
        }
      }),
  }
}
