import { constants, createReadStream, type Stats } from 'node:fs'
import { lstat, open, readdir, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { checkKey, compareKeys, temporaryPrefix } from './key.ts'
import { notFound, type StoreOptions, taken } from './memory-store.ts'
import { cutRange } from './range.ts'
import type { ObjectInfo, Store } from './seams.ts'
import { syncFolder, writeFileAtomic } from './write-file-atomic.ts'

/**
 * A store in a folder; a key is a path below it. The folder is made at the first write. Writes are atomic and durable (see `writeFileAtomic`). A symbolic link
 * below the folder is refused, so no key leads out of it.
 *
 * @example
 * const store = localStore('.tidemill')
 * await store.write('models/price', bytes)
 * @throws storage.bad-key when a key leaves the folder
 */
export function localStore(root: string, options: StoreOptions = {}): Store {
  const folder = resolve(root)
  const name = `local:${folder}`
  const pathOf = async (key: string): Promise<string> => {
    await refuseLinks(folder, checkKey(key))
    return join(folder, key)
  }
  const stat = async (key: string): Promise<ObjectInfo | undefined> => {
    const found = await look(await pathOf(key))
    return found?.isFile() === true ? { key, bytes: found.size, modified: Math.trunc(found.mtimeMs) } : undefined
  }
  return Object.freeze({
    name,
    stat,
    async read(key, { from, to, signal } = {}) {
      signal?.throwIfAborted()
      const file = await openFile(await pathOf(key), key, name)
      try {
        const { size } = await file.stat()
        const range = cutRange(key, size, from, to)
        const bytes = new Uint8Array(range.to - range.from)
        let got = 0
        while (got < bytes.length) {
          signal?.throwIfAborted()
          const { bytesRead } = await file.read(bytes, got, Math.min(bytes.length - got, 1 << 26), range.from + got)
          if (bytesRead === 0) break
          got += bytesRead
        }
        return bytes.subarray(0, got)
      } finally {
        await file.close()
      }
    },
    async *stream(key: string, { signal }: { readonly signal?: AbortSignal } = {}) {
      signal?.throwIfAborted()
      const file = await openFile(await pathOf(key), key, name)
      try {
        for await (const chunk of createReadStream('', { fd: file, autoClose: false, highWaterMark: 1 << 18 })) {
          signal?.throwIfAborted()
          yield new Uint8Array(chunk as Uint8Array)
        }
      } finally {
        await file.close()
      }
    },
    async write(key, bytes, { ifAbsent, signal } = {}) {
      const path = await pathOf(key)
      try {
        await writeFileAtomic(path, bytes, { ifAbsent, signal, modified: options.clock?.now() })
      } catch (error) {
        throw writeError(error, key, name)
      }
      const written = await stat(key)
      if (written === undefined) throw notFound(key, name)
      return written
    },
    async *list(prefix = '') {
      yield* walk(folder, '', prefix)
    },
    async delete(key) {
      const path = await pathOf(key)
      try {
        await unlink(path)
        await syncFolder(dirname(path))
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },
  } satisfies Store)
}

/** Every part of the path that exists must be a folder or a file, never a link to somewhere else. */
async function refuseLinks(folder: string, key: string): Promise<void> {
  let path = folder
  for (const part of key.split('/')) {
    path = join(path, part)
    const found = await look(path)
    if (found === undefined) return
    if (found.isSymbolicLink()) {
      throw new TidemillError('storage.bad-key', `bad key: ${key} passes the symbolic link ${part}`, {
        hint: 'a store does not follow links; put the data into its folder',
        details: { key },
      })
    }
  }
}

async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function openFile(path: string, key: string, name: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    if ((await file.stat()).isFile()) return file
    await file.close()
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  throw notFound(key, name)
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** A key cannot be both an object and the beginning of another key here: a path is a file or a folder. */
function writeError(error: unknown, key: string, name: string): unknown {
  if (error instanceof TidemillError && error.code === 'storage.exists') return taken(key, name)
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST') {
    return new TidemillError('storage.bad-key', `bad key: ${key} is a folder of other keys, or lies below an object`, {
      details: { key },
      cause: error,
    })
  }
  return error
}

/** Folders are sorted as their name with a slash, which makes the walk the order of whole keys. */
async function* walk(folder: string, at: string, prefix: string): AsyncGenerator<ObjectInfo> {
  let entries
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  const keys = entries
    .filter(entry => !entry.name.startsWith(temporaryPrefix) && (entry.isFile() || entry.isDirectory()))
    .map(entry => (entry.isDirectory() ? `${at}${entry.name}/` : `${at}${entry.name}`))
    .filter(key => key.startsWith(prefix) || prefix.startsWith(key))
    .sort(compareKeys)
  for (const key of keys) {
    const path = join(folder, key.slice(at.length))
    if (key.endsWith('/')) yield* walk(path, key, prefix)
    else if (key.startsWith(prefix)) {
      const found = await look(path)
      if (found !== undefined) yield { key, bytes: found.size, modified: Math.trunc(found.mtimeMs) }
    }
  }
}
