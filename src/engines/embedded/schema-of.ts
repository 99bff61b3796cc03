import { TidemillError } from '../../errors/index.ts'
import type { RunOptions, SourceDriver, Spec } from '../../plan/index.ts'
import type { Schema } from '../../schema/index.ts'
import { duckdb, type FileOptions, reader } from '../../sql/index.ts'
import type { Context } from './context.ts'
import { dataType } from './duckdb/data-type.ts'
import type { Database } from './duckdb/database.ts'
import { schemaOfSql } from './sql-source.ts'
import { placed } from './writing/prune-plan.ts'

/** The columns of a source: real types of Parquet; names of text formats, all of type string. */
export async function schemaOf(context: Context, source: Spec, options: RunOptions): Promise<Schema> {
  const files = await placed(source.options as FileOptions)
  switch (source.kind) {
    case 'csv':
      return texts(files.columns ?? (await columnNames(await context.database(), source.kind, files, options)), files)
    case 'ndjson':
      return texts(await allKeys(context, files, options), files)
    case 'parquet':
      return parquet(await context.database(), files, options)
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

async function columnNames(database: Database, kind: string, files: FileOptions, options: RunOptions): Promise<string[]> {
  const rows = await database.rows(`DESCRIBE SELECT * FROM ${reader(kind, files, [])}`, options)
  return rows.map(row => String(row[0]))
}

/** Keys that are known, in their order, then those that other lines have, by name: a key that no one knows would be dropped without a word. */
async function allKeys(
  context: Context,
  files: FileOptions & { readonly allKeys?: boolean },
  options: RunOptions,
): Promise<readonly string[]> {
  const { columns = [], path } = files
  if (files.allKeys === true) return columns
  const list = files.files ?? (path === undefined ? [] : [path])
  // A broken line is told when it is read; a file that grows may end in the middle of one.
  const objects = `read_ndjson_objects([${list.map(duckdb.quoteText).join(', ')}], ignore_errors=true, hive_partitioning=false)`
  const database = await context.database()
  const rows = await database.rows(`SELECT DISTINCT unnest(json_keys(json)) AS key FROM ${objects} ORDER BY key`, options)
  const known = new Set(columns)
  return [...columns, ...rows.map(row => String(row[0])).filter(key => !known.has(key))]
}

async function parquet(database: Database, { fileName: _, ...files }: FileOptions, options: RunOptions): Promise<Schema> {
  if (files.missing !== 'null') await checkSameColumns(database, files, options)
  const from = reader('parquet', files, [])
  const columns = await database.columns(`SELECT * FROM ${from}`, options)
  const partitions = new Set(files.partitions)
  const full = await withoutNulls(database, files, options)
  const inferred = new Map((files.partitionFields ?? []).map(field => [field.name, field]))
  return columns.map(({ name, type }) => {
    const partition = partitions.has(name) ? inferred.get(name) : undefined
    return { name: files.rename?.[name] ?? name, type: partition?.type ?? dataType(type), nullable: partition?.nullable ?? !full.has(name) }
  })
}

/** Columns whose row groups all say that they hold no NULL. */
async function withoutNulls(database: Database, { files = [], path }: FileOptions, options: RunOptions): Promise<ReadonlySet<string>> {
  const list = (files.length === 0 && path !== undefined ? [path] : files).map(file => duckdb.quoteText(file)).join(', ')
  const rows = await database.rows(
    `SELECT path_in_schema FROM parquet_metadata([${list}]) GROUP BY path_in_schema HAVING count(*) = count(stats_null_count) AND sum(stats_null_count) = 0 AND count(DISTINCT file_name) = ${Math.max(1, files.length)}`,
    options,
  )
  return new Set(rows.map(row => String(row[0])))
}

/** The engine takes the columns of the first file, and says nothing of those that only others have. */
async function checkSameColumns(database: Database, { files = [], fileNames = files }: FileOptions, options: RunOptions): Promise<void> {
  if (files.length < 2) return
  const rows = await database.rows(
    `SELECT file_name, name, num_children FROM parquet_schema([${files.map(duckdb.quoteText).join(', ')}])`,
    options,
  )
  const columns = new Map<string, string[]>()
  // Elements stand in depth-first order: what a group holds is passed over.
  let [file, inside] = ['', 0]
  for (const [path, name, children] of rows) {
    const count = Number(children ?? 0)
    if (path !== file) {
      file = String(path)
      columns.set(file, [])
      inside = 0
      continue
    }
    if (inside > 0) inside--
    else columns.get(file)?.push(String(name))
    inside += count
  }
  const first = columns.get(files[0] ?? '') ?? []
  for (const [index, path] of files.entries()) {
    const own = columns.get(path) ?? []
    const [lacking, more] = [first.filter(name => !own.includes(name)), own.filter(name => !first.includes(name))]
    if (lacking.length === 0 && more.length === 0) continue
    const difference = [
      ...(lacking.length > 0 ? [`lacks ${lacking.join(', ')}`] : []),
      ...(more.length > 0 ? [`adds ${more.join(', ')}`] : []),
    ]
    throw new TidemillError(
      'connectors.format',
      `columns differ: ${fileNames[index] ?? path} ${difference.join(' and ')} (compared with ${fileNames[0] ?? ''})`,
      {
        details: { file: path, lacking, more },
        hint: "take all columns and fill those a file lacks with NULL: parquet(path, { missing: 'null' })",
      },
    )
  }
}
