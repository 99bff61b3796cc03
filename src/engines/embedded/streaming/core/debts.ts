import { TidemillError } from '../../../../errors/index.ts'
import type { Io, StreamSink, StreamToken } from '../seams.ts'
import type { CoordinatorOptions } from './coordinator-seams.ts'

interface Debt {
  readonly tokens: StreamToken[]
  wait: number
  retryAt: number
}

const firstWaitMs = 10
const longestWaitMs = 5000

/** What durable manifests have promised to sinks and those have not taken yet. A sink that refuses is left alone for a while, and holds up no other. */
export class Debts {
  readonly #options: CoordinatorOptions
  readonly #bySink = new Map<string, Debt>()

  constructor(options: CoordinatorOptions) {
    this.#options = options
  }

  /** Tokens to commit, in the order of their manifests. */
  owe(tokens: readonly StreamToken[]): void {
    for (const token of tokens) {
      const debt = this.#bySink.get(token.sink) ?? { tokens: [], wait: firstWaitMs, retryAt: 0 }
      this.#bySink.set(token.sink, debt)
      debt.tokens.push(token)
    }
  }

  get owed(): number {
    let owed = 0
    for (const { tokens } of this.#bySink.values()) owed += tokens.length
    return owed
  }

  get tokens(): readonly StreamToken[] {
    return [...this.#bySink.values()].flatMap(({ tokens }) => tokens).toSorted((a, b) => a.epoch - b.epoch)
  }

  /** How many epochs wait. */
  get epochs(): number {
    return this.owed < 2 ? this.owed : new Set(this.tokens.map(({ epoch }) => epoch)).size
  }

  /** Whether every sink that is owed something has refused it the last time. */
  get refused(): boolean {
    return [...this.#bySink.values()].every(({ tokens, wait }) => tokens.length === 0 || wait > firstWaitMs)
  }

  /** When a sink may be tried; Infinity when nothing is owed. Monotonic. */
  get payAt(): number {
    let at = Infinity
    for (const { tokens, retryAt } of this.#bySink.values()) if (tokens.length > 0) at = Math.min(at, retryAt)
    return at
  }

  /** Commits one token of each sink that takes some. @throws what a sink says that is not `stream.sink-unavailable` */
  *pay(): Io<void> {
    const { clock, hear } = this.#options
    for (const [step, debt] of this.#bySink) {
      const token = debt.tokens[0]
      if (token === undefined || clock.monotonic() < debt.retryAt) continue
      try {
        yield* this.#sinkOf(step).commit(token)
        debt.tokens.shift()
        if (debt.wait > firstWaitMs) hear?.accepted?.(step)
        debt.wait = firstWaitMs
        debt.retryAt = 0
      } catch (error) {
        if (!(error instanceof TidemillError && error.code === 'stream.sink-unavailable')) throw error
        debt.wait = Math.min(2 * debt.wait, longestWaitMs)
        debt.retryAt = clock.monotonic() + debt.wait
        hear?.refused?.(step, error)
      }
    }
  }

  #sinkOf(step: string): StreamSink {
    const sink = this.#options.sinks.get(step)
    if (sink === undefined) throw new TidemillError('stream.changed-plan', `rows are promised to sink ${step}: there is no such step now`)
    return sink
  }
}
