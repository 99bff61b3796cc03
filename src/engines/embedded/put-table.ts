/** A table of an SQL text, put into the instance in which the text runs: as a view of its files, or as a copy of its rows. */
import type { Batch } from '../../batch/index.ts'
import { columnNode } from '../../expr/index.ts'
import {
  cut,
  exprsOf,
  hasWindow,
  nodesOf,
  optimise,
  type Plan,
  type ProjectNode,
  type RunOptions,
  type ScanNode,
} from '../../plan/index.ts'
import { duckdb, printSql, safeNames } from '../../sql/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import type { Database } from './duckdb/database.ts'
import { fillTable } from './stage.ts'
import { needsEngine } from './sql-of.ts'
import { pruned } from './writing/prune-plan.ts'

/** What is put: under which name, and the names, in small letters, of the columns that are read; undefined for all. */
export interface Put {
  readonly name: string
  readonly read: ReadonlySet<string> | undefined
  /** False: the table has its columns and no rows. */
  readonly rows: boolean
}

/** The files that a view reads, which the instance must be let to. */
export interface View {
  readonly files: readonly string[]
  readonly scans: readonly ScanNode[]
  /** Gives the scans of the view, whose numbers in errors are counted on from those before. */
  make(database: Database, before: readonly ScanNode[]): Promise<readonly ScanNode[]>
}

/**
 * A view when the rows lie in files of this machine and are only filtered and computed row by row: then conditions and limits of the text reach the files. Undefined
 * for others, which are copied.
 */
export async function viewOf(context: Context, closed: Plan, { name, read }: Put, options: RunOptions): Promise<View | undefined> {
  // A view has no row numbers.
  if (read?.has('rowid') === true) return undefined
  const plan = await pruned(optimise(closed), context, options)
  const { hops, stream } = cut(plan, capabilities)
  if (hops.length > 0 || stream !== undefined || !isRowWise(plan) || needsEngine(plan)) return undefined
  const scans = nodesOf(plan).filter(node => node.node === 'scan')
  const files = scans.flatMap(scan => filesOf(scan) ?? [])
  if (scans.some(scan => filesOf(scan) === undefined)) return undefined
  return {
    files,
    scans,
    async make(database, before) {
      const names = safeNames(closed.fields).map(duckdb.quoteName)
      const places = names.map((_, index) => `c${index}`)
      const columns = closed.fields.map(({ type }, index) => `CAST(c${index} AS ${duckdb.typeName(type)}) AS ${names[index]}`)
      const { text, scans: all } = printSql(plan, duckdb, before)
      const made = `CREATE VIEW ${duckdb.quoteName(name)} AS SELECT ${columns.join(', ')} FROM (${text}) AS t(${places.join(', ')})`
      await database.run(made, options)
      return all.slice(before.length)
    },
  }
}

function isRowWise(plan: Plan): boolean {
  return nodesOf(plan).every(
    node => (node.node === 'scan' || node.node === 'filter' || node.node === 'project') && !exprsOf(node).some(hasWindow),
  )
}

/** Files by their names, none of which the reader would take for a pattern. */
function filesOf({ source }: ScanNode): readonly string[] | undefined {
  const { files, path } = source.options as { readonly files?: readonly string[]; readonly path?: string }
  const list = files ?? (path === undefined ? [] : [path])
  const known = source.kind === 'parquet' || source.kind === 'csv' || source.kind === 'ndjson'
  return known && list.length > 0 && list.every(file => !/[*?[\]{}]|:\/\//.test(file)) ? list : undefined
}

/** Copies the rows, with the columns that are read and no others. */
export async function copyTable(
  database: Database,
  context: Context,
  closed: Plan,
  { name, read, rows }: Put,
  options: RunOptions,
): Promise<void> {
  const plan = columnsRead(closed, read)
  await fillTable(database, name, rows ? context.run(plan, options) : noRows(), plan.fields, safeNames(plan.fields), options)
}

/** The plan with the columns that are read; one stays, so that rows can be counted. */
export function columnsRead(plan: Plan, read: ReadonlySet<string> | undefined): Plan {
  if (read === undefined) return plan
  const names = safeNames(plan.fields)
  // Names that differ by case only have others there, which depend on all of them.
  if (plan.fields.some((field, index) => field.name !== names[index])) return plan
  const kept = plan.fields.filter(field => read.has(field.name.toLowerCase()))
  if (kept.length === plan.fields.length) return plan
  const fields = kept.length === 0 ? plan.fields.slice(0, 1) : kept
  const project: ProjectNode = {
    node: 'project',
    input: plan,
    columns: fields.map(field => ({ name: field.name, expr: columnNode(field) })),
    fields,
    open: false,
  }
  return project
}

async function* noRows(): AsyncGenerator<Batch> {}
