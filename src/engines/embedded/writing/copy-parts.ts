/** Rows into files of a folder, few of them open at a time, however many partitions there are. */
import { mkdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { TidemillError } from '../../../errors/index.ts'
import type { ColumnStats, Partition } from '../../../layout/index.ts'
import type { Field } from '../../../schema/index.ts'
import { duckdb, outputColumns } from '../../../sql/index.ts'
import type { Database, QueryOptions } from '../duckdb/database.ts'
import { partitionText, partitionValue } from './partition-sql.ts'
import type { Layout } from './sink-options.ts'
import { statsOf } from './stats.ts'

/** A file that was made, wherever it is to go. */
export interface Part {
  readonly path: string
  readonly rows: number | undefined
  readonly bytes: number
  readonly partition: readonly (string | null)[]
  readonly stats: Readonly<Record<string, ColumnStats>> | undefined
}
/** A SELECT whose columns are `fields`, under `names`. */
export interface Rows {
  readonly sql: string
  readonly fields: readonly Field[]
  readonly names: readonly string[]
  /** They come in an order that somebody asked for. */
  readonly ordered: boolean
}

/**
 * Rows a thread gathers before it writes. The rows come sorted by partition, so that these belong to few of them; DuckDB's own half a million rows are in memory as one buffer
 * for each partition, which no limit allows for ten thousand of them.
 */
const flushRows = 5_000

/**
 * Writes rows to files below a folder that is not there yet. Gives the files, and the number of rows.
 *
 * Rows are sorted by partition first, on the disk where memory does not hold them, and then written one partition after the other.
 */
export async function copyParts(
  database: Database,
  rows: Rows,
  layout: Layout,
  levels: readonly Partition[],
  folder: string,
  options: QueryOptions,
): Promise<{ readonly rows: number; readonly parts: readonly Part[] }> {
  const { kind, rowsPerFile, sortBy } = layout
  const ordered = rows.ordered || sortBy.length > 0
  const plain = levels.length === 0 && rowsPerFile === undefined
  // What a first try left, when the files it read were moved meanwhile.
  await rm(folder, { recursive: true, force: true })
  if (plain) await mkdir(folder)
  const to = plain ? join(folder, `data_0.${layout.ending}`) : folder
  const statement = `COPY (${selectOf(rows, layout, levels, ordered)}) TO ${duckdb.quoteText(to)} (${[
    ...formatSettings(layout),
    ...(plain
      ? []
      : [
          `PARTITION_BY (${keyNames(rows, levels, ordered || rowsPerFile !== undefined)
            .map(name => duckdb.quoteName(name))
            .join(', ')})`,
          'WRITE_PARTITION_COLUMNS false',
          `FILE_EXTENSION '${layout.ending}'`,
        ]),
    kind === 'parquet' ? 'RETURN_STATS true' : 'RETURN_FILES true',
  ].join(', ')})`
  const before = `SET GLOBAL partitioned_write_max_open_files = 2; SET GLOBAL partitioned_write_flush_threshold = ${flushRows}`
  await database.run(before)
  if (kind !== 'parquet') return ofFiles(await database.rows(statement, options), folder, levels)
  const parts = await database.mapRows(statement, row => ofStats(row, folder, levels, rows), options)
  // Without rows and with partitions there is no file at all.
  return { rows: parts.reduce((sum, part) => sum + (part.rows ?? 0), 0), parts }
}

/** How one file is written; shared with those that are no folder. */
export function formatSettings({ kind, text, compression, rowGroupSize }: Layout): string[] {
  if (kind === 'parquet')
    return [
      'FORMAT parquet',
      `COMPRESSION ${compression === 'none' ? 'uncompressed' : compression === 'lz4' ? 'lz4_raw' : compression}`,
      ...(rowGroupSize === undefined ? [] : [`ROW_GROUP_SIZE ${rowGroupSize}`]),
    ]
  const packed = `COMPRESSION ${compression}`
  // DuckDB refuses partitions of JSON: each row is one text, written without any quotes.
  if (kind === 'ndjson') return ['FORMAT csv', 'HEADER false', "QUOTE ''", "ESCAPE ''", "DELIMITER '\u0001'", packed]
  return ['FORMAT csv', `HEADER ${text?.header ?? true}`, `DELIMITER ${duckdb.quoteText(text?.delimiter ?? ',')}`, `NULLSTR ''`, packed]
}

/** The columns of the files: those that folders tell are left out of Parquet; text files are read by what is in them. */
function fileColumns({ fields, names }: Rows, layout: Layout, levels: readonly Partition[]): string {
  const told = new Set(layout.kind === 'parquet' ? levels.flatMap(level => (level.by === 'value' ? [level.column] : [])) : [])
  const kept = fields.map((field, index) => ({ field, name: names[index] ?? field.name })).filter(({ field }) => !told.has(field.name))
  const columns = outputColumns(
    kept.map(({ field }) => field),
    kept.map(({ name }) => name),
    layout.kind,
    [],
  )
  return columns
}

/** The rows as one file has them. */
export function fileSelect(rows: Rows, layout: Layout): string {
  return selectOf(rows, { ...layout, rowsPerFile: undefined }, [], false)
}

function selectOf(rows: Rows, layout: Layout, levels: readonly Partition[], ordered: boolean): string {
  const { rowsPerFile, sortBy, kind } = layout
  const own = marker(rows)
  const place = new Map(rows.fields.map((field, index) => [field.name, { field, name: duckdb.quoteName(rows.names[index] ?? field.name) }]))
  const values: string[] = []
  const keys: string[] = []
  for (const [index, level] of levels.entries()) {
    const found = place.get(level.column)
    if (found === undefined) throw new TidemillError('plan.unknown-column', `unknown column in partitionBy: ${level.column}`)
    values.push(`${partitionValue(level, found.name, found.field.type)} AS "${own}v${index}"`)
    // A text that no value is, for NULL: DuckDB writes NULL and a text that reads like it to one file.
    keys.push(`coalesce('v' || ${partitionText(level, `"${own}v${index}"`, found.field.type)}, 'n') AS "${own}p${index}"`)
  }
  const sorts = sortBy.map((name, index) => `${place.get(name)?.name} AS "${own}s${index}"`)
  if (ordered && rows.ordered && levels.length > 0) sorts.push(`row_number() OVER () AS "${own}s${sorts.length}"`)
  const columns = fileColumns(rows, layout, levels)
  const names = rows.fields
    .map(field => field.name)
    .filter(name => kind !== 'parquet' || !levels.some(level => level.by === 'value' && level.column === name))
  const order = [...keys.map((_, index) => `"${own}v${index}"`), ...sorts.map((_, index) => `"${own}s${index}" ASC NULLS LAST`)]
  const inner = `SELECT ${[columns, ...values, ...sorts].join(', ')} FROM (${rows.sql}) AS t${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}`
  // A running number is made on one thread: the rows of a file keep their order, and none has too many.
  const number = ordered || rowsPerFile !== undefined ? [`(row_number() OVER () - 1) // ${rowsPerFile ?? 2 ** 52} AS "${own}f"`] : []
  const out = names.map(name => duckdb.quoteName(name))
  const written =
    kind === 'ndjson' ? [`CAST(to_json(struct_pack(${out.map(name => `${name} := ${name}`).join(', ')})) AS VARCHAR) AS "${own}l"`] : out
  if (levels.length === 0 && rowsPerFile === undefined) return `SELECT ${written.join(', ')} FROM (${inner}) AS u`
  return `SELECT ${[...written, ...keys, ...number].join(', ')} FROM (${inner}) AS u`
}

function keyNames(rows: Rows, levels: readonly Partition[], numbered: boolean): string[] {
  const own = marker(rows)
  return [...levels.map((_, index) => `${own}p${index}`), ...(numbered ? [`${own}f`] : [])]
}

/** What the names of our own columns begin with: no column of the rows does. */
function marker({ fields }: Rows): string {
  let mark = '~'
  while (fields.some(field => field.name.startsWith(mark))) mark += '~'
  return mark
}

function ofStats([path, count, bytes, , stats]: readonly unknown[], folder: string, levels: readonly Partition[], rows: Rows): Part {
  return {
    path: String(path),
    rows: Number(count),
    bytes: Number(bytes),
    partition: keysIn(String(path), folder, levels),
    stats: statsOf(stats, rows.fields),
  }
}

async function ofFiles(
  answer: readonly unknown[][],
  folder: string,
  levels: readonly Partition[],
): Promise<{ rows: number; parts: Part[] }> {
  const [count, list] = answer[0] ?? []
  const paths = (list as { readonly items?: readonly unknown[] } | undefined)?.items?.map(String) ?? []
  const rows = Number(count ?? 0)
  const parts: Part[] = []
  for (const path of paths) {
    const { size } = await stat(path)
    parts.push({
      path,
      rows: paths.length === 1 ? rows : undefined,
      bytes: size,
      partition: keysIn(path, folder, levels),
      stats: undefined,
    })
  }
  return { rows, parts }
}

/** What the names of DuckDB's folders say, which are ours: `~p0=vwest`. */
function keysIn(path: string, folder: string, levels: readonly Partition[]): (string | null)[] {
  const folders = relative(folder, path).split(sep)
  return levels.map((_, index) => {
    const text = folders[index] ?? ''
    const value = decodeURIComponent(text.slice(text.indexOf('=') + 1))
    return value === 'n' ? null : value.slice(1)
  })
}

/** What the names of files end in that are not ready for anybody. */
export const unready = 'new'

export function partsFolder(staging: string): string {
  return join(staging, '.parts')
}
