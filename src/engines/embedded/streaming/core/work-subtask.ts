import { TidemillError } from '../../../../errors/index.ts'
import { beginning, forever, type Message } from '../seams.ts'
import type { Receiver } from './channel.ts'
import { type Restored, Subtask, type SubtaskPlace } from './subtask.ts'

/** Reads the channels of its stage: rows through the steps, barriers aligned, watermarks joined. */
export class WorkSubtask extends Subtask {
  readonly #inputs: readonly Receiver[]
  readonly #choose: (count: number) => number
  #turn = 0
  /** A watermark or an end has come and is not passed on yet. */
  #forwarding = false
  #seen = beginning
  #told = beginning
  #toldIdle = false
  #ended = false
  /** The epoch that some channels have come to and others not. */
  #aligning: { readonly epoch: number; readonly stop: boolean } | undefined
  #born = 0

  constructor(place: SubtaskPlace, restored: Restored) {
    super(place, restored)
    this.#inputs = place.inputs
    this.#choose = place.options?.choose ?? (count => this.#turn++ % count)
  }

  protected work(): boolean {
    if (this.parked) return false
    if (this.#forwarding) {
      this.#advance()
      return true
    }
    const open = this.#inputs.filter(input => input.waiting > 0 && !input.blocked)
    if (open.length === 0) return false
    const input = open[this.#choose(open.length)] as Receiver
    this.#take(input, input.take() as Message)
    return true
  }

  #take(input: Receiver, message: Message): void {
    switch (message.kind) {
      case 'rows':
        this.chain.process(message)
        return
      case 'barrier':
        this.#align(input, message.epoch, message.stop)
        return
      case 'end':
        input.ended = true
        this.#forwarding = true
        return
      case 'watermark':
        input.idle = message.at === 'idle'
        if (message.at !== 'idle') input.watermark = message.at
        this.#born = message.born
        this.#forwarding = true
    }
  }

  #align(input: Receiver, epoch: number, stop: boolean): void {
    if (this.#aligning !== undefined && this.#aligning.epoch !== epoch)
      throw new TidemillError('engine.internal', `${this.name}: barrier ${epoch} while aligning ${this.#aligning.epoch}`)
    this.#aligning = { epoch, stop }
    input.blocked = true
    if (this.#inputs.some(({ blocked }) => !blocked)) return
    for (const each of this.#inputs) each.blocked = false
    this.#aligning = undefined
    this.cut(epoch, stop)
  }

  /** One slice of what is due, so that a burst of windows parks like any other output; when nothing is left the watermark goes on. */
  #advance(): void {
    const active = this.#inputs.filter(({ ended, idle }) => !ended && !idle)
    const ended = this.#inputs.every(input => input.ended)
    const nobody = !ended && active.length === 0
    const least = Math.min(...(active.length > 0 ? active : [{ watermark: this.#furthest() }]).map(({ watermark }) => watermark))
    this.watermark = Math.max(this.watermark, ended ? forever : least)
    this.idle = nobody
    if (this.watermark > this.#seen) this.chain.see(this.effective)
    this.#seen = this.watermark
    if (this.chain.advance(this.effective, this.#born)) return
    this.#forwarding = false
    if (ended) {
      if (!this.#ended) this.tellEnd()
      this.#ended = true
      return
    }
    const newer = this.watermark > this.#told
    if (newer || (this.#toldIdle && !nobody)) this.chain.broadcast({ kind: 'watermark', at: this.watermark, born: this.#born })
    if (nobody && (newer || !this.#toldIdle)) this.chain.broadcast({ kind: 'watermark', at: 'idle', born: this.#born })
    this.#told = this.watermark
    this.#toldIdle = nobody
  }

  /** The highest watermark of any input: when none is active, the last windows need not wait for ever (R4). */
  #furthest(): number {
    return this.#inputs.reduce((highest, { watermark }) => Math.max(highest, watermark), beginning)
  }
}
