import type { Batch } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { LiteralNode } from '../../expr/index.ts'
import type { Plan, RunOptions, ScanNode, Spec } from '../../plan/index.ts'
import type { DataType, Schema } from '../../schema/index.ts'
import { duckdb, safeNames } from '../../sql/index.ts'
import { checkSelect } from './check-select.ts'
import type { Context } from './context.ts'
import { dataType } from './duckdb/data-type.ts'
import type { Database } from './duckdb/database.ts'
import { locateMisfit } from './locate-misfit.ts'
import { columnsRead, copyTable, type Put, type View, viewOf } from './put-table.ts'
import { haveMoved, movedError, tries } from './writing/moved-files.ts'

interface SqlOptions {
  readonly text: string
  readonly tables: Readonly<Record<string, Plan>>
  /** Of `$1`, `$2`, ... in the text. */
  readonly values?: readonly LiteralNode[]
}

/** The columns of an SQL text: it is prepared over tables without rows. */
export async function schemaOfSql(context: Context, source: Spec, options: RunOptions): Promise<Schema> {
  return sandboxed(context, source.options as SqlOptions, options, false, async (database, select) => {
    const columns = await database.columns(select, options)
    const names = new Set<string>()
    for (const { name } of columns) {
      if (names.has(name))
        throw new TidemillError('plan.duplicate-column', `two columns of the SQL text have one name: ${name}`, {
          hint: 'name them with AS',
        })
      names.add(name)
    }
    return columns.map(({ name, type }) => ({ name, type: shown(dataType(type)), nullable: true }))
  })
}

/**
 * The rows of an SQL text, run in an instance of its own that holds the named tables, as views of their files or as copies of what is read of them, and can reach
 * nothing else. When files of a table were moved away meanwhile it begins anew, unless rows were delivered already.
 */
export async function* openSql(context: Context, node: ScanNode, options: RunOptions): AsyncGenerator<Batch> {
  for (let attempt = 1; ; attempt++) {
    const { database, select, scans } = await open(context, node.source.options as SqlOptions, options, true)
    let delivered = false
    try {
      const names = node.fields.map(field => `CAST(${duckdb.quoteName(field.name)} AS ${duckdb.typeName(field.type)})`).join(', ')
      for await (const batch of database.stream(`SELECT ${names} FROM (${select}) AS q`, node.fields, { ...options, label: 'sql' })) {
        delivered = true
        yield batch
      }
      return
    } catch (error) {
      if (!(await haveMoved(scans, error))) throw await locateMisfit(await context.database(), error, scans)
      if (delivered || attempt === tries) throw movedError(scans, error)
    } finally {
      await database.close()
    }
  }
}

/** SQL NULL alone has no type; it is text. */
function shown(type: DataType): DataType {
  return type === 'null' ? 'string' : type
}

async function sandboxed<T>(
  context: Context,
  source: SqlOptions,
  options: RunOptions,
  rows: boolean,
  work: (database: Database, select: string) => Promise<T>,
): Promise<T> {
  const { database, select } = await open(context, source, options, rows)
  try {
    return await work(database, select)
  } finally {
    await database.close()
  }
}

interface Opened {
  readonly database: Database
  readonly select: string
  /** Of the views, in the numbers that stand in the errors of values that do not fit. */
  readonly scans: readonly ScanNode[]
}

async function open(context: Context, { text, tables, values }: SqlOptions, options: RunOptions, rows: boolean): Promise<Opened> {
  const { select, read } = await checkSelect(await context.database(), text, Object.keys(tables), options, values)
  const database = await context.sandbox()
  try {
    const scans: ScanNode[] = []
    const allowed: string[] = []
    for (const [index, [name, written]] of Object.entries(tables).entries()) {
      const plan = await context.learn(written, options)
      const instants = plan.fields.some(field => field.type === 'timestamp')
      // No text can name it: checkSelect lets the tables of the user through only.
      const put: Put = { name: instants ? `~${index}` : name, read, rows }
      const view = rows ? await viewOf(context, plan, put, options) : undefined
      if (view === undefined) await copyTable(database, context, plan, put, options)
      else {
        allowed.push(...view.files)
        scans.push(...(await made(view, database, scans)))
      }
      if (!instants) continue
      const kept = view === undefined ? columnsRead(plan, read).fields : plan.fields
      await database.run(`CREATE VIEW ${duckdb.quoteName(name)} AS ${withInstants(kept, put.name)}`, options)
    }
    await database.lock(allowed)
    return { database, select, scans }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A view, whose files are looked at when it is made. */
async function made(view: View, database: Database, before: readonly ScanNode[]): Promise<readonly ScanNode[]> {
  try {
    return await view.make(database, before)
  } catch (error) {
    throw (await haveMoved(view.scans, error)) ? movedError(view.scans, error) : error
  }
}

/** Our tables hold instants as TIMESTAMP, which is a wall clock in SQL: there they are TIMESTAMPTZ, and what the text makes of them is an instant again. */
function withInstants(fields: Schema, table: string): string {
  const names = safeNames(fields)
  const columns = fields.map((field, index) => {
    const name = duckdb.quoteName(names[index] ?? field.name)
    return field.type === 'timestamp' ? `timezone('UTC', ${name}) AS ${name}` : name
  })
  return `SELECT ${columns.join(', ')} FROM ${duckdb.quoteName(table)}`
}
