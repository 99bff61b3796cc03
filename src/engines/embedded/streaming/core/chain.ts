/** The steps of a stage in one subtask, and where their rows go. */
import { columnFrom, makeBatch } from '../../../../batch/index.ts'
import { bucketOf, latencyBounds } from '../../../../telemetry/index.ts'
import type { Clock } from '../../../../time/index.ts'
import { partitioner, withoutTime } from '../operators/index.ts'
import {
  type DeadLetter,
  deadLetterFields,
  type Emit,
  type Message,
  type Operator,
  type Outlet,
  type Rows,
  type Stage,
  type StreamSinkWriter,
} from '../seams.ts'
import type { Sending } from './channel.ts'
import type { Route } from './layout.ts'

export interface ChainPlace {
  readonly stage: Stage
  readonly index: number
  readonly operators: readonly Operator[]
  readonly routes: readonly Route[]
  /** By route, by subtask of the stage that reads. */
  readonly outputs: readonly (readonly Sending[])[]
  /** In the order of `stage.sinks`. */
  readonly writers: readonly StreamSinkWriter[]
  readonly clock: Clock
  /** A sink has work that frees memory. */
  flush(writer: StreamSinkWriter): void
}

interface Counts {
  in: number
  out: number
}
type Deal = (rows: Rows) => void

/** Pushes rows through operators into sinks and channels, counting them on the way. */
export class Chain {
  late = 0
  deadLetters = 0
  readonly latency: number[] = new Array<number>(latencyBounds.length + 1).fill(0)
  readonly #place: ChainPlace
  readonly #counts: readonly Counts[]
  readonly #sinkCounts: readonly Counts[]
  readonly #emits: readonly Emit[]
  readonly #deals: readonly Deal[]
  readonly #senders: readonly Sending[]
  /** The operator at which rows end, in a stage that neither a sink nor another stage reads; -1 when it has none. */
  readonly #lastOperator: number | undefined
  /** The operator whose turn it is to fire what is due. */
  #firing = 0

  constructor(place: ChainPlace) {
    this.#place = place
    this.#counts = place.operators.map(() => ({ in: 0, out: 0 }))
    this.#sinkCounts = place.writers.map(() => ({ in: 0, out: 0 }))
    this.#emits = place.operators.map((_, at) => this.#emitOf(at))
    this.#deals = place.routes.map((route, at) => dealer(route, place.outputs[at] ?? [], place.index))
    this.#senders = place.outputs.flat()
    this.#lastOperator = place.routes.length === 0 && place.writers.length === 0 ? place.operators.length - 1 : undefined
  }

  get parked(): boolean {
    for (const sender of this.#senders) if (sender.parked) return true
    return false
  }

  /** Rows into the first step. */
  process(rows: Rows): void {
    this.#push(0, rows)
  }

  /** Broken records of the source. */
  dead(letters: readonly DeadLetter[]): void {
    this.#dead(letters, this.#place.clock.now())
  }

  see(watermark: (group: number) => number): void {
    for (const operator of this.#place.operators) operator.see?.(watermark)
  }

  /** One slice of what is due, step after step; true while there is more. */
  advance(watermark: (group: number) => number, born: number): boolean {
    const { operators } = this.#place
    while (this.#firing < operators.length) {
      const at = this.#firing
      if (operators[at]?.advance?.(watermark, this.#emits[at] as Emit, born) === true) return true
      this.#firing++
    }
    this.#firing = 0
    return false
  }

  broadcast(message: Message): void {
    for (const sender of this.#senders) sender.send(message)
  }

  /** Rows in and out of each step and sink. */
  counts(): Record<string, Counts> {
    const { stage, operators } = this.#place
    return Object.fromEntries([
      ...operators.map(({ id }, at) => [id, { ...this.#counts[at] }] as const),
      ...stage.sinks.map(({ id }, at) => [id, { ...this.#sinkCounts[at] }] as const),
    ]) as Record<string, Counts>
  }

  #push(at: number, rows: Rows): void {
    if (rows.batch.rows === 0) return
    const operator = this.#place.operators[at]
    if (operator === undefined) {
      this.#end(rows)
      return
    }
    ;(this.#counts[at] as Counts).in += rows.batch.rows
    operator.process(rows, this.#emits[at] as Emit)
    if (at === this.#lastOperator) this.#arrived(rows)
  }

  #emitOf(at: number): Emit {
    return {
      rows: rows => {
        ;(this.#counts[at] as Counts).out += rows.batch.rows
        this.#push(at + 1, rows)
      },
      late: rows => {
        this.late += rows.batch.rows
        this.#toSinks('late', rows)
      },
      dead: letters => this.#dead(letters, this.#place.clock.now()),
      skipped: rows => {
        this.deadLetters += rows
      },
    }
  }

  #end(rows: Rows): void {
    for (const deal of this.#deals) deal(rows)
    this.#toSinks('rows', rows)
    if (this.#lastOperator === -1) this.#arrived(rows)
  }

  #toSinks(on: Outlet, { batch, born }: Rows): void {
    const { stage, writers } = this.#place
    let shown: Rows | undefined
    for (const [at, sink] of stage.sinks.entries()) {
      if (sink.on !== on) continue
      shown ??= { batch: withoutTime(batch), born }
      ;(this.#sinkCounts[at] as Counts).in += batch.rows
      const writer = writers[at] as StreamSinkWriter
      writer.write(shown)
      this.#place.flush(writer)
    }
    if (shown !== undefined && on === 'rows') this.#arrived(shown)
  }

  #arrived({ batch, born }: Rows): void {
    const bucket = bucketOf(this.#place.clock.now() - born)
    this.latency[bucket] = (this.latency[bucket] ?? 0) + batch.rows
  }

  #dead(letters: readonly DeadLetter[], born: number): void {
    if (letters.length === 0) return
    this.deadLetters += letters.length
    if (!this.#place.stage.sinks.some(({ on }) => on === 'dead')) return
    const columns = deadLetterFields.map(({ name, type }) =>
      columnFrom(
        type,
        letters.map(letter => letter[name as keyof DeadLetter]),
      ),
    )
    this.#toSinks('dead', { batch: makeBatch(deadLetterFields, columns, letters.length), born })
  }
}

function dealer({ exchange, width }: Route, senders: readonly Sending[], index: number): Deal {
  if (exchange.by.kind === 'forward') {
    const target = senders[index % width] as Sending
    return ({ batch, born }) => target.send({ kind: 'rows', batch, born })
  }
  const deal = partitioner(exchange, width)
  return rows => {
    const parts = deal(rows)
    for (let target = 0; target < width; target++) {
      const part = parts[target]
      if (part !== undefined) (senders[target] as Sending).send({ kind: 'rows', ...part })
    }
  }
}
