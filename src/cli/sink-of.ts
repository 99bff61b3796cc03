import { arrow, csv, excel, ndjson, parquet, sqlite } from '../connectors/index.ts'
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { Sink } from '../plan/index.ts'

export type WriteFormat = 'csv' | 'tsv' | 'ndjson' | 'json' | 'parquet' | 'arrow' | 'excel' | 'sqlite'

/** What a command line says of the output besides its path. */
export interface SinkWords {
  readonly to?: string | undefined
  readonly replace?: boolean | undefined
  readonly append?: boolean | undefined
  /** `region,year`. */
  readonly partitionBy?: string | undefined
  readonly sortBy?: string | undefined
  readonly compression?: string | undefined
  readonly rowsPerFile?: string | undefined
  /** Of a SQLite file. */
  readonly intoTable?: string | undefined
}

/** Where rows go. A JSON document is no sink of the engine: it is streamed into its file. */
export interface Output {
  readonly path: string
  readonly format: WriteFormat
  readonly replace: boolean
  readonly sink: Sink<never> | undefined
}

const endings: readonly (readonly [RegExp, WriteFormat])[] = [
  [/\.(csv|txt)(\.gz|\.zst)?$/i, 'csv'],
  [/\.(tsv|tab)(\.gz|\.zst)?$/i, 'tsv'],
  [/\.(ndjson|jsonl)(\.gz|\.zst)?$/i, 'ndjson'],
  [/\.json$/i, 'json'],
  [/\.(parquet|pq)$/i, 'parquet'],
  [/\.(arrow|arrows|feather)$/i, 'arrow'],
  [/\.xlsx$/i, 'excel'],
  [/\.(sqlite|sqlite3|db)$/i, 'sqlite'],
]
const known = 'have .csv, .tsv, .ndjson, .jsonl, .json, .parquet, .arrow, .xlsx, .sqlite, text also .gz and .zst'
/** What each format can do besides standing in one file. */
const foldered: ReadonlySet<WriteFormat> = new Set(['csv', 'tsv', 'ndjson', 'parquet'])

/**
 * Chooses the writer of a path by its ending, or by `--to`; a folder without one is of Parquet.
 *
 * @throws cli.usage for an ending nobody writes, and for options that the format does not have
 */
export function outputOf(path: string, words: SinkWords): Output {
  const format = formatOf(path, words)
  if (words.replace === true && words.append === true)
    throw new TidemillError('cli.usage', '--replace and --append together: take one of them')
  const given = Object.entries({
    '--partition-by': words.partitionBy,
    '--sort-by': words.sortBy,
    '--rows-per-file': words.rowsPerFile,
  }).find(([, value]) => value !== undefined)
  if (given !== undefined && !foldered.has(format))
    throw new TidemillError('cli.usage', `${given[0]} is not for ${format} (have it: ${[...foldered].join(', ')})`)
  if (words.append === true && !foldered.has(format) && format !== 'sqlite')
    throw new TidemillError('cli.usage', `--append is not for ${format}: a file of it is written as a whole`, {
      hint: 'append to a folder of Parquet, or to a table of SQLite',
    })
  if (words.compression !== undefined && !foldered.has(format) && format !== 'arrow')
    throw new TidemillError('cli.usage', `--compression is not for ${format}`)
  if (words.intoTable !== undefined && format !== 'sqlite')
    throw new TidemillError('cli.usage', `--into-table is for SQLite files, not for ${path}`)
  return { path, format, replace: words.replace === true, sink: sinkOf(format, path, words) }
}

function formatOf(path: string, { to, partitionBy }: SinkWords): WriteFormat {
  if (path.trim() === '') throw new TidemillError('cli.usage', 'name of the output is empty')
  if (to !== undefined) {
    const names = endings.map(([, format]) => format)
    const wanted = to === 'xlsx' ? 'excel' : names.find(name => name === to)
    if (wanted !== undefined) return wanted
    const hint = didYouMean([to], names)
    throw new TidemillError('cli.usage', `unknown format: ${to} (have ${names.join(', ')})`, hint === undefined ? {} : { hint })
  }
  const found = endings.find(([ending]) => ending.test(path))
  if (found !== undefined) return found[1]
  if (partitionBy !== undefined || /[\\/]$/.test(path)) return 'parquet'
  throw new TidemillError('cli.usage', `no writer for ${path} (${known})`, {
    hint: 'name the format: --to parquet; a folder ends with a slash',
  })
}

function sinkOf(format: WriteFormat, path: string, words: SinkWords): Sink<never> | undefined {
  const mode = words.replace === true ? 'replace' : words.append === true ? 'append' : 'fail'
  const whole = words.replace === true ? 'replace' : 'fail'
  const { compression } = words
  const files = {
    mode,
    ...(words.partitionBy === undefined ? {} : { partitionBy: names(words.partitionBy) }),
    ...(words.sortBy === undefined ? {} : { sortBy: names(words.sortBy) }),
    ...(words.rowsPerFile === undefined ? {} : { rowsPerFile: count(words.rowsPerFile) }),
    // Checked by the connector, which says what there is.
    ...(compression === undefined ? {} : { compression: compression as never }),
  } as const
  switch (format) {
    case 'csv':
      return csv(path, files) as Sink<never>
    case 'tsv':
      return csv(path, { ...files, delimiter: '\t' }) as Sink<never>
    case 'ndjson':
      return ndjson(path, files) as Sink<never>
    case 'parquet':
      return parquet(path, files) as Sink<never>
    case 'arrow':
      return arrow(path, { mode: whole, ...(compression === undefined ? {} : { compression: compression as never }) })
    case 'excel':
      return excel(path, { mode: whole })
    case 'sqlite':
      return sqlite(path, { table: words.intoTable ?? 'data', mode })
    case 'json':
      return undefined
  }
}

function names(text: string): readonly string[] {
  const found = text.split(',').map(name => name.trim())
  if (found.includes('')) throw new TidemillError('cli.usage', `name of a column is empty: ${JSON.stringify(text)}`)
  return found
}

function count(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new TidemillError('cli.usage', `--rows-per-file must be a whole number from 1, not ${text}`)
}
