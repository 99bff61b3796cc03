import { TidemillError, whatIs } from '../../../../errors/index.ts'
import { microsOf, timestampOf } from '../../../../schema/index.ts'

/** What a function of `process` is handed: its key, the state kept for it, times, and timers. Good during the call only. */
export class ProcessContext {
  readonly key: object
  /** Plain data; assign another to keep another. */
  state: unknown
  /** Timers set by this call, microseconds. */
  readonly '~timers': number[] = []
  readonly #time: number
  readonly #watermark: number
  readonly #wakes: boolean

  constructor(key: object, state: unknown, time: number, watermark: number, wakes: boolean) {
    this.key = key
    this.state = state
    this.#time = time
    this.#watermark = watermark
    this.#wakes = wakes
  }

  /** Of the row, or of the timer. */
  get eventTime(): Date {
    return timestampOf(BigInt(this.#time))
  }

  /** No row before this time is expected any more. */
  get watermark(): Date {
    return timestampOf(BigInt(this.#watermark))
  }

  /** Calls `timer` for this key once the watermark has come to this time. */
  timerAt(time: Date): void {
    if (!(time instanceof Date) || Number.isNaN(time.getTime()))
      throw new TidemillError('stream.argument', `timerAt wants a date, not ${whatIs(time)}`)
    if (!this.#wakes)
      throw new TidemillError('stream.argument', 'timer without a function: process was given no timer', {
        hint: 'give one: process({ state, event, timer })',
      })
    this['~timers'].push(Number(microsOf(time)))
  }
}
