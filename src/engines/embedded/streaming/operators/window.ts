import { type Batch, type Column, makeBatch, takeRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { AggregateStates, StateWriter } from '../../../../kernels/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import { type Emit, forever, type Operator, type Rows, type StateRecord, type WindowStep } from '../seams.ts'
import { BatchKeys } from './batch-keys.ts'
import { microsColumn, microsOfColumn, spanOf, timeField, timeOf } from './event-time.ts'
import { keyColumns } from './key-columns.ts'
import { groupOf } from './key-groups.ts'
import type { KeyTable } from './key-table.ts'
import { KeyWords } from './key-words.ts'
import { murmur } from './murmur.ts'
import { changed, Panes, pending } from './panes.ts'
import { beginRecord, openRecord, readKey, strangeRecord, writeKey } from './state-format.ts'
import { Watermarks } from './watermarks.ts'

/** Rows that one call of `advance` gives at most. */
const slice = 4096

/**
 * Tumbling windows of event time: a pane for each key and window.
 *
 * A window fires when the watermark of the key's group reaches its end, and again for late rows while it takes them; it is gone when the watermark reaches its end
 * and the allowed lateness. Rows that come later still go to `late`. Output: keys, windowStart, windowEnd, aggregates, by window and then in the order keys were
 * first met; event time is the window's end.
 *
 * @throws expr.overflow when a sum is outside its type
 */
export function windowOperator(step: WindowStep): Operator {
  return new TumblingWindows(step)
}

/** Panes to fire, and panes to close once they have. */
interface Due {
  readonly fire: { readonly windows: Panes[]; readonly keys: number[] }
  readonly close: { readonly windows: Panes[]; readonly keys: number[] }
}

class TumblingWindows implements Operator {
  readonly id: string
  readonly #step: WindowStep
  readonly #fields: Schema
  readonly #keys: BatchKeys
  readonly #aggregates: AggregateStates
  readonly #watermarks = new Watermarks()
  readonly #windows = new Map<number, Panes>()
  /** In order of time. */
  #order: Panes[] = []
  /** States given so far; those of closed panes are given again. */
  #states = 0
  readonly #free: number[] = []
  #groups: Int32Array = new Int32Array(0)
  /** Windows without panes whose end the next checkpoint must tell. */
  #gone: Panes[] = []
  /** The table of a window that is gone, for the next one. */
  #spare: KeyTable | undefined
  readonly #out = new StateWriter()

  constructor(step: WindowStep) {
    this.id = step.id
    this.#step = step
    this.#fields = [...step.fields, timeField]
    this.#keys = new BatchKeys(step.keys)
    this.#aggregates = new AggregateStates(step.aggs)
  }

  see(watermark: (group: number) => number): void {
    // A pane that firing passed over before may be due now.
    if (this.#watermarks.see(watermark)) for (const window of this.#order) window.cursor = 0
  }

  process({ batch, hashes, born }: Rows, emit: Emit): void {
    const time = timeOf(batch)
    if (time === undefined)
      throw new TidemillError('stream.failed', `rows without event time in a window: ${batch.fields.map(({ name }) => name).join(', ')}`)
    this.#keys.read(batch, hashes)
    if (this.#groups.length < batch.rows) this.#groups = new Int32Array(2 * batch.rows)
    const groups = this.#groups.subarray(0, batch.rows)
    const late = this.#place(time, groups)
    this.#aggregates.reserve(this.#states)
    if (late.length === 0) {
      this.#aggregates.update(batch, groups)
      return
    }
    // Nothing is computed of late rows: what is wrong with one of them must not end the job.
    const kept = Int32Array.from(groups, (_, row) => row).filter(row => (groups[row] as number) >= 0)
    this.#aggregates.update(
      takeRows(batch, kept),
      kept.map(row => groups[row] as number),
    )
    emit.late({ batch: takeRows(batch, Int32Array.from(late)), born })
  }

  /** Writes the state of each row's pane, -1 for late rows, whose numbers it gives. */
  #place(time: Column, groups: Int32Array): readonly number[] {
    const [least, most] = spanOf(time)
    const window = this.#windowOf(least)
    if (most >= window.end || window.closes <= this.#watermarks.furthest) return this.#placeEach(microsOfColumn(time), groups)
    this.#placeAll(window, groups)
    return []
  }

  /** All rows are of one window, and none is late. */
  #placeAll(window: Panes, groups: Int32Array): void {
    this.#keys.number(window.keys, groups)
    while (window.known < window.keys.size) this.#open(window, window.known)
    window.cursor = 0
    const { marks, states } = window
    for (let row = 0; row < groups.length; row++) {
      const key = groups[row] as number
      if (marks[key] !== (pending | changed)) window.mark(key, pending | changed)
      groups[row] = states[key] as number
    }
  }

  #placeEach(times: Float64Array, groups: Int32Array): readonly number[] {
    const late: number[] = []
    const { hashes } = this.#keys
    const { words, starts } = this.#keys.words
    const watermarks = this.#watermarks.of
    let window = this.#windowOf(times[0] ?? 0)
    let from = 0
    for (let row = 0; row < groups.length; row++) {
      const to = starts[row + 1] as number
      const time = times[row] as number
      const hash = hashes[row] as number
      if (time < window.start || time >= window.end) window = this.#windowOf(time)
      if (window.closes <= (watermarks[groupOf(hash)] as number)) {
        late.push(row)
        groups[row] = -1
      } else {
        const key = window.keys.put(hash, words, from, to)
        if (key === window.known || (window.states[key] as number) < 0) this.#open(window, key)
        if (window.marks[key] !== (pending | changed)) {
          window.mark(key, pending | changed)
          window.cursor = 0
        }
        groups[row] = window.states[key] as number
      }
      from = to
    }
    return late
  }

  /** The window of a time; one that is not there yet is put among the others with its first pane. */
  #windowOf(time: number): Panes {
    const { size, offset, allowed } = this.#step
    // The remainder of whole numbers is exact, a quotient is not.
    const rest = (time - offset) % size
    const start = time - (rest < 0 ? rest + size : rest)
    const end = start + size
    const known = this.#windows.get(start)
    if (known !== undefined) return known
    return new Panes(start, Math.min(end, forever), Math.min(end + allowed, forever), this.#spare)
  }

  #open(window: Panes, key: number): void {
    if (window.live === 0 && !this.#windows.has(window.start)) {
      this.#windows.set(window.start, window)
      // Taken for good.
      if (window.keys === this.#spare) this.#spare = undefined
      const at = this.#order.findIndex(other => other.start > window.start)
      this.#order.splice(at === -1 ? this.#order.length : at, 0, window)
    }
    window.open(key, this.#free.pop() ?? this.#states++)
  }

  #close(window: Panes, key: number): void {
    const state = window.close(key)
    this.#aggregates.clear(state)
    this.#free.push(state)
  }

  advance(watermark: (group: number) => number, emit: Emit, born: number): boolean {
    this.see(watermark)
    const due: Due = { fire: { windows: [], keys: [] }, close: { windows: [], keys: [] } }
    const more = this.#order.some(window => this.#sweep(window, due))
    const fired = due.fire.windows.length > 0 ? this.#fire(due.fire) : undefined
    due.close.windows.forEach((window, at) => {
      const key = due.close.keys[at] as number
      if (window.saved) window.closed.add(groupOf(window.keys.hashOf(key)))
      this.#close(window, key)
    })
    if (due.close.windows.length > 0) this.#forget()
    if (fired !== undefined) emit.rows({ batch: fired, born })
    return more
  }

  /** Collects what is due of a window; true when there is no room for more. */
  #sweep(window: Panes, { fire, close }: Due): boolean {
    const { furthest, of } = this.#watermarks
    if (window.end > furthest || (window.pending === 0 && window.closes > furthest)) return false
    for (let key = window.cursor; key < window.known; key++) {
      if ((window.states[key] as number) < 0) continue
      const at = of[groupOf(window.keys.hashOf(key))] as number
      if (window.end > at) continue
      if ((window.marks[key] as number) & pending) {
        if (fire.windows.length === slice) {
          window.cursor = key
          return true
        }
        fire.windows.push(window)
        fire.keys.push(key)
        window.unmark(key, pending)
        // That it has fired is part of its state.
        if (window.closes > at) window.mark(key, changed)
      }
      if (window.closes <= at) {
        close.windows.push(window)
        close.keys.push(key)
      }
    }
    window.cursor = 0
    return false
  }

  #fire({ windows, keys }: Due['fire']): Batch {
    const words = new KeyWords()
    windows.forEach((window, at) => window.keys.copy(keys[at] as number, words))
    const ends = microsColumn(windows.map(({ end }) => end))
    const columns = [
      ...keyColumns(this.#keys.types, words),
      microsColumn(windows.map(({ start }) => start)),
      ends,
      ...this.#aggregates.finish(Int32Array.from(windows, (window, at) => window.states[keys[at] as number] as number)),
      ends,
    ]
    return makeBatch(this.#fields, columns, windows.length)
  }

  /** Takes windows without panes out. */
  #forget(): void {
    for (const window of this.#order) {
      if (window.live > 0) continue
      this.#windows.delete(window.start)
      // Windows have about as many keys as those before.
      this.#spare = window.keys
      this.#spare.clear()
      if (window.closed.size > 0) this.#gone.push(window)
    }
    this.#order = this.#order.filter(window => window.live > 0)
  }

  changes(): readonly StateRecord[] {
    const records: StateRecord[] = []
    for (const window of [...this.#gone, ...this.#order]) {
      for (const group of window.closed) records.push(closedRecord(window, group))
      window.closed.clear()
      if (window.changed === 0) continue
      for (let key = 0; key < window.known; key++) {
        if (((window.marks[key] as number) & changed) === 0) continue
        records.push(this.#record(window, key))
        window.unmark(key, changed)
      }
      window.saved = true
    }
    this.#gone = []
    return records
  }

  image(): readonly StateRecord[] {
    const records: StateRecord[] = []
    for (const window of this.#order) {
      for (let key = 0; key < window.known; key++) if ((window.states[key] as number) >= 0) records.push(this.#record(window, key))
      window.saved = true
    }
    return records
  }

  #record(window: Panes, key: number): StateRecord {
    const out = this.#out
    beginRecord(out, 'pane')
    out.float(window.start)
    out.byte((window.marks[key] as number) & pending)
    writeKey(out, window.keys.wordsOf(key))
    this.#aggregates.save(window.states[key] as number, out)
    return { group: groupOf(window.keys.hashOf(key)), bytes: out.finish() }
  }

  restore({ group, bytes }: StateRecord): void {
    const { kind, from } = openRecord(bytes)
    const start = from.float()
    if (kind === 'closed') {
      const window = this.#windows.get(start)
      if (window === undefined) return
      for (let key = 0; key < window.known; key++)
        if ((window.states[key] as number) >= 0 && groupOf(window.keys.hashOf(key)) === group) this.#close(window, key)
      this.#forget()
      return
    }
    if (kind !== 'pane') throw strangeRecord(this.id, kind)
    const window = this.#windowOf(start)
    const fires = from.byte() === 1
    const words = readKey(from)
    const key = window.keys.put(murmur(words, 0, words.length), words, 0, words.length)
    if (key === window.known || (window.states[key] as number) < 0) this.#open(window, key)
    this.#aggregates.reserve(this.#states)
    this.#aggregates.load(window.states[key] as number, from)
    if (fires) window.mark(key, pending)
    else window.unmark(key, pending)
    window.saved = true
  }

  size(): { readonly keys: number; readonly bytes: number } {
    const keys = this.#order.reduce((sum, { live }) => sum + live, 0)
    const bytes = this.#order.reduce((sum, window) => sum + window.keys.bytes + 5 * window.states.length, 0)
    return { keys, bytes: bytes + keys * 16 * this.#step.aggs.length }
  }
}

function closedRecord({ start }: Panes, group: number): StateRecord {
  const out = new StateWriter()
  beginRecord(out, 'closed')
  out.float(start)
  return { group, bytes: out.finish() }
}
