/** Files that were made, on the disk and under the names they are to have. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TidemillError } from '../../../errors/index.ts'
import { eachOf, folderName, type Partition, type TableFileEntry } from '../../../layout/index.ts'
import { syncFolder } from '../../../storage/index.ts'
import { countRows } from './count-rows.ts'
import { hashToDisk } from './hash-to-disk.ts'
import type { Part } from './copy-parts.ts'
import type { Layout } from './sink-options.ts'

/** Files that are brought to the disk at a time. */
const width = 16

/**
 * Gives each file its place below a folder: `coast=west/data_0.parquet`; hashes it, counts its rows where nobody has, and brings it to the disk.
 *
 * @param owner stands in the names, so that two writes never give the same name; none in a folder that is new
 */
export async function placeParts(
  parts: readonly Part[],
  levels: readonly Partition[],
  layout: Layout,
  root: string,
  owner: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly TableFileEntry[]> {
  const planned = planOf(parts, levels, layout, owner)
  const folders = new Set<string>()
  for (const { path } of planned) for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  const files: TableFileEntry[] = []
  await eachOf(planned, width, async ({ part, path }, index) => {
    if (signal?.aborted === true) return
    const { sha256, bytes } = await hashToDisk(part.path)
    const rows = part.rows ?? (await rowsIn(part.path, layout, signal))
    files[index] = {
      path,
      bytes,
      ...(rows === undefined ? {} : { rows }),
      sha256,
      partition: part.partition,
      ...(part.stats === undefined ? {} : { stats: part.stats }),
    }
  })
  signal?.throwIfAborted()
  // Names last: other tools see the new files from here on, and beside them the old ones until the version is published.
  move(planned, root)
  await eachOf([...folders, '.'], width, folder => syncFolder(join(root, folder)))
  return files
}

interface Planned {
  readonly part: Part
  readonly path: string
  /** Its folder can be renamed whole: all of it is one partition of a new table, under names that stay. */
  readonly wholeFolder: boolean
}

function planOf(parts: readonly Part[], levels: readonly Partition[], layout: Layout, owner: string | undefined): readonly Planned[] {
  const placed = parts.map(part => ({
    part,
    folder: levels.map((level, index) => folderName(level.folder, part.partition[index] ?? null)).join('/'),
  }))
  // Where a file system takes two names for one, files of both must not have one name.
  const sources = new Map<string, Set<string>>()
  for (const { part, folder } of placed) {
    const key = folder.toLowerCase()
    sources.set(key, (sources.get(key) ?? new Set()).add(dirname(part.path)))
  }
  const numbers = new Map<string, number>()
  return placed.map(({ part, folder }) => {
    const key = folder.toLowerCase()
    const wholeFolder = owner === undefined && folder !== '' && sources.get(key)?.size === 1 && !dirname(part.path).endsWith('.split')
    const number = numbers.get(key) ?? 0
    numbers.set(key, number + 1)
    const name = wholeFolder ? basename(part.path) : `data_${owner === undefined ? '' : `${owner}_`}${number}.${layout.ending}`
    return { part, path: folder === '' ? name : `${folder}/${name}`, wholeFolder }
  })
}

/**
 * Renames the files. In a folder that is new a whole folder of files is renamed at once, where it is all of a partition: ten thousand folders need not be made twice.
 *
 * The calls are synchronous: each takes some microseconds, and a detour over the thread pool some ten times as much.
 */
function move(planned: readonly Planned[], root: string): void {
  const made = new Set<string>()
  const make = (folder: string): void => {
    if (made.has(folder)) return
    mkdirSync(join(root, folder), { recursive: true })
    made.add(folder)
  }
  for (const { part, path, wholeFolder } of planned) {
    const folder = dirname(path)
    if (wholeFolder) {
      if (made.has(folder)) continue
      make(dirname(folder))
      renameSync(dirname(part.path), join(root, folder))
      made.add(folder)
      continue
    }
    for (let tries = 1; ; tries++) {
      make(folder)
      try {
        renameSync(part.path, join(root, path))
        break
      } catch (error) {
        // Another write may have removed the folder between the two, as it was empty.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10 || !existsSync(part.path)) throw error
        made.delete(folder)
      }
    }
  }
}

function rowsIn(path: string, { kind, text, compression }: Layout, signal: AbortSignal | undefined): Promise<number | undefined> {
  return countRows(path, { quoted: kind === 'csv', header: kind === 'csv' && text?.header === true, compression }, signal)
}

/** Every row that went in must be in a file. */
export function checkCount(files: readonly TableFileEntry[], rows: number): void {
  if (files.some(file => file.rows === undefined)) return
  const sum = files.reduce((all, file) => all + (file.rows ?? 0), 0)
  if (sum !== rows) throw new TidemillError('engine.internal', `files hold ${sum} rows, not the ${rows} that were written`)
}
