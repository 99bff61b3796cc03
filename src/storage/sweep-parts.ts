import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../time/index.ts'
import { temporaryPrefix } from './key.ts'

/** Younger ones may be those of a process that writes right now. */
const oldMs = 60_000

/**
 * Takes away what a process that was killed while it wrote (`writeFileAtomic`) has left in a folder: half-written files that are older than a minute. Gives their number.
 * A folder that is not there has none.
 */
export async function sweepParts(folder: string, { clock = systemClock }: { readonly clock?: Clock | undefined } = {}): Promise<number> {
  const names = await readdir(folder).catch(noneWhereMissing)
  const parts = names.filter(name => name.startsWith(temporaryPrefix)).map(name => join(folder, name))
  const swept = await Promise.all(
    parts.map(async part => {
      // Its writer may have been faster.
      const { mtimeMs } = await stat(part).catch(gone)
      if (clock.now() - mtimeMs < oldMs) return 0
      await rm(part, { force: true })
      return 1
    }),
  )
  return swept.reduce<number>((sum, one) => sum + one, 0)
}

function noneWhereMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}

function gone(error: NodeJS.ErrnoException): { readonly mtimeMs: number } {
  if (error.code === 'ENOENT') return { mtimeMs: Number.POSITIVE_INFINITY }
  throw error
}
