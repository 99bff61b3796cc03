/** Lines of NDJSON as columns, straight from the bytes. */
import { isUtf8 } from 'node:buffer'
import type { Batch } from '../../batch/index.ts'
import { type Field, printType, type Schema } from '../../schema/index.ts'
import { type FastLines, fastLines } from './fast-lines.ts'
import { fit, textOf, treeOf } from './json-tree.ts'
import { readFloat64, readInt32, readInt64 } from './read-number.ts'
import { readText } from './read-text.ts'
import { readDate, readMicros } from './read-time.ts'
import { isAt, type Node, otherEdge, Shape } from './shape.ts'
import { blankEnd, digitsEnd, nullWord, plainEnd, textEnd, valueEnd } from './skip.ts'
import { kinds, Target } from './target.ts'

/** The key in the lines, and the column it becomes. */
export interface NdjsonColumn {
  readonly key: string
  readonly field: Field
}
/** A line that is no row: its bytes `from` up to `to`, without the line end, and why. */
export interface BrokenLine {
  readonly from: number
  readonly to: number
  readonly error: string
}
export interface NdjsonPart {
  readonly batch: Batch
  /** Behind the last line that was taken. */
  readonly next: number
  readonly broken: readonly BrokenLine[]
}
export interface NdjsonDecoder {
  /**
   * Rows of the whole lines in bytes `from` up to `to`, at most `most`; what follows the last line end is left. May take fewer lines than there are, but always
   * one at least: ask again from `next`. The bytes may be used again afterwards.
   */
  decode(bytes: Uint8Array, from: number, to: number, most: number): NdjsonPart
}

/**
 * A decoder for lines of JSON objects. It learns from the lines it has seen in which order and with which blanks their keys come, and compares bytes from then
 * on, in WebAssembly where it can; other lines are read the long way, with the same result.
 *
 * A line means what it means in a table read from the file: a value's text is read strictly as the column's type, a key that is absent is NULL, blank lines count
 * for nothing, keys that are no column are passed over. Broken are: a line that is no JSON object or no UTF-8, a value that does not fit, a NULL where the column
 * has none, a column's key twice, half a surrogate pair, values nested deeper than 512. JSON is taken strictly (no NaN, no comma at the end).
 */
export function ndjsonDecoder(columns: readonly NdjsonColumn[]): NdjsonDecoder {
  return new Decoder(columns, true)
}

/** The same without WebAssembly: what the fast way is compared with. */
export function plainNdjsonDecoder(columns: readonly NdjsonColumn[]): NdjsonDecoder {
  return new Decoder(columns, false)
}

/** How far the readers may look behind the end of a line. */
const slack = 16
/** Where broken lines alone end a part: they are kept until somebody has written them. */
const mostBrokenBytes = 4 * 1024 * 1024
/** A run over fewer bytes does not repay its beginning. */
const worthwhile = 1024
/** In lines. */
const longestPause = 1023
/** Ways in which a line is not taken at once. */
const [unknown, broken] = [-1, -2]

class Decoder implements NdjsonDecoder {
  readonly #fields: Schema
  readonly #targets: readonly Target[]
  readonly #byKey: ReadonlyMap<string, Target>
  readonly #shape = new Shape()
  readonly #fast: FastLines | undefined
  // Lines until the fast way is tried again, and how many they were from the start.
  #wait = 0
  #pause = 0
  #lineBytes = 0
  #line = 0
  #error = ''
  // What is read now.
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#bytes.buffer)

  constructor(columns: readonly NdjsonColumn[], fast: boolean) {
    this.#fields = columns.map(column => column.field)
    this.#targets = columns.map(column => new Target(column.field))
    this.#byKey = new Map(columns.map((column, index) => [column.key, this.#targets[index] as Target]))
    this.#fast = fast ? fastLines(this.#targets, this.#shape) : undefined
  }

  decode(bytes: Uint8Array, from: number, to: number, most: number): NdjsonPart {
    const end = from < to ? bytes.lastIndexOf(10, to - 1) + 1 : from
    if (end <= from) return { batch: this.#finish(0), next: from, broken: [] }
    this.#take(bytes, end)
    const part = this.#lines(from, end, most, false)
    // One look at all that was taken; only where something is wrong each line is looked at.
    return isUtf8(bytes.subarray(from, part.next)) ? part : this.#lines(from, end, most, true)
  }

  /** Readers look at whole words, so there must be some bytes behind the last line. */
  #take(bytes: Uint8Array, end: number): void {
    let taken = bytes
    if (bytes.length < end + slack) {
      taken = new Uint8Array(end + slack)
      taken.set(bytes.subarray(0, end))
    }
    if (taken.buffer !== this.#bytes.buffer || taken.byteOffset !== this.#bytes.byteOffset || taken.length !== this.#bytes.length)
      this.#view = new DataView(taken.buffer, taken.byteOffset, taken.length)
    this.#bytes = taken
  }

  #lines(from: number, end: number, most: number, suspect: boolean): NdjsonPart {
    const capacity = this.#capacity(from, end, most)
    for (const target of this.#targets) target.begin(capacity)
    const fast = suspect ? undefined : this.#fast
    fast?.begin()
    const lost: BrokenLine[] = []
    let lostBytes = 0
    let row = 0
    let p = from
    while (p < end && row < capacity && lost.length < most && lostBytes < mostBrokenBytes) {
      if (fast !== undefined && this.#wait-- <= 0) {
        row += fast.run(this.#bytes, p, end, row, capacity - row)
        this.#pauseAfter(fast, fast.next - p)
        p = fast.next
        if (!fast.stopped) continue
      }
      this.#line++
      let next = suspect && !this.#isText(p) ? broken : this.#row(p, row)
      if (next === unknown) next = this.#longWay(p, row)
      if (next > 0) {
        row++
        p = next
        continue
      }
      const lineEnd = this.#bytes.indexOf(10, p)
      if (next === broken) {
        for (const target of this.#targets) target.undo(row)
        lost.push({ from: p, to: this.#bytes[lineEnd - 1] === 13 && lineEnd > p ? lineEnd - 1 : lineEnd, error: this.#error })
        lostBytes += lineEnd - p
      }
      p = lineEnd + 1
    }
    if (row > 0) this.#lineBytes = Math.max(2, (p - from) / row)
    return { batch: this.#finish(row), next: p, broken: lost }
  }

  /** Where lines are of ever new kinds, it is tried ever more rarely. */
  #pauseAfter(fast: FastLines, bytes: number): void {
    this.#pause = fast.stopped && bytes < worthwhile ? Math.min(longestPause, 2 * this.#pause + 1) : 0
    this.#wait = this.#pause
  }

  /** Rows to make room for: what the bytes may hold, going by the lines before. */
  #capacity(from: number, end: number, most: number): number {
    if (this.#lineBytes === 0) this.#lineBytes = Math.max(2, this.#bytes.indexOf(10, from) + 1 - from)
    return Math.max(1, Math.min(most, Math.ceil(((end - from) / this.#lineBytes) * 1.1) + 8))
  }

  #finish(rows: number): Batch {
    return { fields: this.#fields, rows, columns: this.#targets.map(target => target.finish(rows)) }
  }

  /** One line along known keys: the place behind it, `unknown`, or `broken`. */
  #row(from: number, row: number): number {
    const bytes = this.#bytes
    const view = this.#view
    const line = this.#line
    let node: Node = this.#shape.first
    let filled = 0
    let p = from
    for (;;) {
      let edge = node.likely
      if (edge === undefined || !isAt(edge, bytes, view, p)) {
        // Before the first key there is no end: `{}` goes the long way.
        const end = p > from ? lineEnd(bytes, p) : unknown
        if (end > 0) {
          p = end
          break
        }
        edge = otherEdge(node, bytes, view, p)
        if (edge === undefined) return unknown
      }
      p += edge.length
      node = edge.next
      const target = edge.target
      if (target === undefined) {
        p = skipped(bytes, view, p)
        if (p < 0) return unknown
        continue
      }
      if (target.seen === line) return unknown
      target.seen = line
      filled++
      const end = this.#value(p, target, row)
      if (end < 0) return end
      p = end
    }
    if (filled < this.#targets.length && !this.#fill(row)) return broken
    return p
  }

  #value(p: number, target: Target, row: number): number {
    const bytes = this.#bytes
    const view = this.#view
    if (bytes[p] === 110) return view.getInt32(p, true) === nullWord ? this.#null(p + 4, target, row) : unknown
    let end = -1
    switch (target.kind) {
      case kinds.int32:
        end = readInt32(bytes, view, p, target, row)
        break
      case kinds.int64:
        end = readInt64(bytes, view, p, target, row)
        break
      case kinds.float64:
        end = readFloat64(bytes, view, p, target, row)
        break
      case kinds.boolean:
        if (bytes[p] === 116 || bytes[p] === 102) {
          end = valueEnd(bytes, view, p)
          target.flags[row] = bytes[p] === 116 ? 1 : 0
        }
        break
      case kinds.string:
        end = readText(bytes, view, p, target, row)
        break
      case kinds.timestamp:
      case kinds.datetime:
        end = readMicros(bytes, view, p, target, row)
        break
      case kinds.date:
        end = readDate(bytes, view, p, target, row)
        break
      case kinds.other:
        break
    }
    return end < 0 ? this.#anyValue(p, target, row) : end
  }

  #null(end: number, target: Target, row: number): number {
    if (!target.field.nullable) return this.#break(nullIn(target.field))
    target.setNull(row)
    return end
  }

  /** A value that is not written in the usual way. */
  #anyValue(p: number, target: Target, row: number): number {
    const end = valueEnd(this.#bytes, this.#view, p)
    if (end < 0) return unknown
    const tree = treeOf(this.#bytes, p, end)
    const value = fit(tree, target.field.type)
    if (value === null) return this.#null(end, target, row)
    if (value === undefined) return this.#break(misfit(target.field, textOf(tree)))
    target.set(row, value)
    return end
  }

  /** NULL for columns whose key the line lacks. */
  #fill(row: number): boolean {
    for (const target of this.#targets) {
      if (target.seen === this.#line) continue
      if (!target.field.nullable) {
        this.#error = nullIn(target.field)
        return false
      }
      target.setNull(row)
    }
    return true
  }

  /** One line, whatever it holds: the place behind it, `broken`, or 0 for a blank line. Its keys are remembered. */
  #longWay(from: number, row: number): number {
    const bytes = this.#bytes
    const lineEnd = bytes.indexOf(10, from)
    if (blankEnd(bytes, from) === lineEnd) return 0
    const problem = whyNoObject(Buffer.from(bytes.buffer, bytes.byteOffset + from, lineEnd - from).toString('utf8'))
    if (problem !== undefined) return this.#break(problem)

    // From here on the line is JSON; only what this decoder does not take is left.
    this.#line++
    const view = this.#view
    let node = this.#shape.first
    let glue = from
    let p = blankEnd(bytes, blankEnd(bytes, from) + 1)
    while (bytes[p] === 34) {
      const keyEnd = textEnd(bytes, view, p + 1) + 1
      if (keyEnd === 0) return this.#break(halfPair)
      const key = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + p, keyEnd - p).toString('utf8')) as string
      const target = this.#byKey.get(key)
      p = blankEnd(bytes, blankEnd(bytes, keyEnd) + 1)
      node = this.#shape.learn(node, bytes, view, glue, p, key, target)
      if (target?.seen === this.#line) return this.#break(`duplicate key: ${key}`)
      if (target !== undefined) target.seen = this.#line
      const end = target === undefined ? valueEnd(bytes, view, p) : this.#value(p, target, row)
      if (end === unknown) return this.#break(halfPair)
      if (end === broken) return broken
      glue = end
      p = blankEnd(bytes, end)
      if (bytes[p] === 44) p = blankEnd(bytes, p + 1)
    }
    return this.#fill(row) ? lineEnd + 1 : broken
  }

  #isText(from: number): boolean {
    if (isUtf8(this.#bytes.subarray(from, this.#bytes.indexOf(10, from)))) return true
    this.#error = 'not UTF-8'
    return false
  }

  #break(error: string): typeof broken {
    this.#error = error
    return broken
  }
}

/** Behind the closing brace of a line and its line end; -1 where there is more. */
function lineEnd(bytes: Uint8Array, from: number): number {
  const brace = bytes[from] === 125 ? from : blankEnd(bytes, from)
  if (bytes[brace] !== 125) return -1
  const end = bytes[brace + 1] === 10 ? brace + 1 : blankEnd(bytes, brace + 1)
  return bytes[end] === 10 ? end + 1 : -1
}

/** Behind a value: texts without escapes and integers here, the rest by `valueEnd`. */
function skipped(bytes: Uint8Array, view: DataView, from: number): number {
  const first = bytes[from] as number
  if (first === 34) {
    const end = plainEnd(view, from + 1)
    if (bytes[end] === 34) return end + 1
  } else if ((first - 49) >>> 0 < 9) {
    const end = digitsEnd(view, from + 1)
    const next = bytes[end] as number
    if (next === 44 || next === 125) return end
  }
  return valueEnd(bytes, view, from)
}

const halfPair = 'no text: half a surrogate pair, or nested deeper than 512'

function whyNoObject(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined
    return `no JSON object: ${short(text.trim())}`
  } catch (error) {
    return `no JSON object: ${(error as Error).message.replace(/ in JSON.*$/s, '').replace(/, "?\.\.\..*$/s, '')}`
  }
}

function misfit(field: Field, text: string): string {
  return `value does not fit: ${JSON.stringify(short(text))} in column ${field.name} (wants ${printType(field.type)})`
}

function nullIn(field: Field): string {
  return `NULL in a column without \`?\`: ${field.name}`
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
