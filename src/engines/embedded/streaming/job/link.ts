import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Schema } from '../../../../schema/index.ts'
import type { Message } from '../seams.ts'
import { packRows } from './pack-rows.ts'

/** What the thread at the other end is told, many at a time: a message between threads costs as much as hundreds of rows. */
type Wire =
  /** Rows without `fields` have those of the rows before them on this channel. */
  { readonly channel: number; readonly message: Message } | { readonly channel: number; readonly credits: number }

export interface LinkEvents {
  message(channel: number, message: Message): void
  credits(channel: number, credits: number): void
}

/**
 * The way to another thread, which all channels between the two share. Rows travel as a copy in one buffer, which is handed over.
 */
export class Link {
  readonly #port: MessagePort
  readonly #events: LinkEvents
  readonly #waiting: Wire[] = []
  readonly #buffers: ArrayBuffer[] = []
  readonly #sent = new Map<number, Schema>()
  readonly #received = new Map<number, Schema>()

  constructor(port: MessagePort, events: LinkEvents) {
    this.#port = port
    this.#events = events
  }

  send(channel: number, message: Message): void {
    this.#waiting.push({ channel, message: message.kind === 'rows' ? this.#packed(channel, message) : message })
  }

  giveBack(channel: number, credits: number): void {
    const last = this.#waiting.at(-1)
    if (last !== undefined && 'credits' in last && last.channel === channel) this.#waiting.pop()
    const before = last !== undefined && 'credits' in last && last.channel === channel ? last.credits : 0
    this.#waiting.push({ channel, credits: before + credits })
  }

  /** Sends what was said since the last flush. */
  flush(): void {
    if (this.#waiting.length > 0) this.#port.postMessage(this.#waiting.splice(0), this.#buffers.splice(0))
  }

  /** Takes what has come, without waiting; true when there was something. */
  drain(): boolean {
    let some = false
    for (let got = receiveMessageOnPort(this.#port); got !== undefined; got = receiveMessageOnPort(this.#port)) {
      some = true
      this.take(got.message as readonly Wire[])
    }
    return some
  }

  /** Calls when something comes while the thread sleeps. */
  listen(wake: () => void): void {
    this.#port.on('message', (wires: readonly Wire[]) => {
      this.take(wires)
      wake()
    })
  }

  take(wires: readonly Wire[]): void {
    for (const wire of wires) {
      if ('credits' in wire) this.#events.credits(wire.channel, wire.credits)
      else this.#events.message(wire.channel, wire.message.kind === 'rows' ? this.#unpacked(wire.channel, wire.message) : wire.message)
    }
  }

  close(): void {
    this.#port.close()
  }

  #packed(channel: number, message: Rows): Rows {
    const { rows, buffer } = packRows(message)
    this.#buffers.push(buffer)
    const { batch } = rows
    const known = isSame(this.#sent.get(channel), batch.fields)
    this.#sent.set(channel, batch.fields)
    return { ...rows, batch: known ? { ...batch, fields: sameFields } : batch }
  }

  #unpacked(channel: number, message: Rows): Rows {
    const { fields } = message.batch
    if (fields.length > 0) this.#received.set(channel, fields)
    return fields.length > 0 ? message : { ...message, batch: { ...message.batch, fields: this.#received.get(channel) ?? fields } }
  }
}

type Rows = Extract<Message, { readonly kind: 'rows' }>
const sameFields: Schema = Object.freeze([]) as Schema

/** Made anew for each batch, of fields that are the same objects. */
function isSame(known: Schema | undefined, fields: Schema): boolean {
  return known === fields || (known?.length === fields.length && known.every((field, index) => field === fields[index]))
}
