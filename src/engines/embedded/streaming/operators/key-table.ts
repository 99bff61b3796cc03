import type { Column } from '../../../../batch/index.ts'
import { grown, type KeyWords, viewOf, writeText } from './key-words.ts'
import { tailWord } from './murmur.ts'

/** A slot is two words: hash, and the place of the key in `words` + 1 (0: free). Small, as most of a search is waiting for memory. */
const slotWords = 2

/**
 * Gives keys numbers: open addressing over their hashes, the words of the keys (`key-words.ts`) one behind the other in one array, each behind its number. Numbers count from 0 in the order
 * keys are first met; the number of a removed key is given to a later one.
 */
export class KeyTable {
  #slots: Int32Array = new Int32Array(slotWords * 16)
  #shift = 28
  #words: Int32Array = new Int32Array(64)
  #end = 0
  /** By number: hash, place in `words`, length; length -1 when removed. */
  #hashes: Int32Array = new Int32Array(16)
  #places: Int32Array = new Int32Array(16)
  #lengths: Int32Array = new Int32Array(16)
  #numbers = 0
  #live = 0
  readonly #removed: number[] = []
  #garbage = 0
  /** Where the key of a text is put together. */
  #text: Int32Array = new Int32Array(64)

  /** Keys in the table. */
  get size(): number {
    return this.#live
  }

  /** Above every number given so far. */
  get numbers(): number {
    return this.#numbers
  }

  get bytes(): number {
    return 4 * (this.#slots.length + this.#words.length + 3 * this.#hashes.length)
  }

  /** The number of the key at `from` to `to` of some words, -1 when it has none. */
  find(hash: number, words: Int32Array, from: number, to: number): number {
    const place = this.#slots[this.#slotFor(hash, words, from, to) + 1] as number
    return place === 0 ? -1 : (this.#words[place - 1] as number)
  }

  /** The number of a key, a new one when it has none: `size` tells. */
  put(hash: number, words: Int32Array, from: number, to: number): number {
    const slot = this.#slotFor(hash, words, from, to)
    const place = this.#slots[slot + 1] as number
    return place === 0 ? this.#add(slot, hash, words, from, to) : (this.#words[place - 1] as number)
  }

  /** Puts the keys of many rows and writes their numbers. */
  putAll(hashes: Int32Array, { words, starts }: KeyWords, numbers: Int32Array): void {
    for (let row = 0; row < numbers.length; ) row = this.#putSome(row, hashes, words, starts, numbers)
  }

  /** The same for keys of one text, none of them NULL, which are compared where they lie. */
  putTexts(hashes: Int32Array, { data, offsets }: Column, numbers: Int32Array): void {
    const view = viewOf(data as Uint8Array)
    for (let row = 0; row < numbers.length; ) row = this.#putSomeTexts(row, hashes, view, offsets as Int32Array, numbers)
  }

  /** Until the arrays of the table are replaced, so that the loop need not read them anew; gives the row to go on with. */
  #putSome(first: number, hashes: Int32Array, words: Int32Array, starts: Int32Array, numbers: Int32Array): number {
    const slots = this.#slots
    const own = this.#words
    const shift = this.#shift
    const mask = slots.length - 1
    const rows = numbers.length
    let from = starts[first] as number
    for (let row = first; row < rows; row++) {
      const to = starts[row + 1] as number
      const hash = hashes[row] as number
      let slot = (Math.imul(hash, 0x9e3779b1) >>> shift) << 1
      while (slots[slot + 1] !== 0 && (slots[slot] !== hash || !same(own, slots[slot + 1] as number, words, from, to)))
        slot = (slot + slotWords) & mask
      const place = slots[slot + 1] as number
      if (place !== 0) numbers[row] = own[place - 1] as number
      else {
        numbers[row] = this.#add(slot, hash, words, from, to)
        if (this.#slots !== slots || this.#words !== own) return row + 1
      }
      from = to
    }
    return rows
  }

  #putSomeTexts(first: number, hashes: Int32Array, view: DataView, ends: Int32Array, numbers: Int32Array): number {
    const slots = this.#slots
    const own = this.#words
    const shift = this.#shift
    const mask = slots.length - 1
    const rows = numbers.length
    let from = ends[first] as number
    for (let row = first; row < rows; row++) {
      const to = ends[row + 1] as number
      const hash = hashes[row] as number
      let slot = (Math.imul(hash, 0x9e3779b1) >>> shift) << 1
      while (slots[slot + 1] !== 0 && (slots[slot] !== hash || !sameText(own, slots[slot + 1] as number, view, from, to)))
        slot = (slot + slotWords) & mask
      const place = slots[slot + 1] as number
      if (place !== 0) numbers[row] = own[place - 1] as number
      else {
        this.#text = grown(this.#text, 2 + ((to - from) >> 2))
        numbers[row] = this.#add(slot, hash, this.#text, 0, writeText(this.#text, 0, view, from, to))
        if (this.#slots !== slots || this.#words !== own) return row + 1
      }
      from = to
    }
    return rows
  }

  has(number: number): boolean {
    return number < this.#numbers && (this.#lengths[number] as number) >= 0
  }

  hashOf(number: number): number {
    return this.#hashes[number] as number
  }

  /** The words of a key, to be read at once: they move when keys are added. */
  wordsOf(number: number): Int32Array {
    const from = (this.#places[number] as number) + 1
    return this.#words.subarray(from, from + (this.#lengths[number] as number))
  }

  /** Puts a key behind others. */
  copy(number: number, to: KeyWords): void {
    const from = (this.#places[number] as number) + 1
    to.add(this.#words, from, from + (this.#lengths[number] as number))
  }

  /** Takes all keys out and keeps the room for as many. */
  clear(): void {
    this.#slots.fill(0)
    this.#end = 0
    this.#numbers = 0
    this.#live = 0
    this.#removed.length = 0
    this.#garbage = 0
  }

  /** Takes a key out; its number may be given again. */
  remove(number: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let hole = this.#homeOf(this.#hashes[number] as number)
    const place = (this.#places[number] as number) + 1
    while (slots[hole + 1] !== place) hole = (hole + slotWords) & mask
    // What stands behind in the same run moves up, so that no search ends too early.
    for (let slot = (hole + slotWords) & mask; (slots[slot + 1] as number) !== 0; slot = (slot + slotWords) & mask) {
      const home = this.#homeOf(slots[slot] as number)
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      slots.copyWithin(hole, slot, slot + slotWords)
      hole = slot
    }
    slots[hole + 1] = 0
    this.#garbage += 1 + (this.#lengths[number] as number)
    this.#lengths[number] = -1
    this.#removed.push(number)
    this.#live--
    if (this.#garbage > 1024 && 2 * this.#garbage > this.#end) this.#compact()
  }

  #homeOf(hash: number): number {
    // The low bits alone are the key group, in which the keys of a subtask are alike.
    return (Math.imul(hash, 0x9e3779b1) >>> this.#shift) << 1
  }

  /** Where a key stands, or would. */
  #slotFor(hash: number, words: Int32Array, from: number, to: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = this.#homeOf(hash)
    while (slots[slot + 1] !== 0 && (slots[slot] !== hash || !same(this.#words, slots[slot + 1] as number, words, from, to)))
      slot = (slot + slotWords) & mask
    return slot
  }

  #add(slot: number, hash: number, words: Int32Array, from: number, to: number): number {
    const number = this.#removed.pop() ?? this.#numbers++
    if (number >= this.#hashes.length) {
      this.#hashes = grown(this.#hashes, number + 1)
      this.#places = grown(this.#places, number + 1)
      this.#lengths = grown(this.#lengths, number + 1)
    }
    this.#words = grown(this.#words, this.#end + 1 + to - from)
    this.#hashes[number] = hash
    this.#places[number] = this.#end
    this.#lengths[number] = to - from
    this.#words[this.#end++] = number
    for (let i = from; i < to; i++) this.#words[this.#end++] = words[i] as number
    this.#live++
    // At most half full.
    if (2 * slotWords * this.#live > this.#slots.length) this.#rehash(2 * this.#slots.length)
    else this.#fill(slot, number)
    return number
  }

  #fill(slot: number, number: number): void {
    this.#slots[slot] = this.#hashes[number] as number
    this.#slots[slot + 1] = (this.#places[number] as number) + 1
  }

  #rehash(length: number): void {
    const slots = new Int32Array(length)
    this.#slots = slots
    this.#shift = 32 - Math.log2(length / slotWords)
    const mask = length - 1
    for (let number = 0; number < this.#numbers; number++) {
      if ((this.#lengths[number] as number) < 0) continue
      let slot = this.#homeOf(this.#hashes[number] as number)
      while (slots[slot + 1] !== 0) slot = (slot + slotWords) & mask
      this.#fill(slot, number)
    }
  }

  #compact(): void {
    const words = new Int32Array(this.#words.length)
    let end = 0
    for (let number = 0; number < this.#numbers; number++) {
      if ((this.#lengths[number] as number) < 0) continue
      words[end] = number
      words.set(this.wordsOf(number), end + 1)
      this.#places[number] = end
      end += 1 + (this.#lengths[number] as number)
    }
    this.#words = words
    this.#end = end
    this.#garbage = 0
    this.#rehash(this.#slots.length)
  }
}

function sameText(own: Int32Array, place: number, view: DataView, from: number, to: number): boolean {
  if (own[place] !== to - from) return false
  let word = place + 1
  let at = from
  for (; at + 4 <= to; at += 4) if (own[word++] !== view.getInt32(at, true)) return false
  return at === to || own[word] === tailWord(view, at, to)
}

/** Compares a key with the words from a place on. A key tells its own length, so no longer one begins with it. */
function same(own: Int32Array, place: number, words: Int32Array, from: number, to: number): boolean {
  let at = place
  for (let i = from; i < to; i++) if (own[at++] !== words[i]) return false
  return true
}
