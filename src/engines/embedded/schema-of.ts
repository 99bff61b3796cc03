import { TidemillError } from '../../errors/index.ts'
import type { RunOptions, SourceDriver, Spec } from '../../plan/index.ts'
import { inferSchema, type Schema } from '../../schema/index.ts'
import { duckdb, type FileOptions, reader } from '../../sql/index.ts'
import type { Context } from './context.ts'
import { dataType } from './duckdb/data-type.ts'
import type { Database } from './duckdb/database.ts'
import { schemaOfSql } from './sql-source.ts'

/** The columns of a source: real types of Parquet; names of text formats, all of type string. */
export async function schemaOf(context: Context, source: Spec, options: RunOptions): Promise<Schema> {
  const files = source.options as FileOptions
  switch (source.kind) {
    case 'csv':
      return texts(files.columns ?? (await columnNames(await context.database(), source, options)), files)
    case 'ndjson':
      return texts(files.columns ?? (await keys(await context.database(), files, options)), files)
    case 'parquet':
      return parquet(await context.database(), source, options)
    case 'sql':
      return schemaOfSql(context, source, options)
    default: {
      if (source.code === undefined) throw new TidemillError('plan.gap', `a source that the embedded engine does not know: ${source.kind}`)
      return ((await context.host.load(source.code)) as SourceDriver).schemaOf(source.options)
    }
  }
}

function texts(names: readonly string[], { rename = {} }: FileOptions): Schema {
  return names.map(name => ({ name: rename[name] ?? name, type: 'string', nullable: true }))
}

async function columnNames(database: Database, source: Spec, options: RunOptions): Promise<string[]> {
  const rows = await database.rows(`DESCRIBE SELECT * FROM ${reader(source.kind, source.options as FileOptions, [])}`, options)
  return rows.map(row => String(row[0]))
}

/** Keys of the first objects, in the order they are first seen. */
async function keys(database: Database, { files = [], path }: FileOptions, options: RunOptions): Promise<string[]> {
  const list = (files.length === 0 && path !== undefined ? [path] : files).map(file => duckdb.quoteText(file)).join(', ')
  const objects = `SELECT json, row_number() OVER () AS row FROM read_ndjson_objects([${list}]) LIMIT 20000`
  const rows = await database.rows(
    `SELECT key FROM (SELECT row, unnest(json_keys(json)) AS key, generate_subscripts(json_keys(json), 1) AS place FROM (${objects})) GROUP BY key ORDER BY min(row), min(place)`,
    options,
  )
  return rows.map(row => String(row[0]))
}

async function parquet(database: Database, source: Spec, options: RunOptions): Promise<Schema> {
  const files = source.options as FileOptions
  const from = reader('parquet', files, [])
  const columns = await database.columns(`SELECT * FROM ${from}`, options)
  const partitions = new Set(files.partitions)
  const full = await withoutNulls(database, files, options)
  const inferred = new Map(partitionSchema(files, [...partitions]).map(field => [field.name, field]))
  return columns.map(({ name, type }) => {
    const partition = partitions.has(name) ? inferred.get(name) : undefined
    return { name: files.rename?.[name] ?? name, type: partition?.type ?? dataType(type), nullable: partition?.nullable ?? !full.has(name) }
  })
}

/** Columns whose row groups all say that they hold no NULL. */
async function withoutNulls(database: Database, { files = [], path }: FileOptions, options: RunOptions): Promise<ReadonlySet<string>> {
  const list = (files.length === 0 && path !== undefined ? [path] : files).map(file => duckdb.quoteText(file)).join(', ')
  const rows = await database.rows(
    `SELECT path_in_schema FROM parquet_metadata([${list}]) GROUP BY path_in_schema HAVING count(*) = count(stats_null_count) AND sum(stats_null_count) = 0`,
    options,
  )
  return new Set(rows.map(row => String(row[0])))
}

/** Types of the values in folder names, found as those of text files: `year=2026` is an int64, `code=007` a string. */
function partitionSchema({ files = [] }: FileOptions, names: readonly string[]): Schema {
  const columns = names.map(name =>
    files.map(file => {
      const part = file.split(/[\\/]/).find(piece => piece.startsWith(`${name}=`))
      const value = part === undefined ? undefined : decodeURIComponent(part.slice(name.length + 1))
      return value === undefined || value === '__HIVE_DEFAULT_PARTITION__' ? null : value
    }),
  )
  return inferSchema(names, columns)
}
