import type { DatabaseSync } from 'node:sqlite'
import { open } from 'node:fs/promises'
import { Kysely, sql } from 'kysely'
import { entryAt } from '../../storage/index.ts'
import type { Clock, Scheduler } from '../../time/index.ts'
import { settle, sqliteDialect } from './dialect.ts'
import { migrate, tablesVersion } from './migrations.ts'
import { nodeSqlite } from './node-sqlite.ts'
import { type Patience, patienceFor } from './patience.ts'
import { damagedDatabase, translated } from './sqlite-errors.ts'
import type { Database, Tables } from './tables.ts'

/** `TMIL` as a number: SQLite keeps it in the file, so that a database of another program is not taken for ours. */
const applicationId = 0x544d494c
const magic = 'SQLite format 3\0'

export interface DatabaseOptions {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** `whole`: it must be there and be ours. `new`: it is made where it is not. */
  readonly expect: 'whole' | 'new'
  /** Milliseconds to wait for other processes. */
  readonly patienceMs?: number | undefined
}

/**
 * Opens the database of a workspace and brings its tables up to date.
 *
 * Any number of processes may open a new one at the same moment. One that should be there is never made anew: an empty file is what SQLite takes for
 * a new database.
 *
 * @throws models.damaged, models.version, models.busy, models.unwritable
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  const patience = patienceFor(path, options.clock, options.scheduler, options.patienceMs)
  if (options.expect === 'whole') await checkFile(path)
  const { DatabaseSync } = nodeSqlite()
  const database = opened(path, () => new DatabaseSync(path))
  try {
    await prepare(database, path, patience, options.expect)
    const db: Database = new Kysely<Tables>({ dialect: sqliteDialect(database, path, patience) })
    if (options.expect === 'whole') await checkWhole(db, path)
    await migrate(db, path)
    return db
  } catch (error) {
    if (database.isOpen) database.close()
    throw error
  }
}

function opened(path: string, make: () => DatabaseSync): DatabaseSync {
  try {
    return make()
  } catch (error) {
    throw translated(error, path)
  }
}

/** Marks a new file as ours before anything else, then the settings. */
async function prepare(database: DatabaseSync, path: string, patience: Patience, expect: 'whole' | 'new'): Promise<void> {
  await patience(() => {
    database.exec('pragma busy_timeout = 5000')
    const found = database.prepare('pragma application_id').get()?.['application_id']
    if (found === applicationId) return
    const empty = database.prepare('select count(*) as n from sqlite_schema').get()?.['n'] === 0
    if (expect === 'whole' || found !== 0 || !empty) throw damagedDatabase(path, 'it is no database of a workspace')
    database.exec(`pragma application_id = ${applicationId}`)
  })
  await patience(() => settle(database))
}

/** Before SQLite sees it: a missing or empty file would become a new database. */
async function checkFile(path: string): Promise<void> {
  const found = await entryAt(path).catch((error: unknown) => {
    throw translated(error, path)
  })
  if (found === undefined) throw damagedDatabase(path, 'it is missing')
  if (!found.isFile()) throw damagedDatabase(path, 'it is no file')
  if (found.size === 0) throw damagedDatabase(path, 'it is empty')
  const head = Buffer.alloc(18)
  const file = await open(path, 'r')
  try {
    await file.read(head, 0, head.length, 0)
  } finally {
    await file.close()
  }
  if (head.toString('latin1', 0, magic.length) !== magic) throw damagedDatabase(path, 'it is no SQLite file')
  // SQLite reads what is missing of the last page as zeros. The size of a page stands in the head; 1 stands for 65 536.
  const page = head.readUInt16BE(16)
  if (found.size % (page === 1 ? 65_536 : page) !== 0) throw damagedDatabase(path, 'its last page is cut')
}

/** Every page is walked: about 2 ms for a megabyte. */
async function checkWhole(db: Database, path: string): Promise<void> {
  const { rows } = await sql<{ readonly quick_check: string }>`pragma quick_check(1)`.execute(db)
  const found = rows[0]?.quick_check
  if (found !== 'ok') throw damagedDatabase(path, String(found).replaceAll('\n', ' '))
  if ((await tablesVersion(db)) === 0) throw damagedDatabase(path, 'it has no tables')
}
