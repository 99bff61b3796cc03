import { cut, optimise, type Plan, type RunOptions } from '../../plan/index.ts'
import { duckdb } from '../../sql/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { warnManyToMany } from './many-to-many.ts'
import { stage, stagedTable } from './stage.ts'
import { withRows } from './writing/rows-sql.ts'

/** Keeps the rows of a plan in a table of DuckDB. They pass through this process only when a function or an opened source comes last. */
export async function cache(context: Context, plan: Plan, options: RunOptions): Promise<AsyncDisposable & { readonly plan: Plan }> {
  const closed = await context.learn(plan, options)
  const { fields } = closed
  if (cut(optimise(closed), capabilities).stream !== undefined) return stage(context, context.run(closed, options), fields, options)
  await warnManyToMany(context, closed, options)
  const database = await context.database()
  const table = `tidemill_stage_${context.next()}`
  const names = fields.map((_, index) => `c${index}`)
  const columns = fields.map(({ type }, index) => `CAST(c${index} AS ${duckdb.typeName(type)}) AS c${index}`)
  await withRows(context, closed, options, async ({ sql }, failed) => {
    const made = `CREATE TABLE ${duckdb.quoteName(table)} AS SELECT ${columns.join(', ')} FROM (${sql}) AS t(${names.join(', ')})`
    await database.run(made, { ...options, label: 'keeping rows', failed })
  })
  return stagedTable(database, table, fields)
}
