import type { Batch } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Io, SinkStep, StreamSink } from '../seams.ts'
import { generationOf, ownerOf, tokenId } from './owner.ts'
import type { SinkPlace } from './place.ts'

/** Rows of `collect` sinks, in memory; it outlives the attempts of a job in this process, as a database would. */
export interface Collector {
  /** What was committed by a step and not taken yet, in the order of the commits. */
  rows(step: string): readonly Batch[]
  /** The same, which then counts as taken. */
  take(step: string): readonly Batch[]
  /** @internal */
  readonly pieces: Map<string, Piece>
}
interface Piece {
  readonly step: string
  readonly batches: readonly Batch[]
  readonly epoch: number
  /** Place among the commits; undefined until then. */
  committed?: number | undefined
  taken?: boolean
}

/** An empty collector. */
export function collector(): Collector {
  const pieces = new Map<string, Piece>()
  const visible = (step: string): Piece[] =>
    [...pieces.values()]
      .filter(piece => piece.step === step && piece.committed !== undefined && piece.taken !== true)
      .sort((a, b) => (a.committed as number) - (b.committed as number))
  return {
    pieces,
    rows: step => visible(step).flatMap(piece => piece.batches),
    take: step =>
      visible(step).flatMap(piece => {
        piece.taken = true
        return piece.batches
      }),
  }
}

/** Rows kept in memory, exactly once, for tests in one process. */
export function collectSink(step: SinkStep, at: SinkPlace): StreamSink {
  const { collector: kept } = at
  if (kept === undefined)
    throw new TidemillError('engine.internal', `sink ${step.id} collects rows and was given no collector`, {
      hint: 'pass collector() where the job is made',
    })
  const { pieces } = kept
  const owner = ownerOf(at.job, step.id)
  const width = step.fields.length
  return {
    guarantee: step.guarantee,
    writer(place) {
      let batches: Batch[] = []
      let made = 0
      return {
        write({ batch }) {
          if (batch.rows > 0) batches.push({ fields: step.fields, rows: batch.rows, columns: batch.columns.slice(0, width) })
        },
        cut(epoch) {
          const ended = batches
          batches = []
          return (function* () {
            yield
            if (ended.length === 0) return undefined
            const id = tokenId(owner, place, made++)
            pieces.set(id, { step: step.id, batches: ended, epoch })
            return { sink: step.id, id, epoch, rows: ended.reduce((sum, batch) => sum + batch.rows, 0), data: null }
          })()
        },
        close() {
          batches = []
        },
      }
    },
    ...inMemory({
      commit(id, epoch) {
        const piece = pieces.get(id)
        if (piece === undefined)
          throw new TidemillError('stream.transaction-lost', `rows of a checkpoint are gone: ${step.label}, epoch ${epoch} (${id})`, {
            details: { step: step.id, token: id, epoch },
          })
        piece.committed ??= 1 + Math.max(0, ...[...pieces.values()].map(other => other.committed ?? 0))
      },
      abortOrphans(generation, listed) {
        for (const [id, piece] of pieces) {
          const made = generationOf(owner, id)
          if (piece.committed === undefined && made !== undefined && made < generation && !listed.has(id)) pieces.delete(id)
        }
      },
      committedEpoch: () =>
        Math.max(
          0,
          ...[...pieces.values()].filter(piece => piece.step === step.id && piece.committed !== undefined).map(piece => piece.epoch),
        ),
    }),
  }
}

/** Work that is done at once, as input and output. */
function inMemory(now: {
  commit(id: string, epoch: number): void
  abortOrphans(generation: number, listed: ReadonlySet<string>): void
  committedEpoch(): number
}): Pick<StreamSink, 'commit' | 'abortOrphans' | 'forget' | 'committedEpoch'> {
  const at = function* <T>(work: () => T): Io<T> {
    yield
    return work()
  }
  return {
    commit: ({ id, epoch }) => at(() => now.commit(id, epoch)),
    abortOrphans: (generation, listed) => at(() => now.abortOrphans(generation, listed)),
    forget: () => at(() => undefined),
    committedEpoch: () => at(() => now.committedEpoch()),
  }
}
