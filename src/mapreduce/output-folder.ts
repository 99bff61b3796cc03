/** A folder of parts that appears whole or not at all. */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { syncFolder } from '../storage/index.ts'
import { ownName, releaseName, sweepLeft } from './temporary.ts'

/** Where parts are written until all are there. */
export interface OutputFolder {
  /** Path of a try of a part. */
  attempt(part: number, attempt: number): string
  /** Makes a try the part. */
  keep(part: number, attempt: number): Promise<void>
  /** Shows the folder under its name. */
  publish(): Promise<string>
  abandon(): Promise<void>
}

/**
 * Begins a folder beside its place.
 *
 * @throws storage.exists when there is one and the mode is `error`
 */
export async function outputFolder({
  folder,
  mode,
}: {
  readonly folder: string
  readonly mode: 'error' | 'replace'
}): Promise<OutputFolder> {
  const target = resolve(folder)
  if (mode === 'error') await checkAbsent(target, folder)
  const above = dirname(target)
  const prefix = `.${basename(target)}.`
  await mkdir(above, { recursive: true })
  await sweepLeft(above, prefix)
  const name = ownName()
  const hidden = join(above, prefix + name)
  await mkdir(hidden)
  let parts = 0
  const attempt = (part: number, number: number): string => join(hidden, `.part-${part}-${number}`)
  return {
    attempt,
    async keep(part, number) {
      parts++
      await rename(attempt(part, number), join(hidden, partName(part)))
    },
    async publish() {
      // A table without rows is a folder with an empty part: it can be read.
      if (parts === 0) await (await open(join(hidden, partName(0)), 'w')).close()
      await syncFolder(hidden)
      if (mode === 'replace') await replace(target, hidden)
      else
        await rename(hidden, target).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST' || error.code === 'ENOTDIR') throw exists(folder, error)
          throw error
        })
      await syncFolder(above)
      releaseName(name)
      return target
    },
    async abandon() {
      await rm(hidden, { recursive: true, force: true })
      releaseName(name)
    },
  }
}

function partName(part: number): string {
  return `part-${String(part).padStart(5, '0')}.ndjson`
}

async function checkAbsent(target: string, folder: string): Promise<void> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found !== undefined) throw exists(folder)
}

/** The old one steps aside first: a folder cannot be renamed over another. */
async function replace(target: string, hidden: string): Promise<void> {
  const old = `${hidden}.old`
  const had = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  try {
    await rename(hidden, target)
  } catch (error) {
    if (had) await rename(old, target)
    throw error
  }
  await rm(old, { recursive: true, force: true })
}

function exists(folder: string, cause?: unknown): TidemillError {
  return new TidemillError('storage.exists', `output exists: ${folder}`, {
    details: { folder },
    hint: `take another folder, or replace it: { output: { folder: '${folder}', mode: 'replace' } }`,
    ...(cause === undefined ? {} : { cause }),
  })
}
