import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsync, openSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'

/** Files up to here are read in one go: a call to the thread pool costs more than the reading. */
const small = 256 * 1024

/** Where small files are read, one after the other: reading and hashing are one step there, and a buffer for each of ten thousand would wait for the collector. */
let shared: Buffer | undefined

const readSome = promisify(read)
const toDisk = promisify(fsync)

/** Brings a file to the disk; gives its size and its sha256. Reading and syncing of many small files takes few calls, as ten thousand of them may come. */
export async function hashToDisk(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const file = openSync(path, 'r')
  try {
    const bytes = fstatSync(file).size
    const hash = createHash('sha256')
    const buffer = bytes <= small ? (shared ??= Buffer.allocUnsafeSlow(small)) : Buffer.allocUnsafe(Math.min(bytes, 1 << 20))
    for (let at = 0; at < bytes; ) {
      const got =
        bytes <= small ? readSync(file, buffer, 0, buffer.length, at) : (await readSome(file, buffer, 0, buffer.length, at)).bytesRead
      if (got === 0) break
      hash.update(buffer.subarray(0, got))
      at += got
    }
    await toDisk(file).catch((error: NodeJS.ErrnoException) => {
      // Windows syncs no file that is opened for reading.
      if (process.platform !== 'win32') throw error
    })
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    closeSync(file)
  }
}
