import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { temporaryPrefix } from './key.ts'

export interface AtomicOptions {
  readonly signal?: AbortSignal | undefined
  /** storage.exists when the file is there. */
  readonly ifAbsent?: boolean | undefined
  /** Milliseconds since 1970 to set as the time of change; without, the file system's clock. */
  readonly modified?: number | undefined
}

/**
 * Writes a file so that a reader sees the old bytes or the new, never a part, also after a power cut: a temporary file in the same folder is synced, renamed over
 * the old one, and the folder is synced. Folders are made. On an error or an abort nothing is left behind. Gives the number of bytes.
 *
 * @example
 * await writeFileAtomic('out/profile.html', html)
 * @throws storage.exists with `ifAbsent` when the file is there
 */
export async function writeFileAtomic(
  path: string,
  bytes: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: AtomicOptions = {},
): Promise<number> {
  const { signal } = options
  signal?.throwIfAborted()
  const folder = dirname(path)
  const made = await mkdir(folder, { recursive: true })
  const part = join(folder, `${temporaryPrefix}${randomUUID()}`)
  try {
    const written = await writeAndSync(part, bytes, options)
    signal?.throwIfAborted()
    if (options.ifAbsent === true) await linkNew(part, path)
    else await rename(part, path)
    await syncFolder(folder)
    if (made !== undefined) await syncMade(folder, made)
    return written
  } finally {
    await rm(part, { force: true })
  }
}

async function writeAndSync(part: string, bytes: string | Uint8Array | AsyncIterable<Uint8Array>, options: AtomicOptions): Promise<number> {
  const file = await open(part, 'wx')
  try {
    let written = 0
    const chunks = typeof bytes === 'string' ? [Buffer.from(bytes)] : bytes instanceof Uint8Array ? [bytes] : bytes
    for await (const chunk of chunks) {
      options.signal?.throwIfAborted()
      await writeAll(file, chunk)
      written += chunk.length
    }
    if (options.modified !== undefined) await file.utimes(options.modified / 1000, options.modified / 1000)
    await file.sync()
    return written
  } finally {
    await file.close()
  }
}

/** One `write` may take a part of the bytes only. */
async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, from, Math.min(chunk.length - from, 1 << 30))
    from += bytesWritten
  }
}

/** A link fails where a rename would overwrite, so two writers cannot both win. */
async function linkNew(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new TidemillError('storage.exists', `file exists: ${basename(path)}`, { details: { path }, cause: error })
  }
}

/** Syncs a folder: without this a rename or a removal can be lost in a power cut. Windows opens no folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes new folders durable: each is an entry of the folder above it. */
async function syncMade(folder: string, first: string): Promise<void> {
  for (let made = folder; made.length >= first.length && made !== dirname(made); made = dirname(made)) await syncFolder(dirname(made))
}
