import type { Batch } from '../../batch/index.ts'
import type { Plan, RunOptions, ScanNode } from '../../plan/index.ts'
import type { Context } from './context.ts'
import type { QueryOptions } from './duckdb/database.ts'
import { locateMisfit } from './locate-misfit.ts'
import { haveMoved, movedError, tries } from './writing/moved-files.ts'
import { sqlOf } from './sql-of.ts'
import { pruned } from './writing/prune-plan.ts'

/**
 * One SELECT, streamed. When files of a table were moved away since it was made, it is made again over the same version, unless rows were delivered already.
 *
 * @throws storage.conflict when a table was replaced after the first rows
 */
export async function* query(context: Context, plan: Plan, options: RunOptions & Pick<QueryOptions, 'lent'>): AsyncGenerator<Batch> {
  const database = await context.database()
  for (let attempt = 1; ; attempt++) {
    const sql = await sqlOf(context, await pruned(plan, context, options), options)
    const told = { ...options, label: labelOf(sql.scans), failed: { sql: sql.text, spans: sql.spans } }
    let delivered = false
    try {
      for await (const batch of database.stream(sql.text, plan.fields, told)) {
        delivered = true
        yield batch
      }
      return
    } catch (error) {
      if (!(await haveMoved(sql.scans, error))) throw await locateMisfit(database, error, sql.scans)
      if (delivered || attempt === tries) throw movedError(sql.scans, error)
    }
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
