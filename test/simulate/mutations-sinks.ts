/** Mistakes of sinks and of what lies behind them. */
import { rowsOf } from '../../src/batch/index.ts'
import type { Io, Rows, StreamSink, StreamSinkWriter, StreamToken } from '../../src/engines/embedded/streaming/seams.ts'
import { TidemillError } from '../../src/errors/index.ts'
import type { Mutation } from './mutation.ts'
import type { Row } from './servers.ts'

// oxlint-disable-next-line require-yield
function* nothing(): Io<undefined> {
  return undefined
}
const wrapWriter = (sink: StreamSink, wrap: (writer: StreamSinkWriter, owner: string) => StreamSinkWriter): StreamSink => ({
  ...sink,
  writer: at => wrap(sink.writer(at), `s${at.stage}-${at.subtask}`),
})
const exact = (sink: StreamSink): boolean => sink.guarantee === 'exactly-once'

export const sinkMutations: Readonly<Record<string, Mutation>> = {
  'late-cut': {
    about: 'a sink ends the rows of an epoch when it writes them, not when the barrier passes',
    sink: sink =>
      wrapWriter(sink, writer => ({
        write: rows => writer.write(rows),
        *cut(epoch) {
          yield
          return yield* writer.cut(epoch)
        },
        close: () => writer.close(),
      })),
  },
  'commit-not-idempotent': {
    about: 'a second commit of the same token fails',
    sink: (sink, step, { servers }) => ({
      ...sink,
      *commit(token) {
        const known = servers.committed
        if (known.has(token.id)) throw new TidemillError('stream.transaction-lost', `${step.id}: ${token.id} again`)
        yield* sink.commit(token)
        known.add(token.id)
      },
    }),
  },
  'abort-on-close': {
    about: 'a worker shut down aborts what it prepared',
    sink(sink) {
      let last: StreamToken | undefined
      const all = new Set<string>()
      return wrapWriter(sink, writer => ({
        write: rows => writer.write(rows),
        *cut(epoch) {
          const token = yield* writer.cut(epoch)
          if (token !== undefined) all.add((last = token).id)
          return token
        },
        close() {
          const lost = last?.id
          if (lost === undefined) return
          all.delete(lost)
          const abort = sink.abortOrphans(Infinity, all)
          while (abort.next().done !== true);
        },
      }))
    },
  },
  'abort-newer': {
    about: 'recovery aborts unlisted transactions of any generation',
    sink: sink => ({ ...sink, abortOrphans: (_, listed) => sink.abortOrphans(Infinity, listed) }),
  },
  'outbox-forgotten-early': {
    about: 'outbox files are removed right after commit',
    sink: sink => ({
      ...sink,
      *commit(token) {
        yield* sink.commit(token)
        yield* sink.forget(token)
      },
    }),
  },
  'outbox-sent-early': {
    about: 'an idempotent sink sends rows at once with keys subtask/epoch/sequence',
    sink: (sink, step, { servers }) =>
      step.sink !== 'webhook'
        ? sink
        : wrapWriter(sink, (_, owner) => {
            let [epoch, n] = [0, 0]
            return {
              write({ batch }: Rows) {
                for (const row of rowsOf(batch))
                  servers.take(step.id, `${owner}/${epoch}/${n++}`, [JSON.parse(JSON.stringify(row, plain)) as never])
              },
              cut(ended) {
                ;[epoch, n] = [ended, 0]
                return nothing()
              },
              close: () => undefined,
            }
          }),
  },
  'receiver-forgets': { about: 'the receiver of the outbox does not look at keys', forgets: true },
  'dead-letter-at-once': {
    about: 'dead letters go out outside of the epoch',
    sink(sink, step, { servers }) {
      if (step.on !== 'dead' || !exact(sink)) return sink
      let n = 0
      return wrapWriter(sink, (_, owner) => ({
        write: ({ batch }) =>
          void servers.take(step.id, `${owner}/${servers.received.size}/${Math.random()}${n++}`, rowsOf(batch) as readonly Row[]),
        cut: nothing,
        close: () => undefined,
      }))
    },
  },
  'sinks-not-asked': {
    about: 'a damaged newest manifest is skipped without asking the sinks',
    sink: sink => ({
      ...sink,
      *committedEpoch() {
        yield
        return 0
      },
    }),
  },
}

/** Bytes as a receiver of JSON gets them. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
