/** The files of a path, wherever they are, as files that can be read here. */
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TidemillError } from '../errors/index.ts'
import { fetchFile, plain } from './fetch-file.ts'
import { remoteParquet, type RemoteParquet, smallFile } from './remote-parquet.ts'
import { type HttpOptions, httpSettings, isAddress } from './http-options.ts'
import { resolveFiles } from './resolve-files.ts'
import type { Staging } from './staging.ts'

export interface PrepareContext {
  /** Where copies lie. */
  readonly staging: Staging
  readonly signal?: AbortSignal | undefined
}
export interface Found {
  /** Absolute paths, in the order of the names. */
  readonly files: readonly string[]
  /** What the user sees: as the path was written, relative or not; an address; `-`. */
  readonly names: readonly string[]
  /** Columns that the names of folders give. */
  readonly partitions: readonly string[]
  /** Of a Parquet file behind an address: what brings the pages that are needed. */
  readonly remote?: RemoteParquet | undefined
}

/**
 * Finds files: a path, a folder, a glob, `http(s)://...`, or `-` for standard input, which is copied as it comes once.
 *
 * @throws connectors.not-found, connectors.http, connectors.option
 */
export async function findFiles(kind: string, path: string, http: HttpOptions | undefined, context: PrepareContext): Promise<Found> {
  if (path === '-') return { files: [await standardInput(context)], names: ['-'], partitions: [] }
  if (isAddress(path)) {
    checkAddress(path)
    const settings = httpSettings(http)
    const remote = kind === 'parquet' ? await remoteParquet(path, settings, context) : undefined
    if (typeof remote === 'object')
      return { files: remote.parts.map(part => part.file), names: remote.parts.map(() => path), partitions: [], remote }
    const file = await fetchFile(path, settings, context)
    if (remote === 'no ranges' && (await stat(file)).size > smallFile)
      process.emitWarning(`server without ranges: ${plain(path)} was downloaded whole`, {
        type: 'TidemillWarning',
        code: 'connectors.http',
      })
    return { files: [file], names: [path], partitions: [] }
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    throw new TidemillError('connectors.option', `address of a kind that is not read: ${path} (have http, https)`, {
      hint: 'copy the file here, or give the address under which it is served over https',
    })
  const { files, partitions } = await resolveFiles(kind, path)
  const folder = resolve('.')
  const isRelative = resolve(path) !== path.replace(/[\\/]+$/, '')
  const names = files.map(file => (isRelative ? relative(folder, file).split(sep).join('/') : file))
  return { files, names, partitions }
}

function checkAddress(path: string): void {
  if (!URL.canParse(path))
    throw new TidemillError('connectors.option', `no address: ${path.replace(/\/\/[^/]*@/, '//***@').replace(/\?.*$/s, '?***')}`)
  if (new URL(path).pathname.includes('*'))
    throw new TidemillError('connectors.option', `glob in an address: ${path}`, {
      hint: 'a server does not list its files; read each by its address and put them together with union',
    })
}

const inputs = new WeakMap<Staging, Promise<string>>()

/** What comes on standard input can be read once: it is copied, and a second read in the session gets the copy. */
function standardInput({ staging, signal }: PrepareContext): Promise<string> {
  const before = inputs.get(staging)
  if (before !== undefined) return before
  const copied = copyInput(staging, signal)
  inputs.set(staging, copied)
  return copied
}

async function copyInput(staging: Staging, signal: AbortSignal | undefined): Promise<string> {
  if (process.stdin.isTTY)
    throw new TidemillError('connectors.option', 'standard input is a terminal', {
      hint: 'send a file: program < data.csv, or producer | program',
    })
  const file = await staging.path('stdin')
  await pipeline(process.stdin, createWriteStream(file), signal === undefined ? {} : { signal })
  return file
}
