import { basename, dirname, join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Field } from '../../../schema/index.ts'
import { duckdb } from '../../../sql/index.ts'
import type { Database, QueryOptions } from '../duckdb/database.ts'
import { formatSettings, type Part } from './copy-parts.ts'
import type { Layout } from './sink-options.ts'
import { statsOf } from './stats.ts'

/** Parquet files that are larger than asked for, each as several. They are read and written once more: only what was written tells how large rows are. */
export async function splitLarge(
  database: Database,
  parts: readonly Part[],
  layout: Layout,
  fields: readonly Field[],
  options: QueryOptions,
): Promise<readonly Part[]> {
  const { bytesPerFile } = layout
  if (bytesPerFile === undefined) return parts
  const small: Part[] = []
  for (const part of parts) {
    if (part.bytes <= bytesPerFile * 1.25 || (part.rows ?? 0) < 2) {
      small.push(part)
      continue
    }
    const folder = join(dirname(part.path), `${basename(part.path)}.split`)
    const perRow = part.bytes / (part.rows ?? 1)
    const group = Math.max(2048, Math.min(layout.rowGroupSize ?? 122_880, Math.floor(bytesPerFile / perRow / 2)))
    const settings = [
      ...formatSettings({ ...layout, rowGroupSize: group }),
      `FILE_SIZE_BYTES ${bytesPerFile}`,
      `FILE_EXTENSION '${layout.ending}'`,
      'RETURN_STATS true',
    ]
    const answer = await database.rows(
      `COPY (SELECT * FROM read_parquet(${duckdb.quoteText(part.path)}, hive_partitioning=false)) TO ${duckdb.quoteText(folder)} (${settings.join(', ')})`,
      options,
    )
    await rm(part.path)
    for (const [path, count, bytes, , stats] of answer)
      small.push({
        path: String(path),
        rows: Number(count),
        bytes: Number(bytes),
        partition: part.partition,
        stats: statsOf(stats, fields),
      })
  }
  return small
}
