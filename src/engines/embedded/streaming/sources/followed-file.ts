/** One file that is followed: opened once, and watched for being another one. */
import { closeSync, existsSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { TidemillError } from '../../../../errors/index.ts'

const headBytes = 256

/**
 * A file that only grows. That it is still the same file is looked at with every read (its size), whenever it is opened anew at a position (the byte before it must
 * be a line end) and once a second (the device and inode behind its name, its first 256 bytes). A file that fails any of these was truncated, written anew or
 * replaced: stream.source-shrank, as its positions mean nothing any more.
 */
export class FollowedFile {
  readonly name: string
  readonly path: string
  /** As it was last seen. */
  size = 0
  /** Behind the last byte that was asked for. */
  position = 0
  /** Where a line without an end begins, and the size of the file then. */
  halfLine = -1
  halfSize = -1
  /** How far the end of a very long line was looked for. */
  scanned: { readonly line: number; readonly to: number } | undefined
  #handle: number | undefined
  #inode = -1
  #device = -1
  #head: Uint8Array = new Uint8Array(0)
  #marked = false

  constructor(name: string, path: string) {
    this.name = name
    this.path = path
  }

  get opened(): boolean {
    return this.#handle !== undefined
  }

  /** The size now; opens the file when that was not done. @throws stream.source-shrank when it is smaller than the position */
  sizeAt(position: number): number {
    // Closed after it was read wholly, and deleted since: nothing is missing.
    if (this.#handle === undefined && this.#inode !== -1 && position === this.size && !existsSync(this.path)) return position
    const handle = this.#handle ?? this.#open(position)
    const { size } = fstatSync(handle)
    this.position = position
    if (size < position) throw this.#other(`it has ${size} bytes`, size)
    this.size = size
    return size
  }

  /** A read from the beginning begins behind a byte order mark. */
  beginOf(position: number): number {
    return position === 0 && this.#marked ? 3 : position
  }

  /** Bytes from `at` on, at most `most`, to the beginning of `into`; gives how many. */
  read(into: Uint8Array, at: number, most: number): number {
    const handle = this.#handle ?? this.#open(at)
    let got = 0
    while (got < most) {
      const some = readSync(handle, into, got, most - got, at + got)
      if (some === 0) break
      got += some
    }
    return got
  }

  /** Looks whether the name still means this file. A name that is gone is no matter: what was opened can be read to its end. */
  look(): void {
    if (this.#handle === undefined) return
    const now = statSync(this.path, { throwIfNoEntry: false })
    if (now === undefined) return
    if (now.ino !== this.#inode || now.dev !== this.#device) throw this.#other('another file has its name', now.size)
    const head = this.#readHead(this.#handle)
    if (!startsWith(head, this.#head)) throw this.#other('its first bytes changed', now.size)
    this.#head = head
  }

  /** True when this file lies at another path now, and no longer at its own. */
  isNow(path: string): boolean {
    if (this.#handle === undefined || statSync(this.path, { throwIfNoEntry: false }) !== undefined) return false
    const other = statSync(path, { throwIfNoEntry: false })
    return other !== undefined && other.ino === this.#inode && other.dev === this.#device
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle)
    this.#handle = undefined
  }

  #open(position: number): number {
    let handle: number
    let found: Stats
    try {
      handle = openSync(this.path, 'r')
      found = fstatSync(handle)
    } catch (error) {
      throw new TidemillError('stream.source-failed', `followed file cannot be read: ${this.path}: ${(error as Error).message}`, {
        details: { file: this.path, position },
        cause: error,
      })
    }
    this.position = position
    const head = this.#readHead(handle)
    const before = { inode: this.#inode, device: this.#device, head: this.#head }
    this.#handle = handle
    this.#inode = found.ino
    this.#device = found.dev
    this.#head = head
    if (before.inode !== -1 && (before.inode !== found.ino || before.device !== found.dev || !startsWith(head, before.head)))
      throw this.#other('another file has its name', found.size)
    this.#marked = this.#head[0] === 0xef && this.#head[1] === 0xbb && this.#head[2] === 0xbf
    if (found.size <= position) return handle
    const last = new Uint8Array(1)
    if (position > 0 && (readSync(handle, last, 0, 1, position - 1) !== 1 || last[0] !== 10))
      throw this.#other('no line ends at that byte', found.size)
    return handle
  }

  #readHead(handle: number): Uint8Array {
    const head = new Uint8Array(headBytes)
    return head.subarray(0, readSync(handle, head, 0, headBytes, 0))
  }

  #other(what: string, size: number): TidemillError {
    return new TidemillError(
      'stream.source-shrank',
      `followed file is no longer the one that was read: ${this.path}: ${what} (read ${this.position} bytes)`,
      {
        details: { file: this.path, size, position: this.position },
        hint: 'follow files that only grow; write anew under a new name and follow the folder. Rows after that byte cannot be found again: start a new job',
      },
    )
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.length <= bytes.length && start.every((byte, i) => bytes[i] === byte)
}
