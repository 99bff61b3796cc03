/** Of a Parquet file behind an address: the row groups that can hold rows of the answer, and of them the columns that are read, are brought before DuckDB reads them. */
import { columnsOf } from '../../expr/index.ts'
import { type ColumnStats, prune, type TableFileEntry } from '../../layout/index.ts'
import type { RunOptions, ScanNode } from '../../plan/index.ts'
import { familyOf, type Schema } from '../../schema/index.ts'
import { duckdb } from '../../sql/index.ts'
import type { Context } from './context.ts'

/** What the source was prepared with; see `RemoteParquet` of the connectors. */
interface Remote {
  readonly parts: readonly { readonly file: string; readonly rows: number }[]
  readonly plainColumns: readonly (string | undefined)[]
  bring(file: string, columns: ReadonlySet<string>, signal?: AbortSignal): Promise<void>
}
interface RemoteOptions {
  readonly files: readonly string[]
  readonly fileNames: readonly string[]
  readonly remote: Remote
  /** Names that the user gave, by those of the file. */
  readonly rename?: Readonly<Record<string, string>>
}

const atOnce = 4

/** Whether a scan is of such a file. */
export function isRemote({ source }: ScanNode): boolean {
  return (source.options as Partial<RemoteOptions>).remote !== undefined
}

/** The scan of the parts that are needed, once what it reads of them is here. */
export async function brought(scan: ScanNode, context: Context, { signal, run }: RunOptions): Promise<ScanNode> {
  const options = scan.source.options as RemoteOptions
  const { remote, rename = {} } = options
  const files = await neededFiles(scan, options, context, { signal, run })
  const ofFile = new Map(Object.entries(rename).map(([file, given]) => [given, file]))
  const names = [...scan.fields.map(field => field.name), ...(scan.where === undefined ? [] : columnsOf(scan.where))]
  const columns = new Set(names.map(name => ofFile.get(name) ?? name))
  const waiting = [...files]
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await remote.bring(file, columns, signal)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const fileNames = options.fileNames.slice(0, files.length)
  return files.length === options.files.length ? scan : { ...scan, source: { ...scan.source, options: { ...options, files, fileNames } } }
}

async function neededFiles(
  scan: ScanNode,
  { files, remote, rename = {} }: RemoteOptions,
  context: Context,
  options: RunOptions,
): Promise<readonly string[]> {
  const { where, limit } = scan
  if (where === undefined) return limit === undefined ? files : firstFiles(remote, limit)
  const stats = await statsOf(remote, context, options)
  const named = (one: TableFileEntry['stats']): TableFileEntry['stats'] =>
    one === undefined ? undefined : Object.fromEntries(Object.entries(one).map(([name, of]) => [rename[name] ?? name, of]))
  const entries = remote.parts.map(({ file, rows }, index) => ({
    path: file,
    bytes: 0,
    rows,
    partition: [],
    stats: named(usable(stats[index], scan.fields, rename)),
  }))
  const kept = prune(
    { version: 0, writer: '', mode: 'found', at: 0, kind: 'parquet', schema: [], partitions: [], sortBy: [], files: entries },
    where,
  )
  // One stays, so that the reader has something to read.
  return kept.length === 0 ? files.slice(0, 1) : kept.map(entry => entry.path)
}

/** Floats may hold NaN, which no bound tells of. */
function usable(stats: Stats | undefined, fields: Schema, rename: Readonly<Record<string, string>>): Stats | undefined {
  if (stats === undefined) return undefined
  const types = new Map(fields.map(({ name, type }) => [name, type]))
  return Object.fromEntries(
    Object.entries(stats).filter(([name]) => {
      const type = types.get(rename[name] ?? name)
      return type !== undefined && type !== 'float64' && type !== 'float32' && (familyOf(type) === 'number' || typeof type === 'string')
    }),
  )
}

function firstFiles({ parts }: Remote, limit: number): readonly string[] {
  let rows = 0
  const count = parts.findIndex(part => (rows += part.rows) >= limit)
  return parts.slice(0, count === -1 ? parts.length : count + 1).map(part => part.file)
}

type Stats = Readonly<Record<string, ColumnStats>>
const known = new WeakMap<Remote, Promise<readonly Stats[]>>()

function statsOf(remote: Remote, context: Context, options: RunOptions): Promise<readonly Stats[]> {
  let found = known.get(remote)
  if (found === undefined) {
    found = readStats(remote, context, options)
    known.set(remote, found)
    found.catch(() => known.delete(remote))
  }
  return found
}

/** The least and greatest values of the columns of each part, of its footer. */
async function readStats({ parts, plainColumns }: Remote, context: Context, options: RunOptions): Promise<readonly Stats[]> {
  const list = parts.map(part => duckdb.quoteText(part.file)).join(', ')
  const database = await context.database()
  const rows = await database.rows(
    `SELECT file_name, column_id, row_group_id, stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata([${list}])`,
    options,
  )
  const found = new Map(parts.map(part => [part.file, new Map<string, ColumnStats>()]))
  // Parts of several row groups have several bounds: only those of one are used.
  const several = new Set(rows.filter(row => Number(row[2]) > 0).map(row => String(row[0])))
  for (const [file, column, , min, max, nulls] of rows) {
    const name = plainColumns[Number(column)]
    if (name === undefined || several.has(String(file))) continue
    found.get(String(file))?.set(name, {
      min: typeof min === 'string' ? min : null,
      max: typeof max === 'string' ? max : null,
      nulls: nulls === null || nulls === undefined ? null : Number(nulls),
    })
  }
  return parts.map(part => Object.fromEntries(found.get(part.file) ?? []))
}
