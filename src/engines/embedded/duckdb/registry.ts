import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../../../errors/index.ts'

// On the global object, so that two copies of the package in one process know of each other.
const key = Symbol.for('tidemill.embedded.databases')
const holder = globalThis as unknown as Record<symbol, Set<string> | undefined>

/**
 * Claims a database file for this process; gives back the function that frees it.
 *
 * DuckDB locks a file against other processes only: two instances in one process write over each other without an error.
 *
 * @throws engine.locked when this process has it open
 */
export async function claim(path: string): Promise<() => void> {
  const open = (holder[key] ??= new Set())
  const real = await realPath(path)
  if (open.has(real))
    throw new TidemillError('engine.locked', `database file in use by this process: ${path}`, {
      hint: 'share one session, or close the other first',
      details: { path },
    })
  open.add(real)
  return () => void open.delete(real)
}

/** The real path of a file that may not be there yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const full = resolve(path)
    return join(await realpath(dirname(full)).catch(() => dirname(full)), basename(full))
  }
}
