import type { Batch } from '../../batch/index.ts'
import type { Plan, RunOptions } from '../../plan/index.ts'
import type { Schema } from '../../schema/index.ts'
import { duckdb } from '../../sql/index.ts'
import type { Context } from './context.ts'
import { tableAppender } from './duckdb/append.ts'
import type { Database } from './duckdb/database.ts'

/** Puts batches into a table of DuckDB, which spills when memory is short. Nothing is left behind when the batches fail. */
export async function stage(
  context: Context,
  batches: AsyncIterable<Batch>,
  schema: Schema,
  options: RunOptions,
): Promise<AsyncDisposable & { readonly plan: Plan }> {
  const database = await context.database()
  const table = `tidemill_stage_${context.next()}`
  await fillTable(
    database,
    table,
    batches,
    schema,
    schema.map((_, index) => `c${index}`),
    options,
  )
  return stagedTable(database, table, schema)
}

/** A table of DuckDB with columns c0, c1, ... as a plan, and the way to drop it. */
export function stagedTable(database: Database, table: string, schema: Schema): AsyncDisposable & { readonly plan: Plan } {
  const source = { kind: 'staged', options: { table, columns: schema.map(field => field.name) } }
  let dropped: Promise<number> | undefined
  return {
    plan: { node: 'scan', source, fields: schema, open: false },
    async [Symbol.asyncDispose]() {
      // After close() the table is gone with its database.
      dropped ??= database.run(`DROP TABLE IF EXISTS ${duckdb.quoteName(table)}`).catch((error: unknown) => {
        if ((error as { readonly code?: string }).code === 'engine.closed') return 0
        throw error
      })
      await dropped
    },
  }
}

/** Makes a table and fills it; takes it away again when that fails. */
export async function fillTable(
  database: Database,
  table: string,
  batches: AsyncIterable<Batch>,
  schema: Schema,
  names: readonly string[],
  options: RunOptions,
): Promise<void> {
  const columns = schema.map((field, index) => `${duckdb.quoteName(names[index] ?? field.name)} ${duckdb.typeName(field.type)}`)
  await database.run(`CREATE TABLE ${duckdb.quoteName(table)} (${columns.join(', ')})`, options)
  try {
    await database.alone(options, async connection => {
      const appender = tableAppender(
        database.native,
        connection,
        table,
        schema.map(field => field.type),
      )
      try {
        for await (const batch of batches) {
          options.signal?.throwIfAborted()
          appender.append(batch)
        }
      } finally {
        appender.finish()
      }
    })
  } catch (error) {
    // Why the rows could not be staged says more; the table goes with the session.
    await database.run(`DROP TABLE IF EXISTS ${duckdb.quoteName(table)}`).catch(() => undefined)
    throw error
  }
}
