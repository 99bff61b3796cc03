/** Rows of an epoch in a durable file that readers do not see: `prepare` of files and of outboxes. */
import { TidemillError } from '../../../../errors/index.ts'
import type { Disk, Io, StreamSink, StreamSinkWriter, StreamToken } from '../seams.ts'
import { generationOf, tokenId, type WriterPlace } from './owner.ts'
import type { RowEncoder } from './row-encoder.ts'

/** Encoded bytes beyond so many are brought to the file before the epoch ends. */
const flushBytes = 8 << 20

export interface Staging {
  readonly disk: Disk
  readonly folder: string
  /** Of the step. */
  readonly sink: string
  readonly owner: string
  /** What hidden names begin with. */
  readonly hidden: string
  encoder(): RowEncoder
}

/** The parts of a sink that have to do with hidden files. */
export function staged(staging: Staging): Pick<StreamSink, 'writer' | 'abortOrphans'> {
  return {
    writer: place => stagedWriter(staging, place),
    *abortOrphans(generation, listed) {
      const { disk, folder, hidden, owner } = staging
      for (const name of yield* disk.list(folder)) {
        if (!name.startsWith(hidden)) continue
        const id = name.slice(hidden.length)
        const made = generationOf(owner, id)
        if (made !== undefined && made < generation && !listed.has(id)) yield* disk.remove(`${folder}/${name}`)
      }
    },
  }
}

/** A file of one epoch in the making. `parts` are in order and not yet in the file. */
interface Piece {
  readonly id: string
  readonly encoder: RowEncoder
  readonly parts: Uint8Array[]
  bytes: number
}

function stagedWriter(staging: Staging, place: WriterPlace): StreamSinkWriter {
  const { disk, folder, hidden, owner, sink } = staging
  let piece: Piece | undefined
  let [made, hasFolder] = [0, false]

  const append = function* (ended: Piece): Io<void> {
    if (!hasFolder) yield* disk.makeFolder(folder)
    hasFolder = true
    for (let part = ended.parts[0]; part !== undefined; part = ended.parts[0]) {
      yield* disk.append(`${folder}/${hidden}${ended.id}`, part)
      ended.bytes += part.length
      ended.parts.shift()
    }
  }
  const prepare = function* (ended: Piece, epoch: number): Io<StreamToken> {
    ended.parts.push(ended.encoder.finish())
    try {
      yield* append(ended)
      yield* disk.fsync(`${folder}/${hidden}${ended.id}`)
      yield* disk.fsyncFolder(folder)
    } catch (error) {
      throw unwritable(sink, folder, error)
    }
    return { sink, id: ended.id, epoch, rows: ended.encoder.rows, data: { bytes: ended.bytes } }
  }
  return {
    write({ batch }) {
      if (batch.rows === 0) return
      piece ??= { id: tokenId(owner, place, made++), encoder: staging.encoder(), parts: [], bytes: 0 }
      piece.encoder.add(batch)
    },
    flush() {
      if (piece === undefined || piece.encoder.held < flushBytes) return undefined
      piece.parts.push(piece.encoder.take())
      return append(piece)
    },
    cut(epoch) {
      const ended = piece
      piece = undefined
      return ended === undefined ? nothing() : prepare(ended, epoch)
    },
    // What was prepared is for the recovery to judge (R14).
    close() {
      piece = undefined
    },
  }
}

/** What the system says of a write names no file. It may pass: the rows are read again. */
function unwritable(sink: string, folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || typeof (error as NodeJS.ErrnoException).code !== 'string' || error instanceof TidemillError) return error
  return new TidemillError('stream.sink-unavailable', `sink ${sink} cannot write to ${folder}: ${error.message}`, {
    details: { sink, folder },
    retryable: true,
    cause: error,
  })
}

function* nothing(): Io<undefined> {
  yield
  return undefined
}
