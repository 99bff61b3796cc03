/** NDJSON files that grow. */
import { join } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'
import { ndjsonDecoder, type NdjsonDecoder, type NdjsonPart } from '../../../../kernels/index.ts'
import type { DeadLetter, Poll, SourceReader, SourceShare, SourceStep } from '../seams.ts'
import { FollowedFile } from './followed-file.ts'
import { listFiles } from './list-files.ts'
import type { SourcePlace } from './open-source.ts'
import { isMine } from './share.ts'

/** `until: 'end'`: what is there is read, and then it is over. `rename`: key in the file -> column, where they differ. */
export interface FollowOptions {
  readonly path: string
  readonly until?: 'end' | undefined
  readonly rename?: Readonly<Record<string, string>> | undefined
}

const listEveryMs = 1000
const mostOpen = 1024
const smallestPiece = 64 * 1024
const largestPiece = 1024 * 1024
/** A longer line is a dead letter. */
const longestLine = 16 * 1024 * 1024
/** Of a longer line so many pieces are passed over at once. */
const piecesAtOnce = 64
/** Of a dead letter so many bytes are kept. */
const longestPayload = 64 * 1024
/** Readers of numbers and texts look a few bytes behind a line. */
const slack = 64

/**
 * Follows files: a file, all files of a folder, or those of a glob. A partition is a file, by its path below the folder; the position is the byte behind the last
 * line taken. A line without an end waits for the rest of it, except with `until: 'end'`.
 *
 * New files are looked for every second. A file that was deleted after it was read wholly is no error.
 *
 * @throws stream.source-shrank from `poll` when a file has become another: see `FollowedFile`
 * @throws stream.source-failed when it cannot be read
 */
export function followReader(step: SourceStep, share: SourceShare, { clock }: SourcePlace): SourceReader {
  return new FollowReader(step, share, clock)
}

class FollowReader implements SourceReader {
  readonly #step: SourceStep
  readonly #options: FollowOptions
  readonly #share: SourceShare
  readonly #clock: SourcePlace['clock']
  readonly #decoder: NdjsonDecoder
  readonly #files = new Map<string, FollowedFile>()
  #root = ''
  #names: readonly string[] = []
  #listedAt = -Infinity
  /** Bytes a line, as seen of late. */
  #lineBytes: number | undefined
  // Bytes `#heldFrom` up to `#heldTo` of the file `#held` lie at the beginning of the buffer.
  #buffer = new Uint8Array(largestPiece + slack)
  #held = ''
  #heldFrom = 0
  #heldTo = 0

  constructor(step: SourceStep, share: SourceShare, clock: SourcePlace['clock']) {
    this.#step = step
    this.#options = step.options as FollowOptions
    this.#share = share
    this.#clock = clock
    const keys = new Map(Object.entries(this.#options.rename ?? {}).map(([key, name]) => [name, key]))
    this.#decoder = ndjsonDecoder(step.fields.map(field => ({ key: keys.get(field.name) ?? field.name, field })))
  }

  partitions(): readonly string[] {
    const now = this.#clock.monotonic()
    const bounded = this.#options.until === 'end'
    if (now - this.#listedAt < listEveryMs || (bounded && this.#listedAt > -Infinity)) return this.#names
    this.#listedAt = now
    const { root, names } = listFiles(this.#options.path)
    this.#root = root
    const known = new Set(this.#names)
    // What has gone is kept: an opened file is read to its end.
    const found = names.filter(name => !known.has(name) && isMine(this.#share, name))
    for (const file of this.#files.values()) file.look()
    for (const name of found) this.#refuseRenamed(name)
    if (found.length > 0) this.#names = [...this.#names, ...found]
    return this.#names
  }

  poll(partition: string, from: number, most: number): Poll {
    const file = this.#fileOf(partition)
    if (this.#held === partition && from >= this.#heldFrom && from < this.#heldTo) {
      const part = this.#decode(this.#buffer, from - this.#heldFrom, this.#heldTo - this.#heldFrom, most)
      if (part.next > from - this.#heldFrom) return this.#rows(file, part, this.#heldFrom, from)
    }
    return this.#read(file, from, most)
  }

  close(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
    this.#held = ''
  }

  #read(file: FollowedFile, from: number, most: number): Poll {
    const size = file.sizeAt(from)
    const whole = this.#options.until === 'end'
    if (size === from) return whole ? { kind: 'ended' } : { kind: 'waiting' }
    // A half line that has not grown.
    if (!whole && file.halfLine === from && file.halfSize === size) return { kind: 'waiting' }
    if (file.scanned?.line === from) return this.#tooLong(file, from, file.scanned.to)

    let want = Math.min(largestPiece, Math.max(smallestPiece, Math.ceil(most * (this.#lineBytes ?? 128) * 1.2)))
    for (;;) {
      if (this.#buffer.length < want + slack) this.#buffer = new Uint8Array(want + slack)
      // A mark at the beginning of a file (BOM) is no part of the line.
      const begin = file.beginOf(from)
      const got = file.read(this.#buffer, begin, want)
      this.#held = file.name
      this.#heldFrom = begin
      this.#heldTo = begin + got
      const part = this.#decode(this.#buffer, 0, got, most)
      if (part.next > 0) return this.#rows(file, part, begin, from)
      if (got < want) return this.#unended(file, from, begin, got, most)
      if (want === longestLine) return this.#tooLong(file, from, from + got)
      want = Math.min(longestLine, want * 4)
    }
  }

  /** What is left of the file has no line end. */
  #unended(file: FollowedFile, from: number, begin: number, bytes: number, most: number): Poll {
    this.#held = ''
    if (this.#options.until !== 'end') {
      file.halfLine = from
      file.halfSize = begin + bytes
      return { kind: 'waiting' }
    }
    this.#buffer[bytes] = 10
    const part = this.#decode(this.#buffer, 0, bytes + 1, most)
    return this.#rows(file, { ...part, next: bytes }, begin, from)
  }

  /** Looks for the end of a line from `at` on without holding the line; some at a time, as others wait. */
  #tooLong(file: FollowedFile, from: number, at: number): Poll {
    this.#held = ''
    let p = at
    for (let piece = 0; piece < piecesAtOnce; piece++) {
      const got = file.read(this.#buffer, p, largestPiece)
      const found = this.#buffer.subarray(0, got).indexOf(10)
      if (found !== -1) return this.#longLetter(file, from, p + found + 1)
      p += got
      if (got > 0) continue
      if (this.#options.until === 'end') return this.#longLetter(file, from, p)
      file.halfLine = from
      file.halfSize = p
      break
    }
    file.scanned = { line: from, to: p }
    return { kind: 'waiting' }
  }

  #longLetter(file: FollowedFile, from: number, next: number): Poll {
    const payload = new Uint8Array(longestPayload)
    file.read(payload, from, longestPayload)
    const error = `line longer than 16 MiB: ${next - from} bytes (the first 64 KiB are kept)`
    const { batch } = this.#decode(this.#buffer, 0, 0, 1)
    return { kind: 'rows', batch, next, dead: [this.#letter(file, payload, error, from)], behind: this.#behind(file, next) }
  }

  #decode(bytes: Uint8Array, from: number, to: number, most: number): NdjsonPart {
    return this.#decoder.decode(bytes, from, to, most)
  }

  /** `base`: where in the file the buffer begins. `from`: where it was read from. */
  #rows(file: FollowedFile, part: NdjsonPart, base: number, from: number): Poll {
    const next = base + part.next
    const dead = part.broken.map(line => {
      const length = line.to - line.from
      const payload = this.#buffer.slice(line.from, line.from + Math.min(length, longestPayload))
      const kept = length > longestPayload ? ` (the first 64 KiB of ${length} bytes are kept)` : ''
      return this.#letter(file, payload, line.error + kept, base + line.from)
    })
    const lines = part.batch.rows + dead.length
    const bytes = next - from
    if (lines > 0) this.#lineBytes = this.#lineBytes === undefined ? bytes / lines : (this.#lineBytes + bytes / lines) / 2
    return { kind: 'rows', batch: part.batch, next, dead, behind: this.#behind(file, next) }
  }

  #letter(file: FollowedFile, payload: Uint8Array, error: string, at: number): DeadLetter {
    return { payload, error, step: this.#step.id, position: `${file.name}:${at}` }
  }

  #behind(file: FollowedFile, next: number): number {
    return Math.max(0, Math.ceil((file.size - next) / (this.#lineBytes ?? 128)))
  }

  #fileOf(partition: string): FollowedFile {
    const known = this.#files.get(partition)
    if (known?.opened === true) return known
    if (this.#root === '') this.#root = listFiles(this.#options.path).root
    const file = known ?? new FollowedFile(partition, join(this.#root, partition))
    // Opened last is last in the map: one that was opened long ago makes room.
    this.#files.delete(partition)
    this.#files.set(partition, file)
    const open = [...this.#files.values()].filter(one => one.opened)
    if (open.length >= mostOpen) open[0]?.close()
    return file
  }

  /** A file under a new name would be read a second time. */
  #refuseRenamed(name: string): void {
    const path = join(this.#root, name)
    for (const file of this.#files.values()) {
      if (!file.isNow(path)) continue
      throw new TidemillError(
        'stream.source-shrank',
        `followed file has another name now: ${file.name} is ${name} (read ${file.position} bytes)`,
        {
          details: { file: file.path, path, position: file.position },
          hint: 'do not rename files that are followed: write each to a name of its own, and follow the folder',
        },
      )
    }
  }
}
