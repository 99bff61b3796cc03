/**
 * The canonical bytes of keys, as 32-bit words: what is hashed, compared and kept in state.
 *
 * A key is its columns one behind the other. A column is a header word, the number of bytes of its value or -1 for NULL, and the value in little-endian order, filled
 * up with zeros to whole words. Values, by their storage: boolean 1 byte; int32 4; int64 8; float64 8, -0 as 0 and every NaN as one; int128 16; text and bytes as they are; list and struct: their parts, each as a column. Equal keys have equal bytes, and only they.
 */
import { type Column, isNullAt, rawAt, validBit } from '../../../../batch/index.ts'
import { type DataType, storageOf } from '../../../../schema/index.ts'
import { tailWord } from './murmur.ts'

/** Keys of some rows; the words of row i are `words[starts[i]]` up to `words[starts[i + 1]]`. Filled anew by each `encode`. */
export class KeyWords {
  words: Int32Array = new Int32Array(1024)
  starts: Int32Array = new Int32Array(257)
  /** Rows put together by `add`. */
  rows = 0

  /** Puts one more key behind those added before. */
  add(words: Int32Array, from: number, to: number): void {
    const place = this.rows === 0 ? 0 : (this.starts[this.rows] as number)
    const end = place + to - from
    if (this.starts.length < this.rows + 2) this.starts = grown(this.starts, this.rows + 2)
    if (this.words.length < end) this.words = grown(this.words, end)
    for (let at = from; at < to; at++) this.words[place + at - from] = words[at] as number
    this.starts[++this.rows] = end
  }

  /** One column of plain text takes one pass; other keys are measured first. */
  encode(columns: readonly Column[], rows: number): void {
    if (this.starts.length <= rows) this.starts = new Int32Array(2 * rows + 1)
    const [only] = columns
    if (only !== undefined && columns.length === 1 && isPlainText(only)) return this.#encodeTexts(only, rows)
    const sizes = new Int32Array(rows)
    const nested = columns.map(column => (isNested(column.type) ? nestedWords(column, rows) : undefined))
    columns.forEach((column, index) => addSizes(column, nested[index], sizes, rows))
    let end = 0
    for (let i = 0; i < rows; i++) {
      this.starts[i] = end
      end += sizes[i] as number
    }
    this.starts[rows] = end
    this.#reserve(end)
    const places = this.starts.slice(0, rows)
    columns.forEach((column, index) => writeColumn(column, nested[index], this.words, places, rows))
  }

  #encodeTexts(column: Column, rows: number): void {
    const offsets = column.offsets as Int32Array
    const bytes = column.data as Uint8Array
    const first = offsets[0] as number
    this.#reserve(2 * rows + (((offsets[rows] as number) - first) >> 2))
    const { words, starts } = this
    const view = viewOf(bytes)
    const { validity } = column
    let end = 0
    let from = first
    for (let i = 0; i < rows; i++) {
      starts[i] = end
      const to = offsets[i + 1] as number
      if (validity !== undefined && !validBit(validity, i)) words[end++] = -1
      else end = writeText(words, end, view, from, to)
      from = to
    }
    starts[rows] = end
  }

  #reserve(words: number): void {
    if (this.words.length < words) this.words = new Int32Array(Math.max(words, 2 * this.words.length))
  }
}

/**
 * Writes a text and gives the place behind it. A function of its own: V8 would compile the loop for itself and leave the loop around it uncompiled.
 */
export function writeText(words: Int32Array, place: number, view: DataView, from: number, to: number): number {
  words[place] = to - from
  let end = place + 1
  let at = from
  for (; at + 4 <= to; at += 4) words[end++] = view.getInt32(at, true)
  if (at === to) return end
  words[end] = tailWord(view, at, to)
  return end + 1
}

/** The bytes of a column as words may be read of them. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The array, or a longer copy of it that has room for `length` values. */
export function grown(array: Int32Array, length: number): Int32Array {
  if (array.length >= length) return array
  const made = new Int32Array(Math.max(length, 2 * array.length))
  made.set(array)
  return made
}

/** True for a column of texts or bytes that are there as they are, not by their place in a dictionary. */
export function isPlainText({ type, dictionary }: Column): boolean {
  return dictionary === undefined && (storageOf(type) === 'text' || type === 'bytes')
}
function isNested(type: DataType): boolean {
  const storage = storageOf(type)
  return storage === 'list' || storage === 'struct'
}

/** Bytes of a value of a type of one size, undefined for texts and bytes. */
function widthOf(type: DataType): number | undefined {
  switch (storageOf(type)) {
    case 'boolean':
      return 1
    case 'int32':
      return 4
    case 'int64':
    case 'float64':
      return 8
    case 'int128':
      return 16
    case 'null':
    case 'unknown':
      return 0
    case 'text':
    case 'bytes':
    case 'list':
    case 'struct':
      return undefined
  }
}

function addSizes(column: Column, nested: readonly (readonly number[])[] | undefined, sizes: Int32Array, rows: number): void {
  if (nested !== undefined) {
    for (let i = 0; i < rows; i++) sizes[i] = (sizes[i] as number) + (nested[i] as readonly number[]).length
    return
  }
  const width = widthOf(column.type)
  const fixed = 1 + (((width ?? 0) + 3) >> 2)
  for (let i = 0; i < rows; i++) {
    const size = isNullAt(column, i) ? 1 : width === undefined ? 1 + ((lengthAt(column, i) + 3) >> 2) : fixed
    sizes[i] = (sizes[i] as number) + size
  }
}

function lengthAt({ data, offsets, dictionary }: Column, i: number): number {
  if (dictionary !== undefined) return lengthAt(dictionary, data[i] as number)
  return ((offsets as Int32Array)[i + 1] as number) - ((offsets as Int32Array)[i] as number)
}

/** Writes the column of every row at its place and moves the places on. */
function writeColumn(
  column: Column,
  nested: readonly (readonly number[])[] | undefined,
  words: Int32Array,
  places: Int32Array,
  rows: number,
): void {
  if (nested !== undefined) {
    for (let i = 0; i < rows; i++) {
      words.set(nested[i] as readonly number[], places[i])
      places[i] = (places[i] as number) + (nested[i] as readonly number[]).length
    }
    return
  }
  const width = widthOf(column.type)
  if (width === undefined) return writeTexts(column, words, places, rows)
  const step = (width + 3) >> 2
  const source = wordsOf(column)
  for (let i = 0; i < rows; i++) {
    let at = places[i] as number
    if (isNullAt(column, i)) words[at++] = -1
    else {
      words[at++] = width
      for (let word = 0; word < step; word++) words[at++] = source[i * step + word] as number
    }
    places[i] = at
  }
}

/** Values of one size as words; booleans a word each. */
function wordsOf({ type, data, length }: Column): ArrayLike<number> {
  if (type === 'boolean') return data as Uint8Array
  const plain = storageOf(type) === 'float64' ? canonical(data as Float64Array, length) : data
  return new Int32Array(plain.buffer, plain.byteOffset, plain.byteLength >> 2)
}

/** 0 for -0, and one NaN for all. */
function canonical(data: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const value = data[i] as number
    out[i] = Number.isNaN(value) ? Number.NaN : value + 0
  }
  return out
}

function writeTexts(column: Column, words: Int32Array, places: Int32Array, rows: number): void {
  const { dictionary } = column
  const { data, offsets } = dictionary ?? column
  const view = viewOf(data as Uint8Array)
  const ends = offsets as Int32Array
  for (let i = 0; i < rows; i++) {
    const place = places[i] as number
    if (isNullAt(column, i)) {
      words[place] = -1
      places[i] = place + 1
    } else {
      const source = dictionary === undefined ? i : (column.data[i] as number)
      places[i] = writeText(words, place, view, ends[source] as number, ends[source + 1] as number)
    }
  }
}

function nestedWords(column: Column, rows: number): readonly (readonly number[])[] {
  return Array.from({ length: rows }, (_, i) => {
    const words: number[] = []
    pushValue(words, column, i)
    return words
  })
}

function pushValue(words: number[], column: Column, i: number): void {
  const value = rawAt(column, i)
  if (value === null) {
    words.push(-1)
    return
  }
  const { type } = column
  const header = words.push(0) - 1
  if (storageOf(type) === 'list') {
    const offsets = column.offsets as Int32Array
    for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++) pushValue(words, column.children?.[0] as Column, at)
  } else if (typeof type === 'object' && 'struct' in type) for (const child of column.children ?? []) pushValue(words, child, i)
  else {
    words.pop()
    const one = new KeyWords()
    one.encode([{ ...column, length: i + 1 }], i + 1)
    for (let at = one.starts[i] as number; at < (one.starts[i + 1] as number); at++) words.push(one.words[at] as number)
    return
  }
  words[header] = 4 * (words.length - header - 1)
}
