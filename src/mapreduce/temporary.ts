/** Folders of running jobs, and what killed processes have left of them. */
import { randomUUID } from 'node:crypto'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { processIsRunning } from '../storage/index.ts'

/** Names of folders that jobs of this process use now. */
const mine = new Set<string>()

/** A name that says which process uses it. */
export function ownName(): string {
  const name = `${hostname().replace(/[^\w.]/g, '_')}-${process.pid}-${randomUUID()}`
  mine.add(name)
  return name
}

/** Gives a name back. */
export function releaseName(name: string): void {
  mine.delete(name)
}

/** Takes away the folders whose process is gone. Those of other machines are left. */
export async function sweepLeft(folder: string, prefix = ''): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const host = hostname().replace(/[^\w.]/g, '_')
  for (const name of names) {
    if (!name.startsWith(`${prefix}${host}-`)) continue
    const own = name.slice(prefix.length)
    const pid = Number(/^-(\d+)-[\da-f-]{36}$/.exec(own.slice(host.length))?.[1])
    if (!Number.isInteger(pid) || mine.has(own) || (pid !== process.pid && processIsRunning(pid))) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** Removes a folder of a job, and the one above when it is empty. */
export async function removeFolder(above: string, name: string): Promise<void> {
  await rm(join(above, name), { recursive: true, force: true })
  await rmdir(above).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}
