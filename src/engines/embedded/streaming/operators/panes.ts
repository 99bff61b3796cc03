import { KeyTable } from './key-table.ts'
import { grown } from './key-words.ts'

/** Marks of a pane: rows came since it last fired; it changed since the last checkpoint. */
export const pending = 1
export const changed = 2

/** One window: its keys in the order they were first met, and for each the number of its state. */
export class Panes {
  readonly start: number
  readonly end: number
  /** When it takes no more rows. */
  readonly closes: number
  readonly keys: KeyTable
  /** Keys met so far; they are numbered without a gap. */
  known = 0
  /** By key: number of the state, -1 when the pane is closed. */
  states: Int32Array = new Int32Array(16)
  marks: Uint8Array = new Uint8Array(16)
  /** Panes not closed; with the mark `pending`; with the mark `changed`. */
  live = 0
  pending = 0
  changed = 0
  /** The key at which firing goes on. */
  cursor = 0
  /** True when a checkpoint has some of its panes. */
  saved = false
  /** Key groups whose saved panes were closed since the last checkpoint. */
  readonly closed: Set<number> = new Set()

  constructor(start: number, end: number, closes: number, keys: KeyTable = new KeyTable()) {
    this.keys = keys
    this.start = start
    this.end = end
    this.closes = closes
  }

  /** Opens the pane of a key, new or closed, with a state. */
  open(key: number, state: number): void {
    if (key >= this.states.length) {
      this.states = grown(this.states, key + 1)
      const marks = new Uint8Array(this.states.length)
      marks.set(this.marks)
      this.marks = marks
    }
    this.states[key] = state
    this.known = Math.max(this.known, key + 1)
    this.live++
  }

  /** Closes the pane of a key and gives the number of its state back. */
  close(key: number): number {
    const state = this.states[key] as number
    this.unmark(key, pending | changed)
    this.states[key] = -1
    this.live--
    return state
  }

  mark(key: number, mark: number): void {
    const before = this.marks[key] as number
    this.marks[key] = before | mark
    if (mark & ~before & pending) this.pending++
    if (mark & ~before & changed) this.changed++
  }

  unmark(key: number, mark: number): void {
    const before = this.marks[key] as number
    this.marks[key] = before & ~mark
    if (mark & before & pending) this.pending--
    if (mark & before & changed) this.changed--
  }
}
