/** Keys with the time they were last touched: new, changed, forgotten, saved and restored. What is kept for a key is its owner's affair. */
import { type StateReader, StateWriter } from '../../../../kernels/index.ts'
import { beginning, type StateRecord } from '../seams.ts'
import { Expiry } from './expiry.ts'
import { groupOf } from './key-groups.ts'
import { KeyTable } from './key-table.ts'
import { grown } from './key-words.ts'
import { murmur } from './murmur.ts'
import { beginRecord, openRecord, readKey, strangeRecord, writeKey } from './state-format.ts'
import { Watermarks } from './watermarks.ts'

/** What an operator keeps for the keys, by their numbers. */
export interface Kept {
  /** The key begins anew. */
  clear(key: number): void
  save(key: number, out: StateWriter): void
  load(key: number, from: StateReader): void
  /** A time until which the key is not forgotten; default: none. */
  needed?(key: number): number
}

/** Marks of a key: it changed since the last checkpoint; one has it. */
const changed = 1
const saved = 2

export class KeyedState {
  readonly keys: KeyTable = new KeyTable()
  readonly watermarks: Watermarks = new Watermarks()
  readonly #id: string
  readonly #ttl: number
  readonly #kept: Kept
  readonly #expiry: Expiry
  readonly #out = new StateWriter()
  #last: Float64Array = new Float64Array(16)
  #marks: Int32Array = new Int32Array(16)
  /** Numbers that stand in `#expiry`: a number given again is not put there twice. */
  readonly #queued = new Set<number>()
  /** Forgotten since the last checkpoint though an earlier one has them. */
  #gone: StateRecord[] = []

  constructor(id: string, ttl: number, kept: Kept) {
    this.#id = id
    this.#ttl = ttl
    this.#kept = kept
    this.#expiry = new Expiry(ttl)
  }

  /** The number of a key; a new one was never touched. */
  put(hash: number, words: Int32Array, from: number, to: number): number {
    const before = this.keys.size
    const key = this.keys.put(hash, words, from, to)
    if (this.keys.size > before) this.#open(key)
    return key
  }

  #open(key: number): void {
    if (key >= this.#last.length) {
      const last = new Float64Array(2 * key)
      last.set(this.#last)
      this.#last = last
      this.#marks = grown(this.#marks, last.length)
    }
    this.#last[key] = beginning
    this.#marks[key] = 0
  }

  /** True when the key was never touched, or begins anew because it would have been forgotten by now. */
  refresh(key: number): boolean {
    const fresh = this.#last[key] === beginning
    if (!fresh && this.#forgottenAt(key) > (this.watermarks.of[groupOf(this.keys.hashOf(key))] as number)) return false
    if (!fresh) this.#kept.clear(key)
    this.#last[key] = beginning
    return true
  }

  /** A row of this event time changed what is kept. */
  touch(key: number, time: number): void {
    const before = this.#last[key] as number
    if (before === beginning) this.#queue(key, time)
    if (time > before) this.#last[key] = time
    this.mark(key)
  }

  #queue(key: number, time: number): void {
    if (!this.#queued.has(key)) this.#expiry.put(key, time + this.#ttl)
    this.#queued.add(key)
  }

  /** What is kept changed without a row. */
  mark(key: number): void {
    this.#marks[key] = (this.#marks[key] as number) | changed
  }

  /** Takes back a key that no row has touched. */
  drop(key: number): void {
    if (this.#last[key] === beginning) this.#remove(key)
  }

  /** When nothing more happens. */
  #forgottenAt(key: number): number {
    return Math.max((this.#last[key] as number) + this.#ttl, this.#kept.needed?.(key) ?? beginning)
  }

  /** Forgets the keys that were not touched for so long. */
  forgetOld(): void {
    const { furthest, of } = this.watermarks
    this.#expiry.advance(furthest, key => {
      const there = this.keys.has(key) && this.#last[key] !== beginning
      const at = there ? this.#forgottenAt(key) : beginning
      if (there && at > (of[groupOf(this.keys.hashOf(key))] as number)) return at
      if (there) this.#remove(key)
      this.#queued.delete(key)
      return undefined
    })
  }

  #remove(key: number): void {
    if ((this.#marks[key] as number) & saved) {
      const out = this.#out
      beginRecord(out, 'gone')
      writeKey(out, this.keys.wordsOf(key))
      this.#gone.push({ group: groupOf(this.keys.hashOf(key)), bytes: out.finish() })
    }
    this.#marks[key] = 0
    this.#kept.clear(key)
    this.keys.remove(key)
  }

  changes(): readonly StateRecord[] {
    const records = this.#gone
    this.#gone = []
    return [...records, ...this.#records(changed)]
  }

  image(): readonly StateRecord[] {
    return this.#records(0)
  }

  /** Records of the keys with a mark, which is taken away; of all without one. */
  #records(mark: number): StateRecord[] {
    const records: StateRecord[] = []
    for (let key = 0; key < this.keys.numbers; key++) {
      if (!this.keys.has(key) || ((this.#marks[key] as number) & mark) !== mark) continue
      const out = this.#out
      beginRecord(out, 'key')
      out.float(this.#last[key] as number)
      writeKey(out, this.keys.wordsOf(key))
      this.#kept.save(key, out)
      records.push({ group: groupOf(this.keys.hashOf(key)), bytes: out.finish() })
      this.#marks[key] = ((this.#marks[key] as number) & ~mark) | saved
    }
    return records
  }

  restore({ bytes }: StateRecord): void {
    const { kind, from } = openRecord(bytes)
    if (kind === 'gone') {
      const words = readKey(from)
      const key = this.keys.find(murmur(words, 0, words.length), words, 0, words.length)
      if (key < 0) return
      this.#marks[key] = 0
      this.#remove(key)
      return
    }
    if (kind !== 'key') throw strangeRecord(this.#id, kind)
    const last = from.float()
    const words = readKey(from)
    const key = this.put(murmur(words, 0, words.length), words, 0, words.length)
    this.#kept.load(key, from)
    this.#last[key] = last
    this.#marks[key] = saved
    this.#queue(key, last)
  }

  size(): { readonly keys: number; readonly bytes: number } {
    return { keys: this.keys.size, bytes: this.keys.bytes + 12 * this.#last.length }
  }
}
