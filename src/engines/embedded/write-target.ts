/** Where an output goes: what is there already, and how the new comes into its place. */
import type { Stats } from 'node:fs'
import { link, open, readdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../../errors/index.ts'
import { entryAt } from '../../storage/index.ts'

type Mode = 'fail' | 'replace'

/**
 * Throws where a write must not put its result.
 *
 * @throws connectors.exists
 */
export async function checkTarget(target: string, mode: Mode, isFolder: boolean, shown: string): Promise<void> {
  const there = await entryAt(target)
  if (there === undefined) return
  if (mode === 'fail') throw taken(shown)
  await refuseForeign(there, target, isFolder, shown)
}

/**
 * What `replace` may remove: a file by a file, and a folder that holds nothing but what a write makes (`k=v` folders, `data_*` files, hidden files).
 *
 * @throws connectors.exists for a folder where a file is written, a file where a folder is, or a folder that holds something else
 */
async function refuseForeign(there: Stats, target: string, isFolder: boolean, shown: string): Promise<void> {
  if (there.isFile() && isFolder)
    throw new TidemillError('connectors.exists', `a file is there already: ${shown}`, {
      hint: 'a folder cannot replace a file; take another name',
      details: { path: shown },
    })
  if (there.isFile()) return
  if (!there.isDirectory())
    throw new TidemillError('connectors.exists', `something is there already that is no file: ${shown}`, {
      hint: 'take another name',
      details: { path: shown },
    })
  if (!isFolder)
    throw new TidemillError('connectors.exists', `a folder is there already: ${shown}`, {
      hint: `a file cannot replace a folder; end the path with / to write into a folder, or take another name`,
      details: { path: shown },
    })
  const foreign = (await filesBelow(target)).find(file => !isOurs(file.split(/[\\/]/)))
  if (foreign === undefined) return
  throw new TidemillError('connectors.exists', `the folder holds something that is not a table: ${join(shown, foreign)}`, {
    hint: "mode: 'replace' removes what is in the folder, so it takes only folders that a write has made; give an empty or a new folder",
    details: { path: shown, foreign },
  })
}

function isOurs(path: readonly string[]): boolean {
  const name = path.at(-1) ?? ''
  return path.slice(0, -1).every(folder => folder.includes('=')) && /^(data_.*\.(csv|ndjson|parquet)|[._].*)$/.test(name)
}

export function taken(path: string): TidemillError {
  return new TidemillError('connectors.exists', `output is there already: ${path}`, {
    hint: "pass mode: 'replace' to write over it",
    details: { path },
  })
}

/** Moves what was written to its place. Without `replace` a file that came in the meantime is not written over. */
export async function put(temp: string, target: string, mode: Mode, isFolder: boolean, shown: string): Promise<void> {
  if (mode === 'fail') {
    if (isFolder) {
      if ((await entryAt(target)) !== undefined) throw taken(shown)
      await rename(temp, target)
      return
    }
    try {
      await link(temp, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(shown)
      // A file system without hard links.
      if ((await entryAt(target)) !== undefined) throw taken(shown)
      await rename(temp, target)
      return
    }
    await unlink(temp)
    return
  }
  const there = await entryAt(target)
  if (there === undefined || (!isFolder && there.isFile())) {
    await rename(temp, target)
    return
  }
  const old = `${temp}.old`
  await rename(target, old)
  try {
    await rename(temp, target)
  } catch (error) {
    await putBack(old, target, shown)
    throw error
  }
  await rm(old, { recursive: true, force: true })
}

async function putBack(old: string, target: string, shown: string): Promise<void> {
  try {
    await rename(old, target)
  } catch (cause) {
    throw new TidemillError('connectors.unreadable', `output cannot be written: ${shown}, and what was there could not be put back`, {
      hint: `it is whole, under another name: ${old}`,
      details: { path: shown, old },
      cause,
    })
  }
}

/** Files below a folder, and what else is no folder, in the order of their names by code point. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** Brings a file or a folder to the disk; gives the size of a file. */
export async function toDisk(path: string): Promise<number> {
  try {
    const file = await open(path, 'r')
    try {
      await file.sync()
      const { size } = await file.stat()
      return size
    } finally {
      await file.close()
    }
  } catch (error) {
    // Windows refuses to open folders.
    if (process.platform === 'win32') return 0
    throw error
  }
}
