/**
 * Sinks that can only send: rows are frozen in a durable outbox file first, and sent when a durable manifest lists it (R16), in batches with a key each, so that a
 * receiver that remembers keys takes every row once.
 */
import type { Batch } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { block, blockFileHeader, readBlocks } from '../files/index.ts'
import type { Io, SinkStep, StreamSink } from '../seams.ts'
import { lost } from './file-sink.ts'
import { ownerOf } from './owner.ts'
import type { SinkPlace } from './place.ts'
import type { RowEncoder } from './row-encoder.ts'
import { staged } from './staged.ts'

/** Rows that are sent together. `key`: the same for the same rows, also when they are sent again by another process. */
export interface Delivery {
  readonly key: string
  readonly lines: readonly string[]
}
/** Sends. @throws stream.sink-unavailable to be tried again */
export type Deliver = (delivery: Delivery) => Io<void>

/** Rows as lines of text, none with a line end in it. */
export type Lines = (batch: Batch) => readonly string[]

const batchRows = 100
const batchBytes = 256 << 10

/**
 * The sink over an outbox in the job's folder.
 *
 * The place reached in a token is kept in memory: a commit tried again goes on there. That an epoch has visible rows is written down, as the name of an empty file,
 * before the first of them is sent.
 */
export function outboxSink(step: SinkStep, at: SinkPlace, lines: Lines, deliver: Deliver): StreamSink {
  const { disk, job } = at
  const folder = `${at.folder}/outbox`
  const owner = ownerOf(job, step.id)
  const [hidden, mark] = ['box-', `sent-${owner}-e`]
  /** Batches sent by token id; all of them: infinite. */
  const sent = new Map<string, number>()

  const committedEpoch = function* (): Io<number> {
    let newest = 0
    for (const name of yield* disk.list(folder)) newest = Math.max(newest, epochOf(name, mark))
    return newest
  }
  const markEpoch = function* (epoch: number): Io<void> {
    const known = yield* committedEpoch()
    if (known >= epoch) return
    yield* disk.append(`${folder}/${mark}${epoch}`, new Uint8Array(0))
    yield* disk.fsync(`${folder}/${mark}${epoch}`)
    yield* disk.fsyncFolder(folder)
    for (const name of yield* disk.list(folder)) {
      const older = epochOf(name, mark)
      if (older > 0 && older < epoch) yield* disk.remove(`${folder}/${name}`)
    }
  }
  return {
    guarantee: step.guarantee,
    ...staged({ disk, folder, sink: step.id, owner, hidden, encoder: () => outboxEncoder(job, lines) }),
    *commit({ id, epoch }) {
      const from = sent.get(id) ?? 0
      if (from === Number.POSITIVE_INFINITY) return
      const path = `${folder}/${hidden}${id}`
      if (!(yield* disk.exists(path))) throw lost(step, folder, id, epoch)
      const batches: (readonly string[])[] = []
      const decoder = new TextDecoder()
      yield* readBlocks(disk, { path, name: `${hidden}${id}`, kind: 'outbox', job, from: 0 }, payload => {
        batches.push(decoder.decode(payload).split('\n'))
      })
      yield* markEpoch(epoch)
      for (let n = from; n < batches.length; n++) {
        yield* deliver({ key: `${id}/${n}`, lines: batches[n] as readonly string[] })
        sent.set(id, n + 1)
      }
      sent.set(id, Number.POSITIVE_INFINITY)
    },
    *forget({ id }) {
      sent.delete(id)
      yield* disk.remove(`${folder}/${hidden}${id}`)
    },
    committedEpoch,
  }
}

function epochOf(name: string, mark: string): number {
  const rest = name.startsWith(mark) ? name.slice(mark.length) : ''
  return /^\d+$/.test(rest) ? Number(rest) : 0
}

/** A file of blocks, one for each batch that is sent: its lines, with line feeds between them. */
function outboxEncoder(job: string, linesOf: Lines): RowEncoder {
  const encoder = new TextEncoder()
  let done: Uint8Array[] = [blockFileHeader('outbox', job)]
  let held = 0
  let [pending, pendingBytes, rows] = [[] as string[], 0, 0]
  const put = (bytes: Uint8Array): void => {
    done.push(bytes)
    held += bytes.length
  }
  const close = (): void => {
    if (pending.length > 0) put(block(encoder.encode(pending.join('\n'))))
    pending = []
    pendingBytes = 0
  }
  const take = (): Uint8Array => {
    const taken = Buffer.concat(done)
    done = []
    held = 0
    return taken
  }
  return {
    add(batch) {
      for (const line of linesOf(batch)) {
        if (line.includes('\n')) throw new TidemillError('engine.internal', 'a line of an outbox has a line end in it')
        pending.push(line)
        pendingBytes += line.length
        rows += 1
        if (pending.length >= batchRows || pendingBytes >= batchBytes) close()
      }
    },
    get rows() {
      return rows
    },
    get held() {
      return held
    },
    take,
    finish() {
      close()
      return take()
    },
  }
}
