/**
 * Sorted runs: pairs ordered by partition and key, in memory or in a file.
 *
 * A file begins with `TMRUN` and its version. Blocks follow: length, CRC-32, records; a record is a key, the number of its values and the values. The values of
 * one key may go on in the next record.
 */
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { TidemillError } from '../errors/index.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Key } from './keys.ts'

/** The pairs of one partition in a run. */
export interface Segment {
  readonly partition: number
  readonly from: number
  readonly to: number
  /** Values, that is pairs. */
  readonly values: number
}
/** A run is plain data: it travels from the thread that made it to the one that merges it. */
export interface Run {
  /** Its bytes, where they are few. */
  readonly bytes?: Uint8Array | undefined
  readonly file?: string | undefined
  readonly segments: readonly Segment[]
  /** Bytes of all segments. */
  readonly size: number
}

const version = 1
const header = Buffer.from([0x54, 0x4d, 0x52, 0x55, 0x4e, 0, version, 0])
const blockBytes = 64 * 1024
/** Values of one record; more of the same key go into the next. */
const recordBytes = 32 * 1024
/** Bytes that are gathered before they are written. */
const writeBytes = 1024 * 1024

/** A segment with what it needs of its run: of one in memory no more than its own bytes travel. */
export function alone(run: Run, segment: Segment): { readonly run: Run; readonly segment: Segment } {
  if (run.bytes === undefined) return { run: { ...run, segments: [] }, segment }
  const { from, to } = segment
  const bytes = Buffer.concat([header, run.bytes.subarray(from, to)])
  return { run: { bytes, segments: [], size: to - from }, segment: { ...segment, from: header.length, to: bytes.length } }
}

/** Writes one run. Bytes are kept until they are more than `inMemory`; then all go into the file. */
export class RunWriter {
  readonly #path: string
  readonly #inMemory: number
  readonly #segments: Segment[] = []
  #out: Buffer[] = [header]
  #outBytes = header.length
  #written = 0
  #descriptor: number | undefined
  readonly #block = new ByteWriter(blockBytes + recordBytes)
  readonly #values = new ByteWriter(recordBytes)
  #from = header.length
  #pairs = 0
  #partition = -1

  constructor(path: string, inMemory: number) {
    this.#path = path
    this.#inMemory = inMemory
  }

  /** Begins a partition; they come in rising order. */
  begin(partition: number): void {
    this.#endSegment()
    this.#partition = partition
    this.#from = this.#written + this.#outBytes
    this.#pairs = 0
  }

  /** Adds a key, which is not below the one before, with its values. */
  add(key: Key, values: Iterable<unknown>): void {
    const into = this.#values
    let count = 0
    for (const value of values) {
      into.value(value)
      count++
      if (into.length >= recordBytes) {
        this.#record(key, count)
        count = 0
      }
    }
    if (count > 0) this.#record(key, count)
  }

  /** The same for a key in UTF-8 with one whole number: the way of the tokenisers, without a text. */
  addCount(utf8: Uint8Array, from: number, to: number, count: number): void {
    const block = this.#block
    block.byte(6)
    block.raw(utf8.subarray(from, to))
    block.byte(1)
    block.byte(4)
    block.count(count)
    this.#pairs++
    if (block.length >= blockBytes) this.#endBlock()
  }

  finish(): Run {
    this.#endSegment()
    const segments = this.#segments
    const size = this.#written + this.#outBytes - header.length
    if (this.#descriptor === undefined) return { bytes: Buffer.concat(this.#out, this.#outBytes), segments, size }
    this.#flush()
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    return { file: this.#path, segments, size }
  }

  /** Takes away what was written. */
  abandon(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    rmSync(this.#path, { force: true })
  }

  #record(key: Key, count: number): void {
    const block = this.#block
    block.value(key)
    block.count(count)
    const values = this.#values
    block.append(values.bytes, 0, values.length)
    values.length = 0
    this.#pairs += count
    if (block.length >= blockBytes) this.#endBlock()
  }

  #endBlock(): void {
    const block = this.#block
    if (block.length === 0) return
    const framed = Buffer.allocUnsafeSlow(block.length + 8)
    block.bytes.copy(framed, 8, 0, block.length)
    framed.writeUInt32LE(block.length, 0)
    framed.writeUInt32LE(crc32(framed.subarray(8)), 4)
    block.length = 0
    this.#out.push(framed)
    this.#outBytes += framed.length
    if (this.#outBytes >= (this.#descriptor === undefined ? this.#inMemory : writeBytes)) this.#flush()
  }

  #endSegment(): void {
    this.#endBlock()
    const to = this.#written + this.#outBytes
    if (this.#partition >= 0 && to > this.#from)
      this.#segments.push({ partition: this.#partition, from: this.#from, to, values: this.#pairs })
    this.#partition = -1
  }

  #flush(): void {
    try {
      if (this.#descriptor === undefined) {
        mkdirSync(dirname(this.#path), { recursive: true })
        this.#descriptor = openSync(this.#path, 'w')
      }
      for (const bytes of this.#out) {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
        this.#written += bytes.length
      }
    } catch (error) {
      this.abandon()
      throw writeError(this.#path, error)
    }
    this.#out = []
    this.#outBytes = 0
  }
}

/** Reads the records of one segment in turn: after `next()`, `key` and `values` are those of the record. */
export class SegmentCursor {
  key: Key = ''
  values: readonly unknown[] = []
  readonly #run: Run
  readonly #to: number
  #at: number
  #descriptor: number | undefined
  #reader: ByteReader = new ByteReader(Buffer.alloc(0))

  constructor(run: Run, { from, to }: Segment) {
    this.#run = run
    this.#at = from
    this.#to = to
    if (run.file !== undefined) this.#descriptor = openRun(run.file)
    else checkHeader(Buffer.from((run.bytes ?? new Uint8Array()).subarray(0, header.length)), 'in memory')
  }

  next(): boolean {
    if (this.#reader.at >= this.#reader.bytes.length && !this.#readBlock()) return false
    try {
      const reader = this.#reader
      this.key = reader.value() as Key
      const count = reader.count()
      const values: unknown[] = new Array(count)
      for (let i = 0; i < count; i++) values[i] = reader.value()
      this.values = values
    } catch (error) {
      throw damaged(this.#run.file, 'a record cannot be read', error)
    }
    return true
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #readBlock(): boolean {
    if (this.#at >= this.#to) {
      this.close()
      return false
    }
    const frame = this.#read(8)
    const length = frame.readUInt32LE(0)
    if (this.#at + length > this.#to) throw damaged(this.#run.file, `a block of ${length} bytes goes past its end`)
    const block = this.#read(length)
    if (crc32(block) !== frame.readUInt32LE(4)) throw damaged(this.#run.file, 'the checksum of a block is wrong')
    this.#reader = new ByteReader(block)
    return true
  }

  #read(length: number): Buffer {
    const from = this.#at
    this.#at += length
    if (this.#descriptor === undefined) {
      const { buffer, byteOffset } = this.#run.bytes ?? new Uint8Array()
      return Buffer.from(buffer, byteOffset + from, length)
    }
    const bytes = Buffer.allocUnsafeSlow(length)
    if (readFully(this.#descriptor, bytes, from) < length) throw damaged(this.#run.file, 'it is shorter than it was')
    return bytes
  }
}

function openRun(file: string): number {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw damaged(file, 'it is not there', error)
  }
  const head = Buffer.alloc(header.length)
  readFully(descriptor, head, 0)
  try {
    checkHeader(head, file)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return descriptor
}

function checkHeader(head: Buffer, file: string): void {
  if (!head.equals(header)) throw damaged(file, 'it does not begin as a run of this version does')
}

/** Reads until the bytes are full or the file ends; gives how many there were. */
export function readFully(descriptor: number, into: Uint8Array, position: number): number {
  let filled = 0
  while (filled < into.length) {
    const read = readSync(descriptor, into, filled, into.length - filled, position + filled)
    if (read === 0) break
    filled += read
  }
  return filled
}

function damaged(file: string | undefined, why: string, cause?: unknown): TidemillError {
  return new TidemillError('mapreduce.damaged-run', `run is damaged: ${file ?? 'in memory'}: ${why}`, {
    details: { file },
    hint: 'the folder of temporary files was changed while the job ran; run the job again',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** What goes wrong with a disk, with the file and the cure. */
export function writeError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined) return error
  return new TidemillError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'mapreduce.disk-full' : 'mapreduce.unwritable',
    `file cannot be written: ${path} (${code})`,
    {
      details: { path, code },
      hint:
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'make room on that disk, or give the job `combine` and more `memory`'
          : 'look at the rights of that folder',
      cause: error,
    },
  )
}
