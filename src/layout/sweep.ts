/** What processes that died while writing have left, and how it is told from what is still needed. */
import { readdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../time/index.ts'
import { retire } from './retired.ts'
import { allVersions, manifestFolder, noneWhereMissing } from './table-versions.ts'
import { eachOf } from './verify.ts'
import { hiddenPrefix, isGone, shortId } from './writer-id.ts'

/** Marks of writes in a table, those of dead processes apart. */
export async function marksIn(root: string, clock: Clock): Promise<{ readonly live: readonly string[]; readonly dead: readonly string[] }> {
  const folder = join(root, manifestFolder)
  const live: string[] = []
  const dead: string[] = []
  for (const name of await readdir(folder).catch(noneWhereMissing)) {
    const id = /^writing-(.+)$/.exec(name)?.[1]
    if (id === undefined) continue
    const age = await ageOf(join(folder, name), clock)
    if (age !== undefined) (isGone(id, age) ? dead : live).push(id)
  }
  return { live, dead }
}

/**
 * Removes what dead writes left in a table: first their marks, so that they cannot publish any more, then files that no version names. What one that had published
 * was to move away is moved. Gives the number of writes.
 */
export async function sweepWrites(root: string, clock: Clock = systemClock): Promise<number> {
  const { dead } = await marksIn(root, clock)
  if (dead.length === 0) return 0
  for (const id of dead) await unlink(join(root, manifestFolder, `writing-${id}`)).catch(unlessMissing)
  const published = new Set<string>()
  const versions = await allVersions(root)
  for (const manifest of versions) {
    published.add(manifest.writer)
    for (const { path } of manifest.files) published.add(path.slice(path.lastIndexOf('/') + 1).split('_')[1] ?? '')
  }
  const lost = new Set(dead.filter(id => !published.has(id) && !published.has(shortId(id))).map(shortId))
  for (const id of dead) await rm(join(root, `${hiddenPrefix}${id}`), { recursive: true, force: true })
  if (lost.size > 0)
    for (const file of await dataFiles(root)) if (lost.has(ownerOf(file) ?? '')) await rm(join(root, file), { force: true })
  await retire(root, versions, root)
  return dead.length
}

/** Removes unfinished outputs beside a path whose writers are dead: `.tidemill-<id>`. Gives their number. */
export async function sweepBeside(folder: string, clock: Clock = systemClock): Promise<number> {
  let swept = 0
  for (const name of await readdir(folder).catch(noneWhereMissing)) {
    const id = new RegExp(`^\\${hiddenPrefix}([0-9a-f]{6}-[0-9a-z]+-[0-9a-z]+-[0-9a-f]{12})(?:[.]|$)`).exec(name)?.[1]
    if (id === undefined) continue
    const age = await ageOf(join(folder, name), clock)
    if (age === undefined || !isGone(id, age)) continue
    await rm(join(folder, name), { recursive: true, force: true })
    swept++
  }
  return swept
}

/** The short id of the write that made a file, out of its name `data_<id>_<n>.parquet`. */
export function ownerOf(path: string): string | undefined {
  return /(?:^|[\\/])data_([0-9a-f]{12})_\d+\.[a-z.]+$/.exec(path)?.[1]
}

/** Files below the folders of a table that are not hidden, with `/`, sorted. */
export async function dataFiles(root: string): Promise<readonly string[]> {
  return filesBelow(root, '', name => /^[._]/.test(name) && !name.includes('='))
}

/** Files below a folder of a table, as paths below the table, with `/`, sorted. A folder that is removed meanwhile is passed over. */
export async function filesBelow(
  root: string,
  folder: string,
  isHidden: (name: string) => boolean = () => false,
): Promise<readonly string[]> {
  const files: string[] = []
  for (let level = [folder]; level.length > 0; ) {
    const next: string[] = []
    await eachOf(level, 16, async below => {
      for (const entry of await readdir(join(root, below), { withFileTypes: true }).catch(noneWhereMissing)) {
        if (isHidden(entry.name)) continue
        const path = below === '' ? entry.name : `${below}/${entry.name}`
        if (entry.isDirectory()) next.push(path)
        else if (entry.isFile()) files.push(path)
      }
    })
    level = next
  }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** Milliseconds since a file or folder was changed; undefined when it is gone. */
export async function ageOf(path: string, clock: Clock): Promise<number | undefined> {
  try {
    return clock.now() - (await stat(path)).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
