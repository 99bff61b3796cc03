import { glob, readdir, stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { nearNames, TidemillError } from '../errors/index.ts'
import { percentDecoded } from '../storage/index.ts'
import { readError } from './file-error.ts'

/** The files a path means, and the columns that folder names such as `coast=west` add. */
export interface Resolved {
  /** Absolute, sorted by code point. */
  readonly files: readonly string[]
  /** Names of the partition columns, from the outermost folder; empty where the files lie flat. */
  readonly partitions: readonly string[]
}

const endings: Readonly<Record<string, RegExp>> = {
  csv: /\.(csv|tsv|tab|txt)(\.gz|\.zst)?$/i,
  ndjson: /\.(ndjson|jsonl|json)(\.gz|\.zst)?$/i,
  json: /\.(json|geojson)(\.gz|\.zst)?$/i,
  parquet: /\.(parquet|pq)$/i,
  arrow: /\.(arrow|arrows|feather|ipc)$/i,
  excel: /\.(xlsx|xlsm)$/i,
  lines: /\.(txt|log|md|csv|ndjson|jsonl)(\.gz|\.zst)?$/i,
}

/**
 * The files of a path: a file, a folder (with all files below it that have an ending of the kind), or a glob. A file that exists is taken literally,
 * whatever characters its name has.
 *
 * @throws connectors.not-found with names that are near
 */
export async function resolveFiles(kind: string, path: string): Promise<Resolved> {
  const root = resolve(path)
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw readError(path, error)
  })
  if (found?.isDirectory() === true) return inFolder(kind, path, root)
  if (found !== undefined) return { files: [root], partitions: [] }
  if (!/[*?[\]{}]/.test(path)) throw await notFound(path)

  const fixed = resolve(fixedPart(path))
  // `**` means no files of tools, such as those that `_tidemill` holds, unless the pattern says so.
  const namesHidden = relative(fixed, resolve(path))
    .split(sep)
    .some(part => /(^|[{,[|(])[._]/.test(part))
  const files: string[] = []
  for await (const match of glob(path.replaceAll('\\', '/'), { withFileTypes: false })) {
    const file = resolve(match)
    if (!namesHidden && isHidden(relative(fixed, file))) continue
    if ((await stat(file)).isFile()) files.push(file)
  }
  if (files.length === 0) throw await notFound(path)
  return { files: sorted(files), partitions: partitionsOf(files, fixed) }
}

async function inFolder(kind: string, path: string, root: string): Promise<Resolved> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw readError(path, error)
  })
  const files = entries
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => resolve(entry.parentPath, entry.name))
    .filter(file => endings[kind]?.test(file) === true && !isHidden(relative(root, file)))
  if (files.length > 0) return { files: sorted(files), partitions: partitionsOf(files, root) }
  const some = entries.slice(0, 5).map(entry => entry.name)
  throw new TidemillError('connectors.not-found', `no ${kind} file in folder ${path}`, {
    details: { path },
    hint: some.length === 0 ? 'the folder is empty' : `it holds ${some.join(', ')}`,
  })
}

/** Names that begin with a dot or an underscore belong to tools (`_SUCCESS`, `.tmp`). */
function isHidden(path: string): boolean {
  return path.split(sep).some(part => /^[._]/.test(part) && !part.includes('='))
}

/** Partition columns, when every file lies below the same ones. */
function partitionsOf(files: readonly string[], root: string): readonly string[] {
  const names = files.map(file =>
    relative(root, dirname(file))
      .split(sep)
      .flatMap(part => /^([^=]+)=/.exec(part)?.[1] ?? []),
  )
  const first = names[0] ?? []
  return names.every(of => of.join('/') === first.join('/')) ? first.map(percentDecoded) : []
}

function fixedPart(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/')
  const at = parts.findIndex(part => /[*?[\]{}]/.test(part))
  return parts.slice(0, at).join('/') || (path.startsWith('/') ? '/' : '.')
}

async function notFound(path: string): Promise<TidemillError> {
  const isGlob = /[*?[\]{}]/.test(path)
  const folder = isGlob ? fixedPart(path) : dirname(resolve(path))
  const names = await readdir(folder).catch(() => undefined)
  const message = isGlob ? `no file matches: ${path}` : `no such file: ${path}`
  if (names === undefined)
    return new TidemillError('connectors.not-found', message, { details: { path }, hint: `there is no folder ${folder}` })
  const near = isGlob ? names.slice(0, 5) : nearNames(basename(path), names)
  const hint =
    near.length === 0
      ? `looked in ${resolve(folder)}`
      : isGlob
        ? `${resolve(folder)} holds ${near.join(', ')}`
        : `did you mean ${near.join(' or ')}? (in ${folder})`
  return new TidemillError('connectors.not-found', message, { details: { path, near }, hint })
}

function sorted(files: readonly string[]): string[] {
  return files.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
