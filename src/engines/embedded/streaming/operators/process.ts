import { type Batch, type Column, rowsOf, valueAt } from '../../../../batch/index.ts'
import { TidemillError, whatIs } from '../../../../errors/index.ts'
import { type StateReader, StateWriter } from '../../../../kernels/index.ts'
import { beginning, type Emit, type Operator, type OperatorContext, type ProcessStep, type Rows, type StateRecord } from '../seams.ts'
import { BatchKeys } from './batch-keys.ts'
import { type About, attempt, functionOf, goesOn, itemsOf } from './calls.ts'
import { copyPlain } from './copy-plain.ts'
import { microsColumn, timesOf, withoutTime, withTimeColumn } from './event-time.ts'
import { keyColumns } from './key-columns.ts'
import { groupOf } from './key-groups.ts'
import { KeyWords } from './key-words.ts'
import { KeyedState } from './keyed-state.ts'
import { aboutRow, rowAt, timeText } from './map.ts'
import { ProcessContext } from './process-context.ts'
import { RowCollector } from './row-collector.ts'
import { rowJson } from './row-json.ts'
import { type Timer, Timers } from './timers.ts'

/** Rows given, and timers fired, by one call of `advance` at most, about. */
const slice = 4096

/** What the module of the step makes. */
interface Definition {
  state(): unknown
  event(row: object, context: ProcessContext): unknown
  timer?(context: ProcessContext): unknown
}

/**
 * The user's own state of each key, and timers on event time.
 *
 * A call that throws leaves state and timers as they were before it and gives no row (R7). What is made of a row has its event time, what is made by a timer has
 * the timer's. A key is forgotten `ttl` after its last row, but not before its last timer.
 */
export function processOperator(step: ProcessStep, context: OperatorContext): Operator {
  return new Processing(step, definitionOf(step, context))
}

function definitionOf({ id, fn }: ProcessStep, context: OperatorContext): Definition {
  const made = functionOf({ fn, step: id }, context)(fn.with)
  const parts = typeof made === 'object' && made !== null ? (made as Readonly<Record<string, unknown>>) : {}
  if (typeof parts['state'] === 'function' && typeof parts['event'] === 'function') return made as Definition
  throw new TidemillError('stream.function-failed', `process of step ${id} is not { state, event }: ${whatIs(made)}`)
}

class Processing implements Operator {
  readonly id: string
  readonly #step: ProcessStep
  readonly #definition: Definition
  readonly #keys: BatchKeys
  readonly #keyed: KeyedState
  /** By number of the key: its values, what the user keeps, its timers. */
  readonly #names: (object | undefined)[] = []
  readonly #states: unknown[] = []
  readonly #wanted: (Set<number> | undefined)[] = []
  readonly #timers = new Timers()
  readonly #out: RowCollector
  #outTimes: number[] = []
  readonly #probe = new StateWriter()

  constructor(step: ProcessStep, definition: Definition) {
    this.id = step.id
    this.#step = step
    this.#definition = definition
    this.#keys = new BatchKeys(step.keys)
    this.#out = new RowCollector(step.fields)
    this.#keyed = new KeyedState(step.id, step.ttl, {
      clear: key => this.#clear(key),
      save: (key, out) => this.#save(key, out),
      load: (key, from) => this.#load(key, from),
      needed: key => Math.max(beginning, ...(this.#wanted[key] ?? [])),
    })
  }

  see(watermark: (group: number) => number): void {
    this.#keyed.watermarks.see(watermark)
  }

  process({ batch, hashes, born }: Rows, emit: Emit): void {
    const times = timesOf(batch)
    if (times === undefined) throw new TidemillError('stream.failed', `rows without event time in step ${this.id}`)
    this.#keys.read(batch, hashes)
    const plain = withoutTime(batch)
    const rows = rowsOf(plain)
    for (let row = 0; row < rows.length; row++)
      this.#event({ batch, plain, row, given: rows[row] as object, time: times[row] as number }, emit)
    this.#flush(born, emit)
  }

  #event({ batch, plain, row, given, time }: { batch: Batch; plain: Batch; row: number; given: object; time: number }, emit: Emit): void {
    const { words, starts } = this.#keys.words
    const key = this.#keyed.put(this.#keys.hashes[row] as number, words, starts[row] as number, starts[row + 1] as number)
    const fresh = this.#keyed.refresh(key)
    const done = this.#call(key, fresh, time, aboutRow(batch, row), emit, (context, first) =>
      // The function may have changed the row it was given.
      this.#definition.event(first ? given : rowAt(plain, row), context),
    )
    if (done) this.#keyed.touch(key, time)
    else if (fresh) this.#keyed.drop(key)
  }

  /** One call of the user; true when it succeeded, and then state, timers and rows are as it left them. */
  #call(
    key: number,
    fresh: boolean,
    time: number,
    about: About,
    emit: Emit,
    work: (context: ProcessContext, first: boolean) => unknown,
  ): boolean {
    const { fn, onError, id } = this.#step
    const watermark = this.#keyed.watermarks.of[groupOf(this.#keyed.keys.hashOf(key))] as number
    const wakes = this.#definition.timer !== undefined
    const done = attempt({ step: id, fn, onError }, about, emit, first => {
      const kept = fresh ? this.#definition.state() : goesOn(onError) ? copyPlain(this.#states[key]) : this.#states[key]
      const context = new ProcessContext(this.#nameOf(key), kept, time, watermark, wakes)
      const rows = itemsOf(work(context, first), fn).map(row => this.#out.check(row))
      // Told at once, not when the next checkpoint is due.
      if (fresh) this.#check(key, context.state)
      return { rows, context }
    })
    if (done === undefined) return false
    const { rows, context } = done.value
    this.#states[key] = context.state
    for (const at of context['~timers']) this.#wake(key, at)
    for (const row of rows) {
      this.#out.add(row)
      this.#outTimes.push(time)
    }
    return true
  }

  #wake(key: number, at: number): void {
    const wanted = (this.#wanted[key] ??= new Set())
    if (wanted.has(at)) return
    wanted.add(at)
    this.#timers.set(at, key)
  }

  #flush(born: number, emit: Emit): void {
    if (this.#outTimes.length === 0) return
    const times = microsColumn(this.#outTimes)
    this.#outTimes = []
    emit.rows({ batch: withTimeColumn(this.#out.finish(), times), born })
  }

  advance(watermark: (group: number) => number, emit: Emit, born: number): boolean {
    const { watermarks } = this.#keyed
    watermarks.see(watermark)
    const later: Timer[] = []
    let fired = 0
    while (fired < slice && this.#outTimes.length < slice) {
      const timer = this.#timers.next(watermarks.furthest)
      if (timer === undefined) break
      const { key, at } = timer
      // A key that was forgotten, or begins anew, has no timers.
      if (this.#wanted[key]?.has(at) !== true) continue
      if (at > (watermarks.of[groupOf(this.#keyed.keys.hashOf(key))] as number)) later.push(timer)
      else {
        this.#fire(key, at, emit)
        fired++
      }
    }
    for (const timer of later) this.#timers.put(timer)
    const more = fired === slice || this.#outTimes.length >= slice
    this.#flush(born, emit)
    if (!more) this.#keyed.forgetOld()
    return more
  }

  #fire(key: number, at: number, emit: Emit): void {
    this.#wanted[key]?.delete(at)
    const name = this.#nameOf(key)
    const about: About = {
      payload: () => rowJson({ key: name, timer: timeText(at) }),
      position: () => `timer ${timeText(at)} of key ${keyText(name)}`,
    }
    this.#call(key, false, at, about, emit, context => this.#definition.timer?.(context))
    this.#keyed.mark(key)
  }

  changes(): readonly StateRecord[] {
    return this.#keyed.changes()
  }

  image(): readonly StateRecord[] {
    return this.#keyed.image()
  }

  restore(record: StateRecord): void {
    this.#keyed.restore(record)
  }

  size(): { readonly keys: number; readonly bytes: number } {
    const { keys, bytes } = this.#keyed.size()
    // What objects take is not known; so much they take at least.
    return { keys, bytes: bytes + 64 * keys }
  }

  #clear(key: number): void {
    this.#names[key] = undefined
    this.#states[key] = undefined
    this.#wanted[key] = undefined
  }

  /** The key's columns by name, as rows hold them. */
  #nameOf(key: number): object {
    const known = this.#names[key]
    if (known !== undefined) return known
    const words = new KeyWords()
    this.#keyed.keys.copy(key, words)
    const columns = keyColumns(this.#keys.types, words)
    const name = Object.freeze(
      Object.fromEntries(this.#step.keys.map(({ name: column }, at) => [column, valueAt(columns[at] as Column, 0)])),
    )
    this.#names[key] = name
    return name
  }

  #save(key: number, out: StateWriter): void {
    const wanted = [...(this.#wanted[key] ?? [])]
    out.size(wanted.length)
    for (const at of wanted) out.float(at)
    this.#write(key, this.#states[key], out)
  }

  #load(key: number, from: StateReader): void {
    this.#wanted[key] = undefined
    for (let left = from.size(); left > 0; left--) this.#wake(key, from.float())
    this.#states[key] = from.value()
  }

  #check(key: number, state: unknown): void {
    this.#write(key, state, this.#probe)
    this.#probe.finish()
  }

  #write(key: number, state: unknown, out: StateWriter): void {
    try {
      out.value(state, 'state')
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      throw new TidemillError(error.code, `${error.message} (key ${keyText(this.#nameOf(key))})`, {
        details: { ...error.details, key: this.#nameOf(key) },
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
    }
  }
}

/** `machine=m1, line=2` */
function keyText(name: object): string {
  return Object.entries(name)
    .map(([column, value]) => `${column}=${String(value)}`)
    .join(', ')
}
