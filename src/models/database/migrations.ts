import { sql, type Transaction } from 'kysely'
import { TidemillError } from '../../errors/index.ts'
import type { Database, Tables } from './tables.ts'

type Migration = (db: Transaction<Tables>) => Promise<void>

/** Each step makes the tables of its version from those of the one before; a step that was released is never changed. */
const migrations: readonly Migration[] = [first]

/** The newest version of the tables that this package reads. */
export const newestTables: number = migrations.length

/** The version of the tables; 0 for a database without any. */
export async function tablesVersion(db: Database): Promise<number> {
  const { rows } = await sql<{ readonly user_version: number }>`pragma user_version`.execute(db)
  return rows[0]?.user_version ?? 0
}

/**
 * Brings the tables up to date, all or nothing. The transaction is the lock: it begins with the right to write, so that of several processes that start on
 * one new file the first makes the tables and the others see them. (Kysely's own migrator takes no lock on SQLite.)
 *
 * @throws models.version when a newer version wrote them
 */
export async function migrate(db: Database, path: string): Promise<void> {
  await db.transaction().execute(async writing => {
    const version = await tablesVersion(writing)
    if (version > newestTables)
      throw new TidemillError(
        'models.version',
        `workspace with tables of version ${version}: ${path} (this tidemill reads up to ${newestTables})`,
        { hint: 'update tidemill', details: { path, version } },
      )
    if (version === newestTables) return
    for (const step of migrations.slice(version)) await step(writing)
    await sql.raw(`pragma user_version = ${newestTables}`).execute(writing)
  })
}

async function first(db: Transaction<Tables>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('models')
    // Two names that differ by case only are one folder on many disks.
    .addColumn('name', sql`text collate nocase`, column => column.primaryKey().notNull())
    .addColumn('created', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('versions')
    .addColumn('model', 'text', column => column.notNull().references('models.name'))
    .addColumn('number', 'integer', column => column.notNull())
    .addColumn('created', 'bigint', column => column.notNull())
    .addColumn('by', 'text', column => column.notNull())
    .addColumn('run', 'text', column => column.references('runs.id'))
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('features', 'text', column => column.notNull())
    .addColumn('target', 'text')
    .addColumn('rows', 'bigint', column => column.notNull())
    .addColumn('digest', 'text', column => column.notNull())
    .addColumn('files', 'text', column => column.notNull())
    .addColumn('description', 'text')
    .addColumn('tags', 'text', column => column.notNull())
    .addColumn('metrics', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('versions_key', ['model', 'number'])
    .execute()
  await schema
    .createTable('aliases')
    .addColumn('model', 'text', column => column.notNull())
    .addColumn('alias', 'text', column => column.notNull())
    .addColumn('number', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('aliases_key', ['model', 'alias'])
    .addForeignKeyConstraint('aliases_version', ['model', 'number'], 'versions', ['model', 'number'])
    .execute()
  await schema
    .createTable('alias_changes')
    .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
    .addColumn('model', 'text', column => column.notNull())
    .addColumn('alias', 'text', column => column.notNull())
    .addColumn('action', 'text', column => column.notNull())
    .addColumn('from_number', 'integer')
    .addColumn('to_number', 'integer', column => column.notNull())
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('by', 'text', column => column.notNull())
    .addColumn('reason', 'text')
    .addForeignKeyConstraint('alias_changes_version', ['model', 'to_number'], 'versions', ['model', 'number'])
    .execute()
  await schema.createIndex('alias_changes_of').on('alias_changes').columns(['model', 'alias', 'id']).execute()
  await runTables(db)
}

async function runTables({ schema }: Transaction<Tables>): Promise<void> {
  await schema
    .createTable('runs')
    .addColumn('id', 'text', column => column.primaryKey().notNull())
    .addColumn('experiment', 'text', column => column.notNull())
    .addColumn('status', 'text', column => column.notNull())
    .addColumn('started', 'bigint', column => column.notNull())
    .addColumn('ended', 'bigint')
    .addColumn('failure', 'text')
    .addColumn('by', 'text', column => column.notNull())
    .addColumn('code', 'text')
    .addColumn('environment', 'text', column => column.notNull())
    .addColumn('learnt', 'text')
    .execute()
  await schema.createIndex('runs_of').on('runs').columns(['experiment', 'started']).execute()
  await schema
    .createTable('run_metrics')
    .addColumn('run', 'text', column => column.notNull().references('runs.id'))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('seq', 'bigint', column => column.notNull())
    .addColumn('step', 'bigint')
    .addColumn('value', 'double precision')
    .addColumn('at', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('run_metrics_key', ['run', 'name', 'seq'])
    // The points of a metric lie together, and the key is written once.
    .modifyEnd(sql`without rowid`)
    .execute()
  await schema
    .createTable('run_latest')
    .addColumn('run', 'text', column => column.notNull().references('runs.id'))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('value', 'double precision')
    .addPrimaryKeyConstraint('run_latest_key', ['run', 'name'])
    .execute()
  for (const name of ['run_params', 'run_details'] as const)
    await schema
      .createTable(name)
      .addColumn('run', 'text', column => column.notNull().references('runs.id'))
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('value', 'text', column => column.notNull())
      .addPrimaryKeyConstraint(`${name}_key`, ['run', 'name'])
      .execute()
  await schema
    .createTable('run_data')
    .addColumn('run', 'text', column => column.notNull().references('runs.id'))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('fingerprint', 'text', column => column.notNull())
    .addColumn('rows', 'bigint', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('run_data_key', ['run', 'name'])
    .execute()
  await schema
    .createTable('run_artifacts')
    .addColumn('run', 'text', column => column.notNull().references('runs.id'))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('bytes', 'bigint', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('run_artifacts_key', ['run', 'name'])
    .execute()
}
