import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'

/** What is at a path; undefined only where there is nothing. What cannot be looked at is an error: it may be something to keep. */
export async function entryAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
