import { open, readdir, stat } from 'node:fs/promises'
import { csv, ndjson, parquet } from '../connectors/index.ts'
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'

/** How to read a path. The typed literal paths are the user's; here every row is open. */
interface Reader {
  readonly kind: 'csv' | 'ndjson' | 'parquet'
  readonly ending: RegExp
}

const readers: readonly Reader[] = [
  { kind: 'parquet', ending: /\.(parquet|pq)$/i },
  { kind: 'ndjson', ending: /\.(ndjson|jsonl|json)(\.gz)?$/i },
  { kind: 'csv', ending: /\.(csv|tsv|txt|tab)(\.gz)?$/i },
]
const program = /\.[cm]?[jt]s$/i

/**
 * Chooses the reader of a file by the ending of its name; of a name with another ending by its first bytes; of a folder by the files in it.
 *
 * @param commands the names of the commands, for a name that may be one
 * @throws cli.usage when there is no such file and the name looks like a command, and for a program
 */
export async function sourceOf(path: string, commands: readonly string[] = []): Promise<Source<OpenRow>> {
  return make(await kindOf(path, commands), path)
}

async function kindOf(path: string, commands: readonly string[]): Promise<Reader['kind']> {
  if (path.trim() === '') throw new TidemillError('cli.usage', 'name of the file is empty', { hint: 'tidemill --help lists the commands' })
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) return kindOfFolder(path)
  const named = readers.find(reader => reader.ending.test(path))
  if (named !== undefined) return named.kind
  if (program.test(path)) throw new TidemillError('cli.usage', `program, not data: ${path}`, { hint: `tidemill run ${path}` })
  if (found !== undefined) return kindOfBytes(path)
  if (/^[a-z]+$/i.test(path)) throw noSuch(path, commands)
  if (!/[*?[\]{}]/.test(path) && /\.\w+$/.test(path))
    throw new TidemillError(
      'cli.usage',
      `no reader for ${path} (have .csv, .tsv, .txt, .ndjson, .jsonl, .json, .parquet, text also .gz), and no such file`,
      {
        hint: 'a file that is there is read by what it holds, whatever its name',
      },
    )
  // The reader says that it is not there, and what has a name like it.
  return 'csv'
}

/** @throws cli.usage when the folder holds no data, or data of more kinds than one */
async function kindOfFolder(path: string): Promise<Reader['kind']> {
  const names = await readdir(path, { recursive: true })
  const kinds = readers.filter(reader => names.some(name => reader.ending.test(name))).map(reader => reader.kind)
  const [kind] = kinds
  if (kind !== undefined && kinds.length === 1) return kind
  throw new TidemillError(
    'cli.usage',
    kind === undefined ? `no data file in folder ${path}` : `files of several kinds in folder ${path}: ${kinds.join(', ')}`,
    {
      hint: `name one file, or several by a pattern in quotes: tidemill '${path.replace(/[\\/]+$/, '')}/*.${kind ?? 'csv'}'`,
    },
  )
}

async function kindOfBytes(path: string): Promise<Reader['kind']> {
  const file = await open(path).catch(() => undefined)
  // What forbids the opening is told by the reader.
  if (file === undefined) return 'csv'
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    return start.startsWith('PAR1') ? 'parquet' : /^(\xef\xbb\xbf)?\s*\{/.test(start) ? 'ndjson' : 'csv'
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

function make(kind: Reader['kind'], path: string): Source<OpenRow> {
  if (kind === 'parquet') return parquet(path)
  return kind === 'ndjson' ? ndjson(path) : csv(path)
}
