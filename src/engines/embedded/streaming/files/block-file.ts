/**
 * Files of blocks: what state files and outboxes share.
 *
 * A file is a header {magic "tidemill", u16 version, u16 kind, u16 bytes of the job's name, the name in UTF-8, u32 crc32 of all that} and blocks {u32 bytes of the
 * payload, u32 crc32 of the payload, payload}. Numbers are little-endian. Bytes behind the last whole block are what a crash left.
 */
import { crc32 } from 'node:zlib'
import { TidemillError } from '../../../../errors/index.ts'
import type { Disk, Io } from '../seams.ts'

/** The version that this code writes; it reads none that is newer. */
export const blockFileVersion = 1
/** What is in the blocks. */
export const blockFileKinds = { state: 1, outbox: 2 } as const
export type BlockFileKind = keyof typeof blockFileKinds

const magic = new TextEncoder().encode('tidemill')
const fixed = magic.length + 6
const blockHead = 8
/** How much is read at a time; a larger block is read whole. */
const windowBytes = 4 << 20
/** The longest block there can be: a length beyond it is damage, not a reason to ask for memory. */
const longestBlock = 1 << 30

/** The header of a file of this job. */
export function blockFileHeader(kind: BlockFileKind, job: string): Uint8Array {
  const name = new TextEncoder().encode(job)
  const bytes = new Uint8Array(fixed + name.length + 4)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint16(magic.length, blockFileVersion, true)
  view.setUint16(magic.length + 2, blockFileKinds[kind], true)
  view.setUint16(magic.length + 4, name.length, true)
  bytes.set(name, fixed)
  view.setUint32(fixed + name.length, crc32(bytes.subarray(0, fixed + name.length)), true)
  return bytes
}

/** A block around this payload. */
export function block(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(blockHead + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, payload.length, true)
  view.setUint32(4, crc32(payload), true)
  bytes.set(payload, blockHead)
  return bytes
}

/** Which bytes of which file are read, and for whom. */
export interface BlockRange {
  readonly path: string
  /** The name for messages. */
  readonly name: string
  readonly kind: BlockFileKind
  readonly job: string
  /** 0, or where a block begins. */
  readonly from: number
  /** Where a block ends; default the end of the file. */
  readonly to?: number | undefined
}

/**
 * The payloads of the blocks between two bytes, in order, few at a time in memory; each is handed over with the byte its block begins at.
 *
 * @param take gets a view that is good during the call only
 * @throws stream.state-damaged naming the file and the byte, also when the file is gone or too short; stream.checkpoint-version for a file of a newer version
 */
export function* readBlocks(disk: Disk, range: BlockRange, take: (payload: Uint8Array, at: number) => void): Io<void> {
  const size = yield* sizeOf(disk, range)
  const to = range.to ?? size
  if (size < to) throw damaged(range, size, `the file ends there, ${to} bytes were written`)
  const first = checkHeader(range, yield* disk.read(range.path, 0, Math.min(size, fixed + 0xffff + 4)))
  if (range.from !== 0 && range.from < first) throw damaged(range, range.from, 'no block begins within the header')
  let at = Math.max(range.from, first)
  let wanted = windowBytes
  while (at < to) {
    const bytes = yield* disk.read(range.path, at, Math.min(to, at + wanted))
    if (bytes.length === 0) throw damaged(range, at, 'the file ends there now')
    const used = takeBlocks(range, bytes, at, to, take)
    if (used === 0) {
      // Not one whole block in the window: its head tells how much it takes.
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      wanted = blockHead + length
    } else wanted = windowBytes
    at += used
  }
}

function* sizeOf(disk: Disk, range: BlockRange): Io<number> {
  if (!(yield* disk.exists(range.path))) throw damaged(range, 0, 'the file is gone')
  return yield* disk.size(range.path)
}

/** Where the first block begins. */
function checkHeader(range: BlockRange, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < fixed || !magic.every((byte, i) => bytes[i] === byte)) throw damaged(range, 0, 'it does not begin as such a file does')
  const end = fixed + view.getUint16(magic.length + 4, true)
  if (bytes.length < end + 4 || view.getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    throw damaged(range, 0, 'the checksum of the header differs')
  const version = view.getUint16(magic.length, true)
  if (version > blockFileVersion) throw newer(range, version)
  if (view.getUint16(magic.length + 2, true) !== blockFileKinds[range.kind]) throw damaged(range, 0, `it is no ${range.kind} file`)
  const job = new TextDecoder().decode(bytes.subarray(fixed, end))
  if (job !== range.job) throw damaged(range, 0, `it belongs to the job ${job}`)
  return end + 4
}

/** Hands over the whole blocks of a window that begins at byte `at`; gives how many bytes they take. */
function takeBlocks(range: BlockRange, bytes: Uint8Array, at: number, to: number, take: (payload: Uint8Array, at: number) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let used = 0
  while (used < bytes.length) {
    const left = bytes.length - used
    const begins = at + used
    if (left < blockHead) {
      if (begins + blockHead > to) throw damaged(range, begins, 'a block begins that does not end')
      return used
    }
    const length = view.getUint32(used, true)
    if (length > longestBlock || begins + blockHead + length > to)
      throw damaged(range, begins, `a block of ${length} bytes does not end where the file does`)
    if (left < blockHead + length) return used
    const payload = bytes.subarray(used + blockHead, used + blockHead + length)
    if (view.getUint32(used + 4, true) !== crc32(payload)) throw damaged(range, begins, 'the checksum of a block differs')
    take(payload, begins)
    used += blockHead + length
  }
  return used
}

/** The error for bytes that are not what was written. */
export function damaged(range: Pick<BlockRange, 'kind' | 'name' | 'path' | 'job'>, byte: number, why: string): TidemillError {
  return new TidemillError('stream.state-damaged', `${range.kind} file damaged: ${range.name} at byte ${byte}: ${why}`, {
    details: { file: range.name, path: range.path, byte, job: range.job },
    hint: 'the disk has changed it; go back to an older checkpoint or a savepoint',
  })
}

function newer(range: BlockRange, version: number): TidemillError {
  return new TidemillError(
    'stream.checkpoint-version',
    `${range.kind} file of a newer version: ${range.name} has ${version} (this is ${blockFileVersion})`,
    { details: { file: range.name, version }, hint: 'run the version of tidemill that wrote it, or a newer one' },
  )
}
