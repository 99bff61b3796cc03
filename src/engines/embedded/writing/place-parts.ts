/** Files that were made, on the disk and under the names they are to have. */
import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
  const numbers = new Map<string, number>()
  const planned = parts.map(part => {
    const folder = levels.map((level, index) => folderName(level.folder, part.partition[index] ?? null)).join('/')
    // Where a file system takes two names for one, their files must not have one name.
    const number = numbers.get(folder.toLowerCase()) ?? 0
    numbers.set(folder.toLowerCase(), number + 1)
    const name = `data_${owner === undefined ? '' : `${owner}_`}${number}.${layout.ending}`
    return { part, path: folder === '' ? name : `${folder}/${name}` }
  })
  const folders = new Set<string>()
  for (const { path } of planned) for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true })
  const files: TableFileEntry[] = []
  await eachOf(planned, width, async ({ part, path }, index) => {
    if (signal?.aborted === true) return
    const { sha256, bytes } = await hashToDisk(part.path)
    const rows = part.rows ?? (await rowsIn(part.path, layout, signal))
    renameSync(part.path, join(root, path))
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
  await eachOf([...folders, '.'], width, folder => syncFolder(join(root, folder)))
  return files
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
