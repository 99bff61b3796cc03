import { beginning, type Message } from '../seams.ts'

/** Batches that may be on their way or wait at a subtask, on each channel. */
export const defaultCredits = 3

/** What a subtask writes to. */
export interface Sending {
  /** True while something waits for credits: the subtask then takes no input (R1). */
  readonly parked: boolean
  send(message: Message): void
  giveBack(credits: number): void
}

/**
 * The sending end of a channel: first in, first out.
 *
 * Rows cost one credit a batch, control messages none, but nothing overtakes rows. Credits belong to one channel (R2). A watermark that waits is replaced by
 * a later one, never by IDLE.
 */
export class Sender implements Sending {
  readonly #deliver: (message: Message) => void
  #waiting: Message[] = []
  #credits: number

  constructor(deliver: (message: Message) => void, credits: number = defaultCredits) {
    this.#deliver = deliver
    this.#credits = credits
  }

  get parked(): boolean {
    return this.#waiting.length > 0
  }

  send(message: Message): void {
    const last = this.#waiting.at(-1)
    if (message.kind === 'watermark' && last?.kind === 'watermark' && typeof last.at === typeof message.at) this.#waiting.pop()
    this.#waiting.push(message)
    this.#pump()
  }

  giveBack(credits: number): void {
    this.#credits += credits
    this.#pump()
  }

  #pump(): void {
    while (this.#waiting[0] !== undefined && (this.#waiting[0].kind !== 'rows' || this.#credits > 0)) {
      const message = this.#waiting.shift() as Message
      if (message.kind === 'rows') this.#credits--
      this.#deliver(message)
    }
  }
}

/** The receiving end of a channel, and what its subtask knows of the other side. */
export class Receiver {
  /** Highest watermark taken. */
  watermark: number = beginning
  idle = false
  ended = false
  /** Its barrier has come and those of other channels have not. */
  blocked = false
  readonly #giveBack: (credits: number) => void
  readonly #queue: Message[] = []

  constructor(giveBack: (credits: number) => void) {
    this.#giveBack = giveBack
  }

  get waiting(): number {
    return this.#queue.length
  }

  deliver(message: Message): void {
    this.#queue.push(message)
  }

  take(): Message | undefined {
    const message = this.#queue.shift()
    if (message?.kind === 'rows') this.#giveBack(1)
    return message
  }
}

export interface Channel {
  readonly sender: Sending
  readonly receiver: Receiver
}

/** Both ends on one thread. */
export function localChannel(credits?: number): Channel {
  const receiver: Receiver = new Receiver(given => sender.giveBack(given))
  const sender: Sender = new Sender(message => receiver.deliver(message), credits)
  return { sender, receiver }
}
