import { open, readdir, stat } from 'node:fs/promises'
import { arrow, csv, excel, json, ndjson, parquet, sqlite } from '../connectors/index.ts'
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { firstBytes } from './first-bytes.ts'
import { onlyTable } from './sqlite-tables.ts'
import { textOptions, type TextOptions, type TextWords } from './text-words.ts'

/** The formats that are read, by the name of their connector. */
export type ReadFormat = 'csv' | 'ndjson' | 'json' | 'parquet' | 'arrow' | 'excel' | 'sqlite'

/** How to read a path. The typed literal paths are the user's; here every row is open. */
interface Reader {
  readonly kind: ReadFormat
  readonly ending: RegExp
}

const readers: readonly Reader[] = [
  { kind: 'parquet', ending: /\.(parquet|pq)$/i },
  { kind: 'ndjson', ending: /\.(ndjson|jsonl)(\.gz|\.zst)?$/i },
  { kind: 'json', ending: /\.(json|geojson)(\.gz|\.zst)?$/i },
  { kind: 'csv', ending: /\.(csv|tsv|txt|tab)(\.gz|\.zst)?$/i },
  { kind: 'arrow', ending: /\.(arrow|arrows|feather|ipc)$/i },
  { kind: 'excel', ending: /\.(xlsx|xlsm)$/i },
  { kind: 'sqlite', ending: /\.(sqlite|sqlite3|db)$/i },
]
const program = /\.[cm]?[jt]s$/i

/** Data by its name: what the commands that take several words look for. */
export function isDataName(path: string): boolean {
  return readers.some(reader => reader.ending.test(pathPart(path)))
}

/** What a command line says besides the path. */
export interface SourceWords extends TextWords {
  /** The names of the commands, for a name that may be one. */
  readonly commands?: readonly string[] | undefined
  /** Instead of looking at the name and the first bytes. */
  readonly format?: string | undefined
  /** A table of a SQLite file, a sheet of a workbook. */
  readonly table?: string | undefined
  /** Whether the same words are said of several files: each takes what its format knows. */
  readonly mixed?: boolean | undefined
}

/**
 * Chooses the reader of a file by the ending of its name; of a name with another ending by its first bytes; of a folder by the files in it. `-` is standard input.
 *
 * @throws cli.usage when there is no such file and the name looks like a command, for a program, for standard input without a format, and for a database of several tables
 */
export async function sourceOf(path: string, words: SourceWords = {}): Promise<Source<OpenRow>> {
  const { commands = [], format, table, mixed = false } = words
  const kind = format === undefined ? await kindOf(path, commands) : formatNamed(format)
  if (table !== undefined && kind !== 'sqlite' && kind !== 'excel')
    throw new TidemillError('cli.usage', `--table is for SQLite files and workbooks, not for ${path}`)
  return make(kind, path, table, textOptions(kind, path, words, mixed))
}

function formatNamed(format: string): ReadFormat {
  const kind = format === 'tsv' ? 'csv' : format === 'xlsx' ? 'excel' : readers.find(reader => reader.kind === format)?.kind
  if (kind !== undefined) return kind
  const have = readers.map(reader => reader.kind)
  throw new TidemillError('cli.usage', `unknown format: ${format} (have ${have.join(', ')})`, hintOf(didYouMean([format], have)))
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint }
}

/** What of an address names the file. */
function pathPart(path: string): string {
  return URL.canParse(path) && /^https?:/i.test(path) ? new URL(path).pathname : path
}

async function kindOf(path: string, commands: readonly string[]): Promise<ReadFormat> {
  if (path.trim() === '') throw new TidemillError('cli.usage', 'name of the file is empty', { hint: 'tidemill --help lists the commands' })
  if (path === '-') throw new TidemillError('cli.usage', 'standard input without a format', { hint: 'add --format csv (or ndjson, json)' })
  const address = /^https?:/i.test(path)
  // What forbids looking at it is told by the reader.
  const found = address ? undefined : await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) return kindOfFolder(path)
  const named = readers.find(reader => reader.ending.test(pathPart(path)))
  if (named?.kind === 'json') return kindOfJson(path, found !== undefined)
  if (named !== undefined) return named.kind
  if (address)
    throw new TidemillError('cli.usage', `address whose name tells no format: ${path}`, {
      hint: 'add --format csv (or ndjson, json, parquet)',
    })
  if (program.test(path)) throw new TidemillError('cli.usage', `program, not data: ${path}`, { hint: `tidemill run ${path}` })
  if (found !== undefined) return kindOfBytes(path)
  if (/^[a-z]+$/i.test(path)) throw noSuch(path, commands)
  if (!/[*?[\]{}]/.test(path) && /\.\w+$/.test(path))
    throw new TidemillError(
      'cli.usage',
      `no reader for ${path} (have .csv, .tsv, .txt, .ndjson, .jsonl, .json, .parquet, .arrow, .xlsx, .sqlite, text also .gz and .zst), and no such file`,
      {
        hint: 'a file that is there is read by what it holds, whatever its name',
      },
    )
  // The reader says that it is not there, and what has a name like it.
  return 'csv'
}

/** @throws cli.usage when the folder holds no data, or data of more kinds than one */
async function kindOfFolder(path: string): Promise<ReadFormat> {
  const names = (await readdir(path, { recursive: true })).filter(name => !/(^|[\\/])[._]/.test(name))
  const kinds = readers.filter(reader => names.some(name => reader.ending.test(name))).map(reader => reader.kind)
  const [kind] = kinds
  if (kind === 'json' && kinds.length === 1) {
    const first = names.find(name => readers[2]?.ending.test(name) === true) ?? ''
    return kindOfJson(`${path}/${first}`, true)
  }
  if (kind !== undefined && kinds.length === 1) return kind
  throw new TidemillError(
    'cli.usage',
    kind === undefined ? `no data file in folder ${path}` : `files of several kinds in folder ${path}: ${kinds.join(', ')}`,
    {
      hint: `name one file, or several by a pattern in quotes: tidemill '${path.replace(/[\\/]+$/, '')}/*.${kind ?? 'csv'}'`,
    },
  )
}

/** Many call one object a line `.json` too: a first line that is a whole object tells. */
async function kindOfJson(path: string, there: boolean): Promise<ReadFormat> {
  if (!there) return 'json'
  const start = (await firstBytes(path, 65_536))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  const line = start.split('\n', 1)[0] ?? ''
  if (!line.startsWith('{')) return 'json'
  try {
    JSON.parse(line)
    return 'ndjson'
  } catch {
    // An object that goes on, unless it is a record longer than what was looked at.
    return line.length > 60_000 ? 'ndjson' : 'json'
  }
}

async function kindOfBytes(path: string): Promise<ReadFormat> {
  const file = await open(path).catch(() => undefined)
  // What forbids the opening is told by the reader.
  if (file === undefined) return 'csv'
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    if (start.startsWith('PAR1')) return 'parquet'
    if (start.startsWith('ARROW1')) return 'arrow'
    if (start.startsWith('SQLite format 3')) return 'sqlite'
    if (/^(\xef\xbb\xbf)?\s*\[\s*[{\]]/.test(start)) return 'json'
    return /^(\xef\xbb\xbf)?\s*\{/.test(start) ? 'ndjson' : 'csv'
  } finally {
    await file.close()
  }
}

function noSuch(word: string, commands: readonly string[]): TidemillError {
  const have = commands.length === 0 ? '' : ` (have ${commands.join(', ')})`
  return new TidemillError('cli.usage', `no such file or command: ${word}${have}`, {
    hint: didYouMean([word], commands)?.replace('mean ', 'mean tidemill ') ?? 'tidemill --help lists the commands',
  })
}

async function make(kind: ReadFormat, path: string, table: string | undefined, text: TextOptions): Promise<Source<OpenRow>> {
  switch (kind) {
    case 'parquet':
      return parquet(path)
    case 'ndjson':
      return ndjson(path, text)
    case 'json':
      return json(path, text)
    case 'arrow':
      return arrow(path) as Source<OpenRow>
    case 'excel':
      return excel(path, table === undefined ? {} : { sheet: table })
    case 'sqlite':
      return sqlite(path, { table: table ?? (await onlyTable(path)) })
    case 'csv':
      return csv(path, text) as Source<OpenRow>
  }
}
