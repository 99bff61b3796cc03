/** What lies outside of the machine and outlives it: a database with two-phase commit, a receiver that remembers keys, a terminal. */
import { rowsOf } from '../../src/batch/index.ts'
import type { Io, Rows, SinkStep, StreamSink } from '../../src/engines/embedded/streaming/seams.ts'
import type { Send } from '../../src/engines/embedded/streaming/sinks/index.ts'
import { TidemillError } from '../../src/errors/index.ts'
import type { Chance } from './chance.ts'

export type Row = Readonly<Record<string, unknown>>

function unavailable(what: string): TidemillError {
  return new TidemillError('stream.sink-unavailable', what, { retryable: true })
}
// An empty piece of work is a generator too.
// oxlint-disable-next-line require-yield
function* nothing(): Io<undefined> {
  return undefined
}

export interface Transaction {
  rows: Row[]
  state: 'open' | 'prepared' | 'committed'
  epoch: number
}

export class Servers {
  /** By step, then key. */
  readonly received: Map<string, Map<string, readonly Row[]>> = new Map()
  readonly printed: Map<string, Row[]> = new Map()
  readonly transactions: Map<string, Map<string, Transaction>> = new Map()
  /** Calls that the servers still refuse. */
  refusals = 0
  /** Tokens that were committed once, for a mistake that minds. */
  readonly committed: Set<string> = new Set()
  /** False: the receiver takes everything that comes. */
  remembers = true
  readonly #random: Chance
  constructor(random: Chance) {
    this.#random = random
  }

  /** The servers restart: open transactions are gone, and some calls are refused. */
  fail(calls: number): void {
    this.refusals = calls
    for (const all of this.transactions.values()) for (const [id, { state }] of all) if (state === 'open') all.delete(id)
  }

  /** A POST to the receiver of the webhook sink. */
  get send(): Send {
    const { happens, refuses, take } = this
    return function* ({ headers, body }) {
      yield
      if (refuses() || happens(0.05)) return { status: 503 }
      const { step, rows } = JSON.parse(body) as { readonly step: string; readonly rows: readonly Row[] }
      take(step, headers['idempotency-key'] as string, rows)
      if (happens(0.05)) throw new Error('answer lost')
      return { status: 200 }
    }
  }

  readonly take = (step: string, key: string, rows: readonly Row[]): void => {
    const known = at(this.received, step, () => new Map<string, readonly Row[]>())
    if (!known.has(key)) known.set(key, rows)
    else if (!this.remembers) known.set(`${key}+${known.size}`, rows)
  }
  readonly refuses = (): boolean => this.refusals-- > 0
  readonly happens = (probability: number): boolean => this.#random.chance(probability)

  /** No transactions: a row is out when it is written. */
  plain(step: SinkStep): StreamSink {
    const rows = at(this.printed, step.id, () => [])
    return {
      guarantee: 'at-least-once',
      writer: () => ({
        write: ({ batch }: Rows) => void rows.push(...(rowsOf(batch) as readonly Row[])),
        cut: nothing,
        close: () => undefined,
      }),
      commit: nothing,
      abortOrphans: nothing,
      forget: nothing,
      *committedEpoch() {
        yield
        return 0
      },
    }
  }

  /** A database or broker that keeps prepared work; a crash of its own drops open transactions only. */
  transaction(step: SinkStep): StreamSink {
    const all = at(this.transactions, step.id, () => new Map<string, Transaction>())
    const { happens, refuses } = this
    return {
      guarantee: 'exactly-once',
      writer({ generation, stage, subtask }) {
        let [opened, open] = [0, '']
        return {
          write({ batch }) {
            if (open === '') all.set((open = `g${generation}-s${stage}-${subtask}-${opened++}`), { rows: [], state: 'open', epoch: 0 })
            const transaction = all.get(open)
            if (transaction === undefined) throw unavailable(`${open} is gone`)
            transaction.rows.push(...(rowsOf(batch) as readonly Row[]))
          },
          cut(epoch) {
            const id = open
            open = ''
            return id === '' ? nothing() : prepare(id, epoch)
          },
          close: () => undefined,
        }
      },
      *commit({ id }) {
        yield
        const transaction = all.get(id)
        if (refuses() || happens(0.1)) throw unavailable(id)
        if (transaction === undefined) throw new TidemillError('stream.transaction-lost', id)
        transaction.state = 'committed'
        if (happens(0.1)) throw unavailable(`${id}: answer lost`)
      },
      *abortOrphans(generation, listed) {
        for (const [id, { state }] of all) {
          yield
          if (state !== 'committed' && Number(/^g(\d+)/.exec(id)?.[1]) < generation && !listed.has(id)) all.delete(id)
        }
      },
      forget: nothing,
      *committedEpoch() {
        yield
        return Math.max(0, ...[...all.values()].filter(({ state }) => state === 'committed').map(({ epoch }) => epoch))
      },
    }
    function* prepare(id: string, epoch: number): Io<{ sink: string; id: string; epoch: number; rows: number; data: null }> {
      yield
      const transaction = all.get(id)
      if (transaction?.state !== 'open') throw unavailable(`${id} is gone`)
      transaction.state = 'prepared'
      transaction.epoch = epoch
      return { sink: step.id, id, epoch, rows: transaction.rows.length, data: null }
    }
  }
}

function at<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}
