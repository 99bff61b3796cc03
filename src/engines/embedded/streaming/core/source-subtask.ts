import { type Batch, type Column, isNullAt, nullCount, takeRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { timesOf, withTime } from '../operators/index.ts'
import { jsonLines } from '../sinks/index.ts'
import { beginning, type DeadLetter, type Poll, type Position, type SourceReader, type SourceStep, type SubtaskFigures } from '../seams.ts'
import { type Restored, Subtask, type SubtaskPlace } from './subtask.ts'

interface Partition {
  readonly name: string
  position: Position
  /** Since when each poll has found nothing, by the monotonic clock. */
  emptySince: number | undefined
  idle: boolean
  ended: boolean
  /** Rows left to read; Infinity before the first look, as nobody knows. */
  behind: number
}

const defaultBatchRows = 4096
const lookEveryMs = 1000

/** Reads the partitions of a source that are its share, in turn; answers requests of the coordinator with a barrier. */
export class SourceSubtask extends Subtask {
  readonly #step: SourceStep
  readonly #reader: SourceReader
  readonly #requests: { readonly epoch: number; readonly stop: boolean }[] = []
  readonly #partitions: Partition[] = []
  #lookAt: number
  #looked = false
  #next = 0
  #lastEpoch = 0
  #stopped = false
  #ended = false
  #draining = false
  #rowsRead = 0
  /** Wall clock when the rows were read that moved the watermark last. */
  #born = 0

  constructor(place: SubtaskPlace, restored: Restored) {
    super(place, restored)
    const step = place.graph.stages[place.stage]?.source
    if (step === undefined || place.reader === undefined)
      throw new TidemillError('engine.internal', `subtask ${this.name} has no source to read`)
    this.#step = step
    this.#reader = place.reader
    this.#lookAt = place.clock.monotonic()
    this.#look()
  }

  /** Asks for a barrier of this epoch behind what was read so far. Epochs not above the last one are ignored. */
  request(epoch: number, stop: boolean): void {
    this.#requests.push({ epoch, stop })
  }

  /** Reads nothing more and ends, as if the input were over. */
  drain(): void {
    this.#draining = true
  }

  protected work(): boolean {
    const request = this.#requests.shift()
    if (request !== undefined) return this.#answer(request.epoch, request.stop)
    if (this.parked || this.#ended || this.#stopped) return false
    this.#look()
    const read = this.#draining ? false : this.#read()
    this.#tellWatermark()
    const over = this.#draining || (this.#step.bounded && this.#partitions.every(({ ended }) => ended))
    if (!over) return read
    this.#ended = true
    this.tellEnd()
    return true
  }

  protected override sourceCounts(): SubtaskFigures['steps'] {
    return { [this.#step.id]: { in: this.#rowsRead, out: this.#rowsRead } }
  }

  protected override lag(): number {
    // Before the first look nobody knows how much there is: 0 would say that all is read.
    return this.#looked ? this.#partitions.reduce((sum, { behind }) => sum + behind, 0) : Number.POSITIVE_INFINITY
  }

  #answer(epoch: number, stop: boolean): boolean {
    if (epoch <= this.#lastEpoch) return true
    this.#lastEpoch = epoch
    this.#stopped ||= stop
    this.cut(epoch, stop, Object.fromEntries(this.#partitions.map(({ name, position }) => [this.#keyOf(name), position])))
    return true
  }

  #keyOf(partition: string): string {
    return `${this.place.stage}/${partition}`
  }

  /** Partitions that are new, each second. */
  #look(): void {
    const now = this.place.clock.monotonic()
    if (now < this.#lookAt) return
    this.#lookAt = now + lookEveryMs
    this.#looked = true
    for (const name of this.#reader.partitions()) {
      if (this.#partitions.some(known => known.name === name)) continue
      const position = this.place.base.positions[this.#keyOf(name)] ?? { next: 0, highest: beginning }
      this.#partitions.push({ name, position, emptySince: undefined, idle: false, ended: false, behind: Number.POSITIVE_INFINITY })
    }
  }

  /** One batch of the next partition that has something. */
  #read(): boolean {
    const most = this.place.options?.batchRows ?? defaultBatchRows
    for (let tried = 0; tried < this.#partitions.length; tried++) {
      const partition = this.#partitions[this.#next % this.#partitions.length] as Partition
      this.#next = (this.#next + 1) % this.#partitions.length
      if (partition.ended) continue
      const poll = this.#reader.poll(partition.name, partition.position.next, most)
      if (poll.kind === 'rows') {
        this.#take(partition, poll)
        return true
      }
      partition.behind = 0
      if (poll.kind === 'ended') partition.ended = true
      else this.#nothing(partition)
    }
    return false
  }

  #take(partition: Partition, { batch, next, dead, behind }: Poll & { readonly kind: 'rows' }): void {
    const timed = this.#withTime(batch, partition.name)
    const times = timesOf(timed)
    let { highest } = partition.position
    if (times !== undefined) for (const time of times) if (time > highest) highest = time
    partition.position = { next, highest }
    partition.emptySince = undefined
    partition.idle = false
    partition.behind = behind
    this.#rowsRead += batch.rows
    this.#born = this.place.clock.now()
    this.#broken(dead)
    this.chain.process({ batch: timed, born: this.#born })
  }

  #broken(letters: readonly DeadLetter[]): void {
    const [first] = letters
    if (first === undefined) return
    if (this.#step.onBroken === 'fail')
      throw new TidemillError('stream.broken-record', `broken record of ${this.#step.id} at ${first.position}: ${first.error}`, {
        details: { step: this.#step.id, position: first.position },
        hint: "say what is to happen to broken records: onError('skip'), or onError with a sink for dead letters",
      })
    if (this.#step.onBroken === 'dead-letter') this.chain.dead(letters)
    else this.chain.deadLetters += letters.length
  }

  /** Idleness is concluded from polls only: what was not looked at while there was no room below is not idle (R4). */
  #nothing(partition: Partition): void {
    const now = this.place.clock.monotonic()
    partition.emptySince ??= now
    partition.idle = this.#step.time !== undefined && now - partition.emptySince > this.#step.time.idleMs
  }

  /** The rows with their event time as the hidden column; those without one are broken records. */
  #withTime(batch: Batch, partition: string): Batch {
    const { time } = this.#step
    if (time === undefined) return batch
    const at = batch.fields.findIndex(({ name }) => name === time.column)
    const column = batch.columns[at]
    if (column === undefined) throw new TidemillError('engine.internal', `${this.#step.label}: no column ${time.column} for the event time`)
    if (nullCount(column) === 0) return withTime(batch, instants(column))
    const numbers = Array.from({ length: batch.rows }, (_, row) => row)
    const broken = takeRows(batch, Int32Array.from(numbers.filter(row => isNullAt(column, row))))
    const error = `event time is NULL: column ${time.column}`
    const payloads = jsonLines(
      batch.fields.map(({ name }) => name),
      broken,
    )
    this.#broken(payloads.map(text => ({ payload: new TextEncoder().encode(text), error, step: this.#step.id, position: partition })))
    const whole = takeRows(batch, Int32Array.from(numbers.filter(row => !isNullAt(column, row))))
    return withTime(whole, instants(whole.columns[at] as Column))
  }

  /** The least of what is active; when nothing is, the furthest that was reached, then IDLE (R4). */
  #tellWatermark(): void {
    const { time } = this.#step
    if (time === undefined) return
    const lateness = time.latenessMs * 1000
    let least = Infinity
    let furthest = beginning
    for (const { position, idle, ended } of this.#partitions) {
      const reached = Math.max(beginning, position.highest - lateness)
      furthest = Math.max(furthest, reached)
      if (!idle && !ended) least = Math.min(least, reached)
    }
    const nobody = least === Infinity
    const at = nobody ? furthest : least
    if (at > this.watermark) this.#tell(at)
    if (this.idle === nobody) return
    this.idle = nobody
    if (!nobody) this.#tell(this.watermark)
    else this.chain.broadcast({ kind: 'watermark', at: 'idle', born: this.#born })
  }

  #tell(at: number): void {
    this.watermark = at
    this.chain.broadcast({ kind: 'watermark', at, born: this.#born })
  }
}

/** The values of a column of instants as an array of their own, as the batch may be handed to another thread. */
function instants({ data, length }: Column): BigInt64Array {
  if (!(data instanceof BigInt64Array)) throw new TidemillError('engine.internal', 'event time is no column of instants')
  return data.slice(0, length)
}
