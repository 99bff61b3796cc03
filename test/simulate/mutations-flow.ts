/** Mistakes of channels, threads, clocks and of the user's function. */
import { type Channel, Receiver, Sender, type Sending } from '../../src/engines/embedded/streaming/core/index.ts'
import type { Message } from '../../src/engines/embedded/streaming/seams.ts'
import type { Mutation, Surroundings } from './mutation.ts'

/** A channel whose sender is another one. */
function channelOf(make: (deliver: (message: Message) => void) => Sending): Channel {
  const receiver: Receiver = new Receiver(given => sender.giveBack(given))
  const sender: Sending = make(message => receiver.deliver(message))
  return { sender, receiver }
}

/** Sends through a real sender; what is wrong is added by those that extend it. */
class Wrapped implements Sending {
  protected readonly inner: Sender
  constructor(deliver: (message: Message) => void, credits: number | undefined) {
    this.inner = new Sender(deliver, credits)
  }
  get parked(): boolean {
    return this.inner.parked
  }
  send(message: Message): void {
    this.inner.send(message)
  }
  giveBack(credits: number): void {
    this.inner.giveBack(credits)
  }
}

class Overtaking extends Wrapped {
  readonly #deliver: (message: Message) => void
  constructor(deliver: (message: Message) => void, credits: number | undefined) {
    super(deliver, credits)
    this.#deliver = deliver
  }
  override send(message: Message): void {
    if (message.kind === 'barrier') this.#deliver(message)
    else super.send(message)
  }
}

/** Takes credits out of a pool that all channels of a receiver share. */
class Pooled implements Sending {
  readonly #deliver: (message: Message) => void
  readonly #pool: { left: number }
  readonly #waiting: Message[] = []
  constructor(deliver: (message: Message) => void, pool: { left: number }) {
    this.#deliver = deliver
    this.#pool = pool
  }
  get parked(): boolean {
    this.#pump()
    return this.#waiting.length > 0
  }
  send(message: Message): void {
    const last = this.#waiting.at(-1)
    if (message.kind === 'watermark' && last?.kind === 'watermark' && typeof message.at === typeof last.at) this.#waiting.pop()
    this.#waiting.push(message)
    this.#pump()
  }
  giveBack(credits: number): void {
    this.#pool.left += credits
    this.#pump()
  }
  #pump(): void {
    for (let next = this.#waiting[0]; next !== undefined && (next.kind !== 'rows' || this.#pool.left > 0); next = this.#waiting[0]) {
      if (next.kind === 'rows') this.#pool.left--
      this.#waiting.shift()
      this.#deliver(next)
    }
  }
}

/** Keeps a watermark back for one message, and drops it when IDLE comes next: nothing moves when nobody is active. */
class WithoutFlush extends Wrapped {
  #held: Message | undefined
  override send(message: Message): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined && !(message.kind === 'watermark' && message.at === 'idle')) super.send(held)
    if (message.kind === 'watermark' && message.at !== 'idle') this.#held = message
    else super.send(message)
  }
}

/** The first barrier that arrives at a subtask counts for all its channels; those that follow are not seen. */
function unaligned(credits: number | undefined, to: string, at: Surroundings): Channel {
  const known = `receivers ${to}`
  const all = (at.notes.get(known) as { receivers: Receiver[]; epoch: number } | undefined) ?? { receivers: [], epoch: 0 }
  at.notes.set(known, all)
  const channel = channelOf(
    deliver =>
      new Wrapped(message => {
        if (message.kind !== 'barrier') deliver(message)
        else if (message.epoch > all.epoch) {
          all.epoch = message.epoch
          for (const receiver of all.receivers) putFirst(receiver, message)
        }
      }, credits),
  )
  all.receivers.push(channel.receiver)
  return channel
}

/** Puts a message before all that wait, through the face that a receiver has. */
function putFirst(receiver: Receiver, message: Message): void {
  const others: Message[] = []
  const count = receiver.waiting
  for (let i = 0; i < count; i++) others.push(receiver.take() as Message)
  receiver.deliver(message)
  for (const other of others) receiver.deliver(other)
}

export const flowMutations: Readonly<Record<string, Mutation>> = {
  'no-alignment': { about: 'the first barrier cuts, without waiting for the other channels', channel: unaligned },
  'barrier-overtakes': {
    about: 'a barrier passes rows that wait for credits',
    channel: credits => channelOf(deliver => new Overtaking(deliver, credits)),
  },
  'blocking-send': { about: 'a subtask without credits holds its thread', blocking: true },
  'shared-credits': {
    about: 'one pool of credits per receiver instead of one per channel',
    channel(credits = 3, to, at) {
      const pool = (at.notes.get(to) as { left: number } | undefined) ?? { left: credits }
      at.notes.set(to, pool)
      return channelOf(deliver => new Pooled(deliver, pool))
    },
  },
  'idle-holds-watermark': {
    about: 'an idle partition keeps its last watermark in the minimum',
    graph: graph => ({
      ...graph,
      stages: graph.stages.map(stage =>
        stage.source?.time === undefined ? stage : { ...stage, source: { ...stage.source, time: { ...stage.source.time, idleMs: 1e12 } } },
      ),
    }),
  },
  'idle-stops-watermark': {
    about: 'when no input is active the watermark stays, though an input that ended or went idle was further',
    channel: credits => channelOf(deliver => new WithoutFlush(deliver, credits)),
  },
  'wall-clock-idle': {
    about: 'idleness is measured on the wall clock',
    clock: (clock, wall) => ({ now: () => clock.now(), monotonic: wall }),
  },
  'retry-without-rollback': { about: 'a failed attempt of a function leaves its changes of state', keepsState: true },
}
