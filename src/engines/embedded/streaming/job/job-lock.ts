/** `lock.json` of a job: which process runs it. It gives a friendly error; what keeps two runs apart for good are the manifests (R12). */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'
import { processIsRunning, writeFileAtomic } from '../../../../storage/index.ts'
import { readJobStatus, statusFile } from '../../../../telemetry/index.ts'
import type { Clock } from '../../../../time/index.ts'

interface Lock {
  readonly version: 1
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Jobs of this process, by folder: their lock cannot be told from one that a process of the same number left behind. */
const running = new Set<string>()
/** A job whose status is older does not run, whatever process has its number now. */
const silentMs = 60_000

/**
 * Takes the lock of a job's folder; gives back the function that lets it go. The lock of a process that is gone is taken over.
 *
 * @throws stream.running naming the process that has it
 */
export async function lockJob(folder: string, name: string, clock: Clock): Promise<() => Promise<void>> {
  if (running.has(folder)) throw isRunning(name, process.pid)
  running.add(folder)
  const path = join(folder, 'lock.json')
  try {
    await takeLock(path, { folder, name, clock })
  } catch (error) {
    running.delete(folder)
    throw error
  }
  return async () => {
    if (!running.delete(folder)) return
    // Who has taken it over meanwhile keeps it.
    if ((await readLock(path))?.pid === process.pid) await rm(path, { force: true })
  }
}

async function takeLock(
  path: string,
  { folder, name, clock }: { readonly folder: string; readonly name: string; readonly clock: Clock },
): Promise<void> {
  const lock: Lock = { version: 1, pid: process.pid, since: clock.now() }
  try {
    await writeFileAtomic(path, JSON.stringify(lock), { ifAbsent: true })
  } catch (error) {
    if (!(error instanceof TidemillError && error.code === 'storage.exists')) throw error
    const held = await readLock(path)
    if (held !== undefined && (await isHeld(held, folder, clock))) throw isRunning(name, held.pid)
    await writeFileAtomic(path, JSON.stringify(lock))
  }
}

/** What cannot be read holds nobody back. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    const lock = JSON.parse(await readFile(path, 'utf8')) as Partial<Lock> | null
    return typeof lock?.pid === 'number' && typeof lock.since === 'number' ? { version: 1, pid: lock.pid, since: lock.since } : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function isHeld({ pid, since }: Lock, folder: string, clock: Clock): Promise<boolean> {
  // One of ours would be known: an earlier process had our number.
  if (pid === process.pid || !processIsRunning(pid)) return false
  const told = await readJobStatus(join(folder, statusFile)).catch(() => undefined)
  const seen = told?.pid === pid ? Math.max(since, told.updatedAt) : since
  return clock.now() - seen < silentMs
}

function isRunning(name: string, pid: number): TidemillError {
  return new TidemillError('stream.running', `job runs already: ${name} (process ${pid}${pid === process.pid ? ', this one' : ''})`, {
    details: { name, pid },
    hint: `stop it first: npx tidemill jobs stop ${name}`,
  })
}
