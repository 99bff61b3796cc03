import { TidemillError } from '../../errors/index.ts'
import type { ScanNode } from '../../plan/index.ts'
import type { DataType, Schema } from '../../schema/index.ts'
import type { Select } from '../dialect.ts'
import { safeNames } from '../names.ts'
import { escapeMarks } from '../spans.ts'
import { readText } from './casts.ts'
import { quoteList, quoteName, quoteText } from './text.ts'
import { typeName } from './types.ts'

/** What `prepareSource` learnt of files. */
export interface FileOptions {
  readonly path?: string
  readonly files?: readonly string[]
  readonly delimiter?: string
  readonly quote?: string
  readonly header?: boolean
  readonly nulls?: readonly string[]
  /** Names in the file. */
  readonly columns?: readonly string[]
  /** Name in the file -> name shown. */
  readonly rename?: Readonly<Record<string, string>>
  /** Columns that the names of folders give. */
  readonly partitions?: readonly string[]
  /** True when files have their columns in different orders. */
  readonly byName?: boolean
}

/** Reads a source. Text formats are read as text, then cast by our rules. */
export function scan(plan: ScanNode, names: readonly string[], id: number): Select {
  const { kind } = plan.source
  const options = plan.source.options as FileOptions & { readonly table?: string; readonly schema?: Schema }
  if (kind === 'staged') return staged(plan, names, options.table ?? '')
  const raw = rawNames(plan, options)
  const places = readerNames(kind, options, raw)
  const text = kind === 'csv' || kind === 'ndjson'
  const partitions = new Set(kind === 'parquet' ? options.partitions : [])
  const columns = plan.fields.map((field, index) => {
    const name = raw[index] ?? field.name
    const place = escapeMarks(places[index] ?? name)
    const value = text || partitions.has(name) ? readText(place, field.type, field.nullable, id, field.name) : readTyped(place, field.type)
    return `${value} AS ${quoteName(names[index] ?? field.name)}`
  })
  return { columns: columns.join(', '), from: reader(kind, options, raw) }
}

function staged(plan: ScanNode, names: readonly string[], table: string): Select {
  const columns = plan.fields.map((field, index) => {
    const [own, shown] = [quoteName(stagedName(plan, field.name)), quoteName(names[index] ?? field.name)]
    return own === shown ? own : `${own} AS ${shown}`
  })
  return { columns: columns.join(', '), from: quoteName(table) }
}

/** Columns of a staged table are called by their place, whatever names the plan gives them: `c0`, `c1`. */
function stagedName(plan: ScanNode, name: string): string {
  const { columns = [] } = plan.source.options as { readonly columns?: readonly string[] }
  return `c${columns.indexOf(name)}`
}

/** Columns of typed files; CAST is nothing where the type is the same already. */
function readTyped(name: string, type: DataType): string {
  return type === 'null' ? 'CAST(NULL AS INTEGER)' : `CAST(${quoteName(name)} AS ${typeName(type)})`
}

function rawNames(plan: ScanNode, options: FileOptions): string[] {
  const shown = new Map(Object.entries(options.rename ?? {}).map(([raw, name]) => [name, raw]))
  // A key that the first objects of an NDJSON file lack may come later; a column of a CSV file may not.
  const known = plan.source.kind === 'csv' ? options.columns : undefined
  return plan.fields.map(field => {
    const raw = shown.get(field.name) ?? field.name
    if (known !== undefined && !known.includes(raw)) {
      const have = known.map(name => options.rename?.[name] ?? name)
      throw new TidemillError(
        'schema.missing-column',
        `column not in ${options.path ?? 'the file'}: ${field.name} (have ${have.join(', ')})`,
        {
          hint: 'names are matched exactly; leave the column out of the schema, or correct its name',
          details: { column: field.name, have },
        },
      )
    }
    return raw
  })
}

/**
 * What a reader calls the columns that the file calls `raw`: the same, where the statement can hold those names and DuckDB can tell them apart.
 *
 * @throws schema.duplicate-column when columns must be matched by names that DuckDB takes for one
 */
export function readerNames(kind: string, options: FileOptions, raw: readonly string[]): readonly string[] {
  if (kind === 'ndjson') return safeNames(raw.map(name => ({ name })))
  if (kind !== 'csv' || options.columns === undefined) return raw
  const columns = options.columns
  const safe = safeNames(columns.map(name => ({ name })))
  const changed = columns.filter((name, index) => safe[index] !== name)
  if (options.byName === true && changed.length > 0)
    throw new TidemillError(
      'schema.duplicate-column',
      `columns cannot be told apart by name: ${changed.map(name => JSON.stringify(name)).join(', ')} of ${options.path ?? 'the files'}`,
      {
        hint: 'the files have their columns in different orders; read them one by one and join them with union',
        details: { columns: changed },
      },
    )
  return raw.map(name => safe[columns.indexOf(name)] ?? name)
}

/** `read_csv(...)` and its like; its columns are called as `readerNames` says. */
export function reader(kind: string, options: FileOptions, raw: readonly string[]): string {
  const files = options.files ?? (options.path === undefined ? [] : [options.path])
  const list = quoteList(files)
  if (kind === 'parquet') {
    const hive = (options.partitions ?? []).length > 0 ? ', hive_partitioning=true, hive_types_autocast=false' : ', hive_partitioning=false'
    return `read_parquet(${list}${hive})`
  }
  if (kind === 'ndjson') {
    const columns = raw.length === 0 ? ['~none'] : raw
    const names = readerNames(kind, options, raw)
    if (names.some((name, index) => name !== raw[index])) return objects(list, raw, names)
    return `read_ndjson(${list}, auto_detect=false, hive_partitioning=false, columns={${columns.map(name => `${quoteName(name)}: 'VARCHAR'`).join(', ')}})`
  }
  if (kind === 'csv') return csv(list, options)
  throw new TidemillError('plan.gap', `a source that DuckDB does not read: ${kind}`, { details: { kind } })
}

/** Keys that DuckDB takes for one name, or that no statement can hold, are taken out of each object. */
function objects(list: string, raw: readonly string[], names: readonly string[]): string {
  const columns = raw.map((key, index) => {
    const pointer = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return `json_extract_string(json, ${quoteText(pointer)}) AS ${quoteName(names[index] ?? key)}`
  })
  return `(SELECT ${columns.join(', ')} FROM read_ndjson_objects(${list}, hive_partitioning=false)) AS objects`
}

/**
 * Files are read under the names their header gave, with no guessing. Where they have their columns in different orders they are matched by the names in each
 * header, which takes DuckDB's sniffer: reading by place would mix columns silently.
 */
function csv(list: string, options: FileOptions): string {
  const quote = options.quote ?? '"'
  const common = [
    `header=${options.header ?? true}`,
    `delim=${quoteText(options.delimiter ?? ',')}`,
    `quote=${quoteText(quote)}`,
    `escape=${quoteText(quote)}`,
    `nullstr=${quoteList(options.nulls ?? [''])}`,
    'allow_quoted_nulls=false',
    'null_padding=false',
    'all_varchar=true',
    'hive_partitioning=false',
  ]
  const { columns } = options
  if (columns !== undefined && options.byName !== true)
    common.push(
      'auto_detect=false',
      `columns={${readerNames('csv', options, columns)
        .map(name => `${quoteName(name)}: 'VARCHAR'`)
        .join(', ')}}`,
    )
  else common.push('sample_size=1024')
  return `read_csv(${list}, ${common.join(', ')})`
}
