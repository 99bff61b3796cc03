/**
 * State files: blocks of records. The payload of a block is parts {u16 bytes of the operator's id, the id in UTF-8, u32 number of records, records {u16 group,
 * u32 bytes, bytes}}. What the bytes mean is the operator's affair.
 */
import type { Disk, FileRef, Io, StateRecord } from '../seams.ts'
import { block, blockFileHeader, damaged, readBlocks } from './block-file.ts'

/** Records of one operator. */
export interface OperatorRecords {
  readonly operator: string
  readonly records: readonly StateRecord[]
}

/** A block ends when it has so many bytes: small enough to be read in one piece, large enough that the heads do not count. */
const blockBytes = 1 << 20
const recordHead = 6

/** The beginning of a state file of this job. */
export function encodeHeader(job: string): Uint8Array {
  return blockFileHeader('state', job)
}

/** Records as blocks of about 1 MiB, to be appended in order. No records: no block. */
export function encodeBlocks(parts: Iterable<OperatorRecords>): readonly Uint8Array[] {
  const blocks: Uint8Array[] = []
  let pending: Pending[] = []
  let size = 0
  const close = (): void => {
    if (pending.length > 0) blocks.push(block(payloadOf(pending, size)))
    pending = []
    size = 0
  }
  for (const { operator, records } of parts) {
    const id = new TextEncoder().encode(operator)
    for (let from = 0; from < records.length; ) {
      size += 6 + id.length
      let to = from
      do {
        size += recordHead + (records[to] as StateRecord).bytes.length
        to += 1
      } while (to < records.length && size + recordHead + (records[to] as StateRecord).bytes.length <= blockBytes)
      pending.push({ id, records, from, to })
      from = to
      if (from < records.length || size >= blockBytes) close()
    }
  }
  close()
  return blocks
}

interface Pending {
  readonly id: Uint8Array
  readonly records: readonly StateRecord[]
  readonly from: number
  readonly to: number
}

function payloadOf(parts: readonly Pending[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { id, records, from, to } of parts) {
    view.setUint16(at, id.length, true)
    bytes.set(id, at + 2)
    view.setUint32(at + 2 + id.length, to - from, true)
    at += 6 + id.length
    for (let i = from; i < to; i++) {
      const record = records[i] as StateRecord
      view.setUint16(at, record.group, true)
      view.setUint32(at + 2, record.bytes.length, true)
      bytes.set(record.bytes, at + recordHead)
      at += recordHead + record.bytes.length
    }
  }
  return bytes
}

/**
 * The records that a ref names, in the order they were written; those of key groups outside `low` to `high` are left out. Bytes beyond `to` do not exist.
 *
 * @param take gets a record whose bytes are good during the call only
 * @throws stream.state-damaged naming file and byte; stream.checkpoint-version for a file of a newer version
 */
export function* readRecords(
  disk: Disk,
  folder: string,
  ref: FileRef,
  job: string,
  take: (operator: string, record: StateRecord) => void,
): Io<void> {
  const range = { path: `${folder}/${ref.name}`, name: ref.name, kind: 'state', job, from: ref.from, to: ref.to } as const
  const decoder = new TextDecoder()
  yield* readBlocks(disk, range, (payload, begins) => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
    let at = 0
    const need = (bytes: number): void => {
      // The checksum was right, so it was written so.
      if (at + bytes > payload.length) throw damaged(range, begins, 'a record is longer than its block')
    }
    while (at < payload.length) {
      need(2)
      const idBytes = view.getUint16(at, true)
      need(6 + idBytes)
      const operator = decoder.decode(payload.subarray(at + 2, at + 2 + idBytes))
      const count = view.getUint32(at + 2 + idBytes, true)
      at += 6 + idBytes
      for (let i = 0; i < count; i++) {
        need(recordHead)
        const group = view.getUint16(at, true)
        const length = view.getUint32(at + 2, true)
        at += recordHead
        need(length)
        if (group >= ref.low && group <= ref.high) take(operator, { group, bytes: payload.subarray(at, at + length) })
        at += length
      }
    }
  })
}
