/** Lines that came from outside, in files that only grow. */
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { syncFolder } from '../storage/index.ts'
import { readError } from './file-error.ts'

/** A folder of files `received-000001.ndjson`, ...: one is written to. */
export interface Spool {
  /** Bytes that wait to be written. */
  readonly waiting: number
  /** Resolves when the bytes, whole lines, are on the disk. What came meanwhile is written together, with one sync. */
  append(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}
interface Piece {
  readonly bytes: Uint8Array
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Opens a spool: makes the folder. Each opening writes to files of its own, so two processes may share a folder.
 *
 * When a write fails, the file is left as it is and the next one is begun: a half line at its end is never a line.
 *
 * @param fileBytes a larger file is followed by a new one
 */
export async function openSpool(folder: string, fileBytes: number): Promise<Spool> {
  await mkdir(folder, { recursive: true })
  let file: { readonly handle: FileHandle; size: number } | undefined
  let queue: Piece[] = []
  let waiting = 0
  let writing: Promise<void> | undefined
  let closed = false

  const drain = async (): Promise<void> => {
    // Each turn needs the one before: the file is one.
    // oxlint-disable no-await-in-loop
    while (queue.length > 0) {
      const pieces = queue
      queue = []
      try {
        const bytes = Buffer.concat(pieces.map(piece => piece.bytes))
        if (file !== undefined && file.size >= fileBytes) await leave()
        file ??= { handle: await nextFile(folder), size: 0 }
        await writeAll(file.handle, bytes)
        await file.handle.datasync()
        file.size += bytes.length
        for (const piece of pieces) piece.done()
      } catch (error) {
        for (const piece of pieces) piece.failed(error)
        await leave()
      }
      for (const piece of pieces) waiting -= piece.bytes.length
    }
    // oxlint-enable no-await-in-loop
    writing = undefined
  }
  const leave = async (): Promise<void> => {
    const left = file
    file = undefined
    await left?.handle.close()
  }
  return {
    get waiting() {
      return waiting
    },
    append(bytes) {
      if (closed) return Promise.reject(new TidemillError('stream.closed', `spool was closed: ${folder}`))
      waiting += bytes.length
      return new Promise((resolve, reject) => {
        queue.push({ bytes, done: resolve, failed: error => reject(unwritable(folder, error)) })
        writing ??= drain()
      })
    },
    async close() {
      closed = true
      await writing
      await leave()
    },
  }
}

/** A file that nobody has written to. */
async function nextFile(folder: string): Promise<FileHandle> {
  const numbers = (await readdir(folder)).map(name => Number(/^received-([0-9]+)\.ndjson$/.exec(name)?.[1] ?? 0))
  for (let number = Math.max(0, ...numbers) + 1; ; number++) {
    const path = join(folder, `received-${String(number).padStart(6, '0')}.ndjson`)
    try {
      // oxlint-disable-next-line no-await-in-loop
      const handle = await open(path, 'ax')
      // oxlint-disable-next-line no-await-in-loop
      await syncFolder(folder)
      return handle
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    // oxlint-disable-next-line no-await-in-loop
    const { bytesWritten } = await handle.write(bytes, from)
    from += bytesWritten
  }
}

function unwritable(folder: string, error: unknown): unknown {
  const wrapped = readError(folder, error)
  return wrapped instanceof TidemillError && wrapped.code === 'connectors.unreadable'
    ? new TidemillError('connectors.unreadable', `spool cannot be written: ${folder}: ${(error as Error).message}`, {
        details: { folder },
        cause: error,
      })
    : wrapped
}
