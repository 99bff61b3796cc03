import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { syncFolder } from '../../../../storage/index.ts'
import type { Disk, Io } from '../seams.ts'

/** A disk that holds files open, until `close`. */
export interface LocalDisk extends Disk {
  /** Closes what was appended to and never synced. The disk can be used on. */
  close(): Io<void>
}

/**
 * The files of this machine.
 *
 * A file that was appended to is held open until `fsync` has brought it to the disk through the same handle: an error of writing that the system met in between is
 * told there, which another handle need not see. New folders are made durable in the folder above. Errors are node's own.
 */
export function localDisk(): LocalDisk {
  const held = new Map<string, FileHandle>()
  const letGo = async (path: string): Promise<void> => {
    const handle = held.get(path)
    held.delete(path)
    await handle?.close()
  }
  return Object.freeze({
    *append(path: string, bytes: Uint8Array) {
      yield append(held, resolve(path), bytes)
    },
    *fsync(path: string) {
      yield fsync(held, resolve(path))
    },
    *fsyncFolder(path: string) {
      yield syncFolder(path)
    },
    *makeFolder(path: string) {
      yield makeFolder(resolve(path))
    },
    *link(from: string, to: string) {
      yield link(from, to)
    },
    *rename(from: string, to: string) {
      yield letGo(resolve(from))
      yield rename(from, to)
    },
    *remove(path: string) {
      yield letGo(resolve(path))
      yield rm(path, { force: true })
    },
    *exists(path: string) {
      return (yield exists(path)) as boolean
    },
    *size(path: string) {
      return ((yield stat(path)) as { readonly size: number }).size
    },
    *read(path: string, from?: number, to?: number) {
      return (yield read(path, from, to)) as Uint8Array
    },
    *list(folder: string) {
      return (yield list(folder)) as readonly string[]
    },
    *close() {
      yield Promise.all([...held.keys()].map(letGo))
    },
  })
}

async function append(held: Map<string, FileHandle>, path: string, bytes: Uint8Array): Promise<void> {
  let handle = held.get(path)
  if (handle === undefined) {
    handle = await open(path, 'a')
    held.set(path, handle)
  }
  try {
    // One `write` may take a part of the bytes only.
    for (let from = 0; from < bytes.length; ) from += (await handle.write(bytes, from, Math.min(bytes.length - from, 1 << 30))).bytesWritten
  } catch (error) {
    held.delete(path)
    await handle.close()
    throw error
  }
}

async function fsync(held: Map<string, FileHandle>, path: string): Promise<void> {
  const handle = held.get(path) ?? (await open(path, 'r+'))
  held.delete(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  // Each new folder is an entry of the folder above it.
  for (let made = path; made.length >= first.length && made !== dirname(made); made = dirname(made)) await syncFolder(dirname(made))
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function read(path: string, from = 0, to?: number): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = new Uint8Array(Math.max(0, Math.min(to ?? size, size) - from))
    let got = 0
    while (got < bytes.length) {
      const { bytesRead } = await handle.read(bytes, got, Math.min(bytes.length - got, 1 << 30), from + got)
      if (bytesRead === 0) break
      got += bytesRead
    }
    return bytes.subarray(0, got)
  } finally {
    await handle.close()
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
