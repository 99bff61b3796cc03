import type { Batch } from '../../batch/index.ts'
import type { Plan, RunOptions, ScanNode } from '../../plan/index.ts'
import { duckdb, printSql } from '../../sql/index.ts'
import type { Context } from './context.ts'
import { locateMisfit } from './locate-misfit.ts'
import { pruned } from './writing/prune-plan.ts'

/** One SELECT, streamed. */
export async function* query(context: Context, plan: Plan, options: RunOptions): AsyncGenerator<Batch> {
  const database = await context.database()
  const sql = printSql(await pruned(plan), duckdb)
  try {
    yield* database.stream(sql.text, plan.fields, { ...options, label: labelOf(sql.scans), failed: { sql: sql.text, spans: sql.spans } })
  } catch (error) {
    throw await locateMisfit(database, error, sql.scans)
  }
}

/** `reading housing.csv` */
export function labelOf(scans: readonly ScanNode[]): string {
  const names = scans.flatMap(({ source }) => {
    const { path } = source.options as { readonly path?: string }
    return path === undefined ? [] : [path.split(/[\\/]/).at(-1) ?? path]
  })
  return names.length === 0 ? 'query' : `reading ${[...new Set(names)].join(', ')}`
}
