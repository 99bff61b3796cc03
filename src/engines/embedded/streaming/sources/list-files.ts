/** The files that a followed path means now. Synchronous: asked between two rows. */
import { globSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'

export interface Listed {
  /** Absolute. */
  readonly root: string
  /** Paths below `root`, with `/`, sorted by code point. */
  readonly names: readonly string[]
}

/**
 * A file, all `.ndjson`, `.jsonl` and `.json` below a folder, or what a glob finds. What is not there yet is no error: it may come.
 *
 * @throws stream.source-failed for a compressed file, which cannot grow line by line
 */
export function listFiles(path: string): Listed {
  const absolute = resolve(path)
  const found = statSync(absolute, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return listed(absolute, inFolder(absolute))
  if (found === undefined && isGlob(path)) {
    const root = resolve(fixedPart(path))
    const matches = globSync(path.replaceAll('\\', '/')).map(match => resolve(match))
    return listed(
      root,
      matches.filter(file => statSync(file, { throwIfNoEntry: false })?.isFile() === true),
    )
  }
  return listed(dirname(absolute), found === undefined ? [] : [join(dirname(absolute), basename(absolute))])
}

function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

function fixedPart(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/')
  return parts.slice(0, parts.findIndex(isGlob)).join('/') || (path.startsWith('/') ? '/' : '.')
}

/** Names that begin with a dot or an underscore are of tools: files that are being written. */
function inFolder(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(
      file =>
        /\.(ndjson|jsonl|json)$/i.test(file) &&
        !relative(root, file)
          .split(sep)
          .some(part => /^[._]/.test(part)),
    )
}

function listed(root: string, files: readonly string[]): Listed {
  const compressed = files.find(file => file.endsWith('.gz'))
  if (compressed !== undefined)
    throw new TidemillError('stream.source-failed', `followed file is compressed: ${compressed}`, {
      details: { file: compressed },
      hint: 'a compressed file does not grow line by line; take it out of the path, or read it as a table',
    })
  const names = files.map(file => relative(root, file).replaceAll(sep, '/'))
  return { root, names: names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) }
}
