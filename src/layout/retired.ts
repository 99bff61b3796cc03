/** Files that only earlier versions have: out of the way of other tools, which list folders and know nothing of versions. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TableFileEntry, TableManifest } from './table-manifest.ts'
import { manifestFolder, noneWhereMissing, versionNumbers } from './table-versions.ts'

/** Below it a folder for each version that was the last to have some files. */
export const oldFolder: string = `${manifestFolder}/old`

/**
 * Where a file lies after the version that was the last to have it was replaced: `_tidemill/old/3/coast=west/data_0.parquet.old`.
 *
 * Folders that begin with `_` are skipped by those who know the custom of Hive; those who ask for all `*.parquet` do not find it by its name either. What says
 * how it is compressed stays at the end, where readers look: `data_0.csv.old.gz`.
 */
export function retiredPath(version: number, path: string): string {
  return `${oldFolder}/${version}/${path.replace(/(\.(?:gz|zst))?$/, '.old$1')}`
}

/** What the manifest calls the file of a path below the folder of the table, wherever that lies. */
export function ownPath(path: string): string {
  return path.replace(/^_tidemill\/old\/\d+\/(.*)\.old(\.(?:gz|zst))?$/, '$1$2')
}

/**
 * Moves the files away that each version has and the next has not. What is moved already is left alone, so it finishes what a process that died has begun.
 *
 * A file that cannot be moved stays, as on Windows while somebody reads it: there is a warning, and the next write tries again.
 *
 * @param versions ascending
 */
export async function retire(root: string, versions: readonly TableManifest[], shown: string): Promise<void> {
  const moved: string[] = []
  const made = new Set<string>()
  let [left, why] = [0, '']
  for (const [index, { version, files }] of versions.entries()) {
    const next = versions[index + 1]
    if (next === undefined) break
    const needed = new Set(next.files.map(file => file.path))
    for (const { path } of files) {
      if (needed.has(path) || !existsSync(join(root, path))) continue
      const to = join(root, retiredPath(version, path))
      try {
        // A file of another, who took the name anew.
        if (existsSync(to)) continue
        if (!made.has(dirname(to))) mkdirSync(dirname(to), { recursive: true })
        made.add(dirname(to))
        renameSync(join(root, path), to)
        moved.push(path)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        // Another process has moved it.
        if (code === 'ENOENT' && !existsSync(join(root, path))) continue
        left++
        why = code ?? String(error)
      }
    }
  }
  await removeEmpty(root, moved)
  if (left === 0) return
  process.emitWarning(`${left} replaced files of ${shown} stay where they are (${why}): other tools see their rows until the next write`, {
    type: 'TidemillWarning',
    code: 'storage.retire',
  })
}

/** Folders of partitions that are left empty go too. */
export async function removeEmpty(root: string, files: readonly string[]): Promise<void> {
  const folders = new Set<string>()
  for (const file of files) for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  for (const folder of [...folders].sort((a, b) => b.length - a.length))
    await rmdir(join(root, folder)).catch((error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error
    })
}

/** Numbers of the versions that were the last to have some files, ascending. */
export async function retiredVersions(root: string): Promise<readonly number[]> {
  const names = await readdir(join(root, oldFolder)).catch(noneWhereMissing)
  return names.flatMap(name => (/^[1-9]\d*$/.test(name) ? [Number(name)] : [])).sort((a, b) => a - b)
}

/** Those of them that none of the versions needs: a file lies under the last version that has it. */
export async function unneeded(root: string, kept: readonly TableManifest[]): Promise<readonly number[]> {
  return (await retiredVersions(root)).filter(old => !kept.some(({ version }) => version <= old))
}

/** Removes what lies under such versions. */
export async function removeRetired(root: string, versions: readonly number[]): Promise<void> {
  for (const version of versions) await rm(join(root, oldFolder, String(version)), { recursive: true, force: true })
  await rmdir(join(root, oldFolder)).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error
  })
}

/**
 * Where the files of a version lie now, as absolute paths: those of the newest version at their places, those of earlier ones there or where they were moved to.
 * A file that is nowhere is given its own place.
 */
export async function placesOf(
  root: string,
  { version, files }: { readonly version: number; readonly files: readonly Pick<TableFileEntry, 'path'>[] },
): Promise<readonly string[]> {
  const isNewest = (await versionNumbers(root)).at(-1) === version
  return isNewest ? files.map(({ path }) => join(root, path)) : findPlaces(root, version, files)
}

/** As `placesOf`, for a version that may have been replaced just now. */
export async function findPlaces(
  root: string,
  version: number,
  files: readonly Pick<TableFileEntry, 'path'>[],
): Promise<readonly string[]> {
  const places = files.map(({ path }) => join(root, path))
  const missing = places.flatMap((place, index) => (existsSync(place) ? [] : [index]))
  if (missing.length === 0) return places
  // Listed after the files were looked for: what was moved meanwhile is in one of these.
  const later = (await retiredVersions(root)).filter(old => old >= version)
  for (const index of missing) {
    const path = files[index]?.path ?? ''
    const found = later.map(old => join(root, retiredPath(old, path))).find(place => existsSync(place))
    if (found !== undefined) places[index] = found
  }
  return places
}

/**
 * Where files of a version lie now that lay elsewhere when they were looked up. Files that are not below the folder of the table, as copies, stay.
 *
 * @param files absolute
 */
export async function filesNow(
  { root, version }: { readonly root: string; readonly version: number },
  files: readonly string[],
): Promise<readonly string[]> {
  const below = join(root, '/')
  const own = files.filter(file => file.startsWith(below))
  const places = await placesOf(root, {
    version,
    files: own.map(file => ({ path: ownPath(file.slice(below.length).replaceAll('\\', '/')) })),
  })
  const now = new Map(own.map((file, index) => [file, places[index] ?? file]))
  return files.map(file => now.get(file) ?? file)
}
