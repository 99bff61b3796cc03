import { TidemillError } from '../../errors/index.ts'
import type { ScanNode } from '../../plan/index.ts'
import type { DataType, Schema } from '../../schema/index.ts'
import type { Select } from '../dialect.ts'
import { safeNames } from '../names.ts'
import { escapeMarks } from '../spans.ts'
import { exactJson, isDecimalType } from './exact-json.ts'
import { someLeaf } from './nested.ts'
import { tryText } from './casts.ts'
import { looseCast, readText } from './read-text.ts'
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
  /** Columns that the names of folders give, whose values are known to fit. */
  readonly partitionFields?: Schema
  /** True when files have their columns in different orders. */
  readonly byName?: boolean
  readonly escape?: string
  /** Lines at the top that are no part of the table. */
  readonly skip?: number
  /** Files that follow one another and have the same columns, where not all have. */
  readonly groups?: readonly { readonly files: readonly string[]; readonly columns: readonly string[]; readonly skip: number }[]
  /** A first column of line numbers, which copies of sifted files have. */
  readonly lineColumn?: string
  /** The column that shows the file of a row, and what it shows of each of `files`. */
  readonly fileName?: string
  readonly fileNames?: readonly string[]
  /** `'null'`: Parquet files may lack columns that others have. */
  readonly missing?: 'fail' | 'null'
  /** How the values of a column are written, by its name in the plan. */
  readonly forms?: Readonly<Record<string, TextForm>>
  /** Rows whose values all fit these columns, or the others. */
  readonly fitting?: { readonly keep: 'good' | 'bad'; readonly columns: Schema }
}

/** See `text-values.ts` of the connectors. */
export type TextForm =
  | { readonly number: { readonly decimal: string; readonly thousands?: string | undefined }; readonly pattern: string }
  | { readonly date: string; readonly pattern: string }
  | { readonly timestamp: string; readonly pattern: string }

/** What the reader calls the column of file names. */
const fileColumn = '~file'

/** Reads a source. Text formats are read as text, then cast by our rules. */
export function scan(plan: ScanNode, names: readonly string[], id: number): Select {
  const { kind } = plan.source
  const options = plan.source.options as FileOptions & { readonly table?: string; readonly schema?: Schema }
  if (kind === 'staged') return staged(plan, names, options.table ?? '')
  const raw = rawNames(plan, options)
  const places = readerNames(kind, options, raw)
  const text = kind === 'csv' || kind === 'ndjson'
  const partitions = new Set(options.partitions)
  const checked = new Set(options.partitionFields?.map(field => field.name))
  const taken = new Set([...places, ...readerNames(kind, options, options.columns ?? [])].map(name => name.toLowerCase()))
  const casts: string[] = []
  const looseColumn = (place: string, type: DataType): string | undefined => {
    const cast = looseCast(place, type)
    if (cast === undefined) return undefined
    const name = freeName(`~cast${casts.length}`, taken)
    casts.push(`${cast} AS ${quoteName(name)}`)
    return name
  }
  const columns = plan.fields.map((field, index) => {
    const name = raw[index] ?? field.name
    const place = escapeMarks(places[index] ?? name)
    const own = (): string => {
      if (field.name === options.fileName) return shownFile(options)
      if (partitions.has(name) && checked.has(name) && isPlainCast(field.type))
        return `CAST(${quoteName(place)} AS ${typeName(field.type)})`
      if (!text && !partitions.has(name)) return readTyped(place, field.type)
      const loose = partitions.has(name) ? undefined : looseColumn(place, field.type)
      return readText({ name: place, loose, scan: id, shown: field.name }, field.type, field.nullable)
    }
    return `${own()} AS ${quoteName(names[index] ?? field.name)}`
  })
  const from = reader(
    kind,
    options,
    inFiles(raw, plan, options),
    new Map(plan.fields.map((field, index) => [raw[index] ?? field.name, field.type])),
  )
  const sifted = options.fitting === undefined ? from : fitting(kind, from, options, options.fitting)
  return { columns: columns.join(', '), from: casts.length === 0 ? sifted : `(SELECT *, ${casts.join(', ')} FROM ${sifted}) AS casts` }
}

/** The name, or one like it that no column has. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}~`, taken) : name
}

/** Types of which DuckDB reads a text that fits as we do. Only a plain cast lets it see which folders a filter leaves over. */
function isPlainCast(type: DataType): boolean {
  return (
    type === 'string' ||
    type === 'int32' ||
    type === 'int64' ||
    type === 'bigint' ||
    type === 'float64' ||
    type === 'boolean' ||
    type === 'date'
  )
}

/** The columns that the reader is asked for by name: not those of folders and of file names, which come by themselves. */
function inFiles(raw: readonly string[], plan: ScanNode, options: FileOptions): string[] {
  const wanted = raw.filter((name, index) => plan.fields[index]?.name !== options.fileName && options.partitions?.includes(name) !== true)
  const hidden = [
    ...(options.fitting?.columns ?? []).map(field => rawName(options, field.name)),
    ...(options.lineColumn === undefined ? [] : [options.lineColumn]),
  ]
  return [...new Set([...wanted, ...(options.fitting === undefined ? [] : hidden)])]
}

function rawName(options: FileOptions, shown: string): string {
  return Object.entries(options.rename ?? {}).find(([, name]) => name === shown)?.[0] ?? shown
}

/** The file of a row as the user calls it. */
function shownFile({ files = [], fileNames = files }: FileOptions): string {
  const place = quoteName(fileColumn)
  const cuts = new Set(
    files.map((file, index) => (file.endsWith(fileNames[index] ?? file) ? file.length - (fileNames[index] ?? file).length : -1)),
  )
  const [cut = 0] = cuts
  if (cuts.size === 1 && cut === 0) return place
  const heads = new Set(files.map(file => file.slice(0, cut)))
  // Relative paths: what stands before them is the same of all.
  if (cuts.size === 1 && cut > 0 && heads.size === 1) return `substr(${place}, ${[...(files[0]?.slice(0, cut) ?? '')].length + 1})`
  return `list_extract(${quoteList(fileNames)}, list_position(${quoteList(files)}, ${place}))`
}

/** Rows whose values all fit, or those of which one does not. */
function fitting(kind: string, from: string, options: FileOptions, { keep, columns }: NonNullable<FileOptions['fitting']>): string {
  const raw = columns.map(field => rawName(options, field.name))
  const places = readerNames(kind, options, raw)
  const fits = columns.map(({ name, type, nullable }, index) => {
    const place = quoteName(escapeMarks(places[index] ?? name))
    return nullable ? `(${place} IS NULL OR ${tryText(place, type)} IS NOT NULL)` : `${tryText(place, type)} IS NOT NULL`
  })
  const all = fits.length === 0 ? 'true' : fits.join(' AND ')
  return `(SELECT * FROM ${from} WHERE ${keep === 'good' ? all : `NOT (${all})`}) AS sifted`
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
    const besides = field.name === options.fileName || options.partitions?.includes(raw) === true || raw === options.lineColumn
    if (known !== undefined && !known.includes(raw) && !besides) {
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
  if (options.byName === true && options.groups === undefined && changed.length > 0)
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

/**
 * `read_csv(...)` and its like; its columns are called as `readerNames` says.
 *
 * @param types of the columns by their raw names, where they are known: JSON keeps the digits of decimals, and the quotes of JSON itself, for those that need them
 */
export function reader(
  kind: string,
  options: FileOptions,
  raw: readonly string[],
  types: ReadonlyMap<string, DataType> = new Map(),
): string {
  const from = plainReader(kind, options, raw, types)
  const forms = Object.entries(options.forms ?? {}).flatMap(([shown, form]) => {
    const own = rawName(options, shown)
    const [place = own] = readerNames(kind, options, [own])
    return kind === 'csv' || raw.includes(own) ? [`${inForm(quoteName(escapeMarks(place)), form)} AS ${quoteName(escapeMarks(place))}`] : []
  })
  return forms.length === 0 ? from : `(SELECT * REPLACE (${forms.join(', ')}) FROM ${from}) AS texts`
}

function plainReader(kind: string, options: FileOptions, raw: readonly string[], types: ReadonlyMap<string, DataType>): string {
  const files = options.files ?? (options.path === undefined ? [] : [options.path])
  const besides = `${hive(options)}${options.fileName === undefined ? '' : `, filename=${quoteText(fileColumn)}`}`
  if (kind === 'parquet') return `read_parquet(${quoteList(files)}${besides}${options.missing === 'null' ? ', union_by_name=true' : ''})`
  if (kind === 'ndjson') {
    const columns = raw.length === 0 ? ['~none'] : raw
    const names = readerNames(kind, options, raw)
    const exact = [...types.values()].some(type => someLeaf(type, isExact))
    if (exact || names.some((name, index) => name !== raw[index]))
      return objects(quoteList(files), raw, names, besides, exact ? types : new Map())
    return `read_ndjson(${quoteList(files)}, auto_detect=false${besides}, columns={${columns.map(name => `${quoteName(name)}: 'VARCHAR'`).join(', ')}})`
  }
  if (kind === 'csv') return options.groups === undefined ? csv(files, options, besides) : groups(files, options, besides)
  throw new TidemillError('plan.gap', `a source that DuckDB does not read: ${kind}`, { details: { kind } })
}

function hive({ partitions = [] }: FileOptions): string {
  return partitions.length > 0 ? ', hive_partitioning=true, hive_types_autocast=false' : ', hive_partitioning=false'
}

/** Keys that DuckDB takes for one name, or that no statement can hold, are taken out of each object. */
function objects(
  list: string,
  raw: readonly string[],
  names: readonly string[],
  besides: string,
  types: ReadonlyMap<string, DataType>,
): string {
  const from = types.size === 0 ? 'json' : exactJson('json')
  const columns = raw.map((key, index) => {
    const pointer = quoteText(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    const text =
      types.get(key) === 'json'
        ? `CAST(nullif(json_extract(json, ${pointer}), 'null') AS VARCHAR)`
        : `json_extract_string(${from}, ${pointer})`
    return `${text} AS ${quoteName(names[index] ?? key)}`
  })
  return `(SELECT * EXCLUDE (json), ${columns.join(', ')} FROM read_ndjson_objects(${list}${besides})) AS objects`
}

/** Types that DuckDB's JSON reader spoils: it reads every number with a point as a double, and takes the quotes off a text. */
function isExact(type: DataType): boolean {
  return type === 'json' || isDecimalType(type)
}

/** Files that differ in their columns, or in their order: each is read under its own names, and the columns are put together by name. */
function groups(files: readonly string[], options: FileOptions, besides: string): string {
  const { columns = [], groups: given = [] } = options
  const shown = readerNames('csv', options, columns)
  const more = [
    ...(options.lineColumn === undefined ? [] : [options.lineColumn]),
    ...(options.partitions ?? []),
    ...(options.fileName === undefined ? [] : [fileColumn]),
  ].map(quoteName)
  const parts = given.flatMap(group => {
    const own = group.files.filter(file => files.includes(file))
    if (own.length === 0) return []
    const names = safeNames(group.columns.map(name => ({ name })))
    const list = columns.map((name, index) => {
      const at = group.columns.indexOf(name)
      return `${at === -1 ? 'CAST(NULL AS VARCHAR)' : quoteName(names[at] ?? name)} AS ${quoteName(shown[index] ?? name)}`
    })
    const one = { ...options, columns: group.columns, skip: group.skip }
    return [`SELECT ${[...list, ...more].join(', ')} FROM ${csv(own, one, besides)}`]
  })
  return `(${parts.join(' UNION ALL ')}) AS files`
}

/** Files are read under the names their header gave, with no guessing. */
function csv(files: readonly string[], options: FileOptions, besides: string): string {
  const { columns, lineColumn, quote = '"', escape = quote, skip = 0 } = options
  const common = [
    `header=${options.header ?? true}`,
    `delim=${quoteText(options.delimiter ?? ',')}`,
    `quote=${quoteText(quote)}`,
    `escape=${quoteText(escape)}`,
    `nullstr=${quoteList(options.nulls ?? [''])}`,
    'allow_quoted_nulls=false',
    'null_padding=false',
    'all_varchar=true',
  ]
  if (skip > 0) common.push(`skip=${skip}`)
  if (columns === undefined) common.push('sample_size=1024')
  else {
    const names = [...(lineColumn === undefined ? [] : [lineColumn]), ...safeNames(columns.map(name => ({ name })))]
    common.push('auto_detect=false', `columns={${names.map(name => `${quoteName(name)}: 'VARCHAR'`).join(', ')}}`)
  }
  return `read_csv(${quoteList(files)}, ${common.join(', ')}${besides})`
}

/** A text as everybody writes it. One that is not in the form gets a remark, which no type takes. */
function inForm(text: string, form: TextForm): string {
  if ('number' in form) {
    const { decimal, thousands } = form.number
    const joined = thousands === undefined ? text : `replace(${text}, ${quoteText(thousands)}, '')`
    const plain = decimal === '.' ? joined : `replace(${joined}, ${quoteText(decimal)}, '.')`
    return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${quoteText(form.pattern)}) THEN ${plain} ELSE ${text} || ${quoteText(` (decimal: '${decimal}')`)} END`
  }
  const [format, wanted] = 'date' in form ? [form.date, '%Y-%m-%d'] : [form.timestamp, '%Y-%m-%dT%H:%M:%S.%f']
  const read = `strftime(try_strptime(${text}, ${quoteText(format)}), '${wanted}')`
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${quoteText(form.pattern)}) THEN coalesce(${read}, ${text} || ${quoteText(` (${format})`)}) ELSE ${text} || ${quoteText(` (${format})`)} END`
}
