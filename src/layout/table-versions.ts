/** The versions of a table in a folder: which there are, and what each is made of. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { damaged, decodeTable, type TableManifest } from './table-manifest.ts'

/** Where the manifests lie, below the folder of the table. */
export const manifestFolder = '_tidemill'

export function manifestPath(root: string, version: number): string {
  return join(root, manifestFolder, `manifest-${version}.json`)
}

/** Numbers of all versions that were ever published and are not long forgotten, ascending; empty for a folder that is no table. */
export async function versionNumbers(root: string): Promise<readonly number[]> {
  const names = await readdir(join(root, manifestFolder)).catch(noneWhereMissing)
  return names
    .flatMap(name => {
      const number = /^manifest-([1-9]\d*)\.json$/.exec(name)?.[1]
      return number === undefined ? [] : [Number(number)]
    })
    .sort((a, b) => a - b)
}

/** The newest version; undefined where the folder has none, as one that others wrote. */
export async function currentTable(root: string): Promise<TableManifest | undefined> {
  for (;;) {
    const newest = (await versionNumbers(root)).at(-1)
    if (newest === undefined) return undefined
    const manifest = await tableVersion(root, newest)
    if (manifest !== undefined) return manifest
    // It was the newest when the folder was listed, and was swept since: there is a newer one.
    if ((await versionNumbers(root)).at(-1) === newest) throw damaged(manifestPath(root, newest), 'is empty')
  }
}

/**
 * One version; undefined when it was vacuumed.
 *
 * @throws storage.damaged, storage.version
 */
export async function tableVersion(root: string, version: number): Promise<TableManifest | undefined> {
  const path = manifestPath(root, version)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (text === '') return undefined
  const manifest = decodeTable(text, path)
  if (manifest.version !== version) throw damaged(path, `is of version ${manifest.version}`)
  return manifest
}

/** @throws storage.unknown-version naming those that there are */
export async function neededVersion(root: string, version: number | undefined, shown: string): Promise<TableManifest | undefined> {
  if (version === undefined) return currentTable(root)
  const manifest = await tableVersion(root, version)
  if (manifest !== undefined) return manifest
  const there = (await allVersions(root)).map(one => one.version)
  throw new TidemillError(
    'storage.unknown-version',
    `unknown version: ${version} of ${shown} (have ${there.length === 0 ? 'none' : there.join(', ')})`,
    { details: { path: shown, version, have: there }, hint: 'old versions are removed by vacuum, and by writes after the time in keep' },
  )
}

/** All versions that can be read, ascending. */
export async function allVersions(root: string): Promise<readonly TableManifest[]> {
  const manifests: TableManifest[] = []
  for (const version of await versionNumbers(root)) {
    const manifest = await tableVersion(root, version)
    if (manifest !== undefined) manifests.push(manifest)
  }
  return manifests
}

export function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}
