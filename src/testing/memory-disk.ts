import type { Disk, Io } from '../engines/embedded/index.ts'

/** A disk in memory that can lose power. */
export interface MemoryDisk extends Disk {
  /** What was not fsynced is gone: bytes behind the last `fsync` of their file, names since the last `fsyncFolder` of their folder. */
  crash(): void
}

/** `synced`: how many bytes a loss of power leaves. */
interface Inode {
  bytes: Uint8Array
  length: number
  synced: number
}

/** A disk in memory; no work on it waits for a promise. */
export function memoryDisk(): MemoryDisk {
  let names = new Map<string, Inode>()
  let durable = new Map<string, Inode>()
  const find = (path: string): Inode => {
    const inode = names.get(path)
    if (inode === undefined) throw failure('ENOENT', path)
    return inode
  }
  return {
    append: (path, bytes) =>
      now(() => {
        const inode = names.get(path) ?? { bytes: new Uint8Array(256), length: 0, synced: 0 }
        names.set(path, inode)
        write(inode, bytes)
      }),
    fsync: path =>
      now(() => {
        const inode = find(path)
        inode.synced = inode.length
      }),
    fsyncFolder: folder =>
      now(() => {
        for (const path of durable.keys()) if (folderOf(path) === folder && !names.has(path)) durable.delete(path)
        for (const [path, inode] of names) if (folderOf(path) === folder) durable.set(path, inode)
      }),
    makeFolder: () => now(() => undefined),
    link: (from, to) =>
      now(() => {
        if (names.has(to)) throw failure('EEXIST', to)
        names.set(to, find(from))
      }),
    rename: (from, to) =>
      now(() => {
        names.set(to, find(from))
        names.delete(from)
      }),
    remove: path => now(() => void names.delete(path)),
    exists: path => now(() => names.has(path)),
    size: path => now(() => find(path).length),
    read: (path, from = 0, to = Number.POSITIVE_INFINITY) =>
      now(() => {
        const { bytes, length } = find(path)
        return bytes.slice(from, Math.min(to, length))
      }),
    list: folder =>
      now(() =>
        [...names.keys()]
          .filter(path => folderOf(path) === folder)
          .map(path => path.slice(folder.length + 1))
          .toSorted(),
      ),
    crash() {
      names = new Map(durable)
      durable = new Map(durable)
      for (const inode of names.values()) inode.length = inode.synced
    },
  }
}

/** One step that the world may come before. */
function* now<T>(work: () => T): Io<T> {
  yield undefined
  return work()
}

function write(inode: Inode, bytes: Uint8Array): void {
  const length = inode.length + bytes.length
  if (length > inode.bytes.length) {
    const larger = new Uint8Array(2 * length)
    larger.set(inode.bytes.subarray(0, inode.length))
    inode.bytes = larger
  }
  inode.bytes.set(bytes, inode.length)
  inode.length = length
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function failure(code: 'ENOENT' | 'EEXIST', path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path })
}
