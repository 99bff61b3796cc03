import type { Disk, Io } from '../../src/engines/embedded/streaming/seams.ts'
import type { Chance } from './chance.ts'

export type DiskCode = 'EIO' | 'ENOSPC' | 'EEXIST' | 'ENOENT'

function failure(code: DiskCode, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path })
}

/** `safe`: bytes from the beginning that a loss of power leaves. `doomed`: an fsync failed, so later ones lie. */
interface Inode {
  bytes: Uint8Array
  length: number
  safe: number
  doomed: boolean
}
interface Change {
  readonly remove?: string
  readonly name?: string
  readonly inode?: Inode
}

/**
 * A disk that keeps, after a loss of power, only what was fsynced: bytes by `fsync`, names by `fsyncFolder`.
 *
 * What was not synced survives as a random prefix (bytes) or a random subset (names), which is harsher than an ordered journal. After a failed fsync the bytes stay
 * readable but never become durable, and later fsyncs report success, as Linux does; names wait for the next fsync of the folder. Every operation can be
 * interrupted before it begins, an append also in its middle.
 */
export class SimulatedDisk implements Disk {
  calls = 0
  full = false
  readonly failAt: Map<number, 'EIO' | 'ENOSPC'> = new Map()
  #visible = new Map<string, Inode>()
  #stable = new Map<string, Inode>()
  #pending: Change[]

  constructor() {
    this.#pending = []
  }

  *append(path: string, bytes: Uint8Array): Io<void> {
    yield
    let inode = this.#visible.get(path)
    if (inode === undefined)
      this.#change({ name: path, inode: (inode = { bytes: new Uint8Array(256), length: 0, safe: 0, doomed: false }) })
    const half = bytes.length >> 1
    this.#put(inode, path, bytes.subarray(0, half))
    yield
    this.#put(inode, path, bytes.subarray(half))
  }

  *fsync(path: string): Io<void> {
    yield
    const inode = this.#need(path)
    if (this.#failing('EIO')) {
      inode.doomed = true
      throw failure('EIO', path)
    }
    if (!inode.doomed) inode.safe = inode.length
  }

  *fsyncFolder(path: string): Io<void> {
    yield
    if (this.#failing('EIO')) throw failure('EIO', path)
    this.#pending = this.#pending.filter(change => {
      if (folderOf((change.name ?? change.remove) as string) !== path) return true
      apply(this.#stable, change)
      return false
    })
  }

  *makeFolder(): Io<void> {
    yield
  }

  *link(from: string, to: string): Io<void> {
    yield
    if (this.#failing('ENOSPC')) throw failure('ENOSPC', to)
    if (this.#visible.has(to)) throw failure('EEXIST', to)
    this.#change({ name: to, inode: this.#need(from) })
  }

  *rename(from: string, to: string): Io<void> {
    yield
    if (this.#failing('EIO')) throw failure('EIO', to)
    this.#change({ remove: from, name: to, inode: this.#need(from) })
  }

  *remove(path: string): Io<void> {
    yield
    if (this.#visible.has(path)) this.#change({ remove: path })
  }

  *exists(path: string): Io<boolean> {
    yield
    return this.#visible.has(path)
  }

  *size(path: string): Io<number> {
    yield
    return this.#need(path).length
  }

  *read(path: string, from: number = 0, to: number = Number.POSITIVE_INFINITY): Io<Uint8Array> {
    yield
    const { bytes, length } = this.#need(path)
    return bytes.slice(from, Math.min(to, length))
  }

  *list(folder: string): Io<readonly string[]> {
    yield
    return this.names(folder)
  }

  /** Names in a folder, for invariants. */
  names(folder: string): readonly string[] {
    const found: string[] = []
    for (const path of this.#visible.keys()) if (folderOf(path) === folder) found.push(path.slice(folder.length + 1))
    return found.sort()
  }

  /** The bytes of a file, for invariants. */
  peek(path: string): Uint8Array {
    const { bytes, length } = this.#need(path)
    return bytes.subarray(0, length)
  }

  losePower(random: Chance): void {
    const keep = random.pick([0, 0.5, 1])
    for (const change of this.#pending) if (random.chance(keep)) apply(this.#stable, change)
    this.#pending = []
    this.#visible = new Map(this.#stable)
    for (const inode of new Set(this.#visible.values())) {
      const rest = inode.doomed ? 0 : inode.length - inode.safe
      inode.length = inode.safe = inode.safe + Math.floor(rest * random.pick([0, random.next(), 1]))
      inode.doomed = false
    }
  }

  /** Changes a byte at rest. */
  rot(path: string, random: Chance): void {
    const inode = this.#need(path)
    const at = random.below(inode.length)
    inode.bytes[at] = (inode.bytes[at] as number) ^ 0x41
  }

  #put(inode: Inode, path: string, bytes: Uint8Array): void {
    const fails = this.#failing('ENOSPC') || this.full
    const part = fails ? bytes.subarray(0, bytes.length >> 1) : bytes
    if (inode.length + part.length > inode.bytes.length) {
      const larger = new Uint8Array(2 * (inode.length + part.length))
      larger.set(inode.bytes.subarray(0, inode.length))
      inode.bytes = larger
    }
    inode.bytes.set(part, inode.length)
    inode.length += part.length
    if (fails) throw failure('ENOSPC', path)
  }

  #failing(code: 'EIO' | 'ENOSPC'): boolean {
    const planned = this.failAt.get(++this.calls)
    if (planned === code) return true
    if (planned !== undefined) {
      this.failAt.delete(this.calls)
      this.failAt.set(this.calls + 1, planned)
    }
    return false
  }

  #need(path: string): Inode {
    const inode = this.#visible.get(path)
    if (inode === undefined) throw failure('ENOENT', path)
    return inode
  }

  #change(change: Change): void {
    apply(this.#visible, change)
    this.#pending.push(change)
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function apply(names: Map<string, Inode>, change: Change): void {
  if (change.remove !== undefined) names.delete(change.remove)
  if (change.name !== undefined) names.set(change.name, change.inode as Inode)
}
