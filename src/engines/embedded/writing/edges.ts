import { TidemillError } from '../../../errors/index.ts'
import type { Partition, TableManifest } from '../../../layout/index.ts'
import { duckdb, toText } from '../../../sql/index.ts'
import type { Database, QueryOptions } from '../duckdb/database.ts'
import type { Rows } from './copy-parts.ts'
import type { Layout } from './sink-options.ts'

/** Rows that are looked at to find edges. */
const sampled = 100_000

/**
 * The levels of folders, with edges for the ranges that were asked for in parts: those the table has already, else quantiles of a sample of the rows. The rows are read once more
 * for that.
 */
export async function withEdges(
  database: Database,
  rows: Rows,
  layout: Layout,
  table: TableManifest | undefined,
  options: QueryOptions,
): Promise<readonly Partition[]> {
  const levels: Partition[] = []
  for (const [index, level] of layout.levels.entries()) {
    if (!('parts' in level)) {
      levels.push(level)
      continue
    }
    const { parts, ...range } = level
    const known = table?.partitions[index]
    const edges =
      known?.by === 'range' && known.column === level.column ? known.edges : await quantiles(database, rows, level.column, parts, options)
    levels.push({ ...range, edges })
  }
  return levels
}

async function quantiles(database: Database, rows: Rows, column: string, parts: number, options: QueryOptions): Promise<readonly string[]> {
  const at = rows.fields.findIndex(field => field.name === column)
  const field = rows.fields[at]
  if (field === undefined) throw new TidemillError('plan.unknown-column', `unknown column in partitionBy: ${column}`)
  const name = duckdb.quoteName(rows.names[at] ?? column)
  const shares = Array.from({ length: parts - 1 }, (_, index) => (index + 1) / parts)
  const sample = `SELECT ${name} AS v FROM (${rows.sql}) AS t WHERE ${name} IS NOT NULL${field.type === 'float64' ? ` AND NOT isnan(${name})` : ''} USING SAMPLE reservoir(${sampled} ROWS) REPEATABLE (42)`
  const edges = `SELECT DISTINCT unnest(quantile_disc(v, [${shares.join(', ')}])) AS edge FROM (${sample})`
  const found = await database.rows(`SELECT ${toText('edge', field.type)} FROM (${edges}) ORDER BY edge`, options)
  return found.map(row => String(row[0]))
}
