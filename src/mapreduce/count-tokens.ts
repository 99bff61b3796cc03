/** The map side of the tokenisers, on a worker thread. */
import { isAscii, isUtf8 } from 'node:buffer'
import { rowsOf } from '../batch/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { loadFunction } from '../workers/index.ts'
import { partitionOf } from './collector.ts'
import { orderOf } from './keys.ts'
import { optional } from './optional.ts'
import { blocksOf } from './read-range.ts'
import { type Run, RunWriter } from './run-file.ts'
import type { TaskContext } from './task-context.ts'
import type { MapArgument } from './task-data.ts'
import { type ByteMap, isTokenRule, type TokenRule } from './tokens.ts'
import { type Counted, WordTable } from './word-table.ts'

const [newLine, carriageReturn] = [10, 13]

/** Counts the tokens of a task's lines; gives sorted runs with one number a token. */
export async function countTokens(
  task: MapArgument,
  context: TaskContext,
): Promise<{ items: number; pairs: number; runs: readonly Run[] }> {
  if (!isTokenRule(task.map)) throw new RangeError('no rule of tokens')
  const counter = await counterOf(task.map, task, context)
  let items = 0
  for (const block of blocks(task)) {
    context.begin(items)
    const lines = countLines(block)
    counter.block(block, items)
    items += lines
  }
  context.begin(items)
  return { items, ...counter.finish() }
}

interface TokenCounter {
  block(bytes: Buffer, firstItem: number): void
  finish(): { readonly pairs: number; readonly runs: readonly Run[] }
}

type CountBlock = (table: WordTable, bytes: Buffer, firstItem: number) => void

async function counterOf(rule: TokenRule, task: MapArgument, context: TaskContext): Promise<TokenCounter> {
  const sorted = await sortedRuns(task)
  switch (rule.tokens) {
    case 'characters':
      return new CharacterCounter(rule.matching, task, sorted)
    case 'words':
      return new KeyCounter(task, sorted, (table, bytes) => countWords(table, bytes, rule.of, rule.lower))
    case 'fields': {
      const list = new RangeList()
      return new KeyCounter(task, sorted, (table, bytes) => {
        list.count = 0
        findFields(bytes, rule.delimiter.charCodeAt(0), rule.at, list)
        table.ranges(bytes, list.places, list.count)
      })
    }
    case 'ranges': {
      const find = (await loadFunction(rule.fn)) as ByteMap
      return new KeyCounter(task, sorted, rangesOf(find, task, context))
    }
  }
}

function* blocks({ input }: MapArgument): Generator<Buffer> {
  if ('file' in input) yield* blocksOf(input)
  // Lines that came through the engine have lost their ends.
  else
    for (const batch of input.batches)
      yield Buffer.from(
        rowsOf(batch)
          .map(row => `${(row as { readonly line: string }).line}\n`)
          .join(''),
      )
}

function countLines(block: Buffer): number {
  let lines = block[block.length - 1] === newLine ? 0 : 1
  for (let at = block.indexOf(newLine); at !== -1; at = block.indexOf(newLine, at + 1)) lines++
  return lines
}

/** Counts in the table; full, it becomes a run. */
class KeyCounter implements TokenCounter {
  readonly #task: MapArgument
  readonly #count: CountBlock
  readonly #table = new WordTable()
  readonly #runs: Run[] = []
  readonly #sorted: SortedRun
  #pairs = 0

  constructor(task: MapArgument, sorted: SortedRun, count: CountBlock) {
    this.#task = task
    this.#sorted = sorted
    this.#count = count
  }

  block(bytes: Buffer, firstItem: number): void {
    // Places of ranges stand behind the input: at most a key a byte and one more.
    const room = Math.max(1_100_000, bytes.length) * (isTokenRule(this.#task.map) && this.#task.map.tokens !== 'words' ? 9 : 3) + 128
    if (!this.#table.room(room)) {
      this.#spill(0)
      this.#table.room(room)
    }
    this.#count(this.#table, bytes, firstItem)
    if (this.#table.size > this.#task.memory) this.#spill(0)
  }

  finish(): { pairs: number; runs: readonly Run[] } {
    this.#spill(this.#task.inMemory)
    return { pairs: this.#pairs, runs: this.#runs }
  }

  #spill(inMemory: number): void {
    const entries = this.#table.room(1) ? this.#table.entries() : []
    if (entries.length > 0) {
      this.#runs.push(this.#sorted(entries, this.#table.bytes(), `${this.#task.path}-${this.#runs.length}.run`, inMemory))
      for (const { count } of entries) this.#pairs += count
    }
    this.#table.clear()
  }
}

/** Writes counted keys as a run. Keys of bytes must be whole characters. */
type SortedRun = (entries: readonly Counted[], bytes: Uint8Array, path: string, inMemory: number) => Run

async function sortedRuns(task: MapArgument): Promise<SortedRun> {
  const compare = await optional(task.compare)
  const order = orderOf(compare)
  const partition = partitionOf(await optional(task.partition), task.partitions)
  return (entries, bytes, path, inMemory) => {
    const parts: Counted[][] = Array.from({ length: task.partitions }, () => [])
    for (const entry of entries) (parts[partition(entry.text, entry.hash)] as Counted[]).push(entry)
    const writer = new RunWriter(path, inMemory)
    try {
      parts.forEach((part, index) => {
        if (part.length === 0) return
        writer.begin(index)
        // Units and code points order alike but for surrogates.
        const quick = compare === undefined && !part.some(({ text }) => /[\ud800-\udfff]/.test(text))
        for (const { from, to, count } of part.sort(quick ? byUnits : (a, b) => order(a.text, b.text))) {
          if (isUtf8(bytes.subarray(from, to))) writer.addCount(bytes, from, to, count)
          else
            throw new TidemillError('session.map-reduce', 'key of bytes is not whole characters of UTF-8', {
              hint: 'emit places between characters',
            })
        }
      })
      return writer.finish()
    } catch (error) {
      writer.abandon()
      throw error
    }
  }
}

function byUnits(a: Counted, b: Counted): number {
  return a.text < b.text ? -1 : Number(a.text > b.text)
}

/** One number for each code point. */
class CharacterCounter implements TokenCounter {
  readonly #task: MapArgument
  readonly #matching: RegExp | undefined
  readonly #sorted: SortedRun
  readonly #counts = new Float64Array(0x110000)

  constructor(matching: RegExp | undefined, task: MapArgument, sorted: SortedRun) {
    this.#matching = matching
    this.#task = task
    this.#sorted = sorted
  }

  block(bytes: Buffer): void {
    const counts = this.#counts
    const end = bytes.length
    for (let at = 0; at < end; ) {
      const first = bytes[at] as number
      let point = first
      if (first < 0x80) at++
      else if (first < 0xe0) {
        point = ((first & 0x1f) << 6) | ((bytes[at + 1] as number) & 0x3f)
        at += 2
      } else if (first < 0xf0) {
        point = ((first & 0x0f) << 12) | (((bytes[at + 1] as number) & 0x3f) << 6) | ((bytes[at + 2] as number) & 0x3f)
        at += 3
      } else {
        point =
          ((first & 0x07) << 18) |
          (((bytes[at + 1] as number) & 0x3f) << 12) |
          (((bytes[at + 2] as number) & 0x3f) << 6) |
          ((bytes[at + 3] as number) & 0x3f)
        at += 4
      }
      // The end of a line may have two characters.
      if (point === newLine || (point === carriageReturn && bytes[at] === newLine)) continue
      counts[point] = (counts[point] as number) + 1
    }
  }

  finish(): { pairs: number; runs: readonly Run[] } {
    const entries: Counted[] = []
    const utf8: Buffer[] = []
    let [pairs, at] = [0, 0]
    this.#counts.forEach((count, point) => {
      if (count === 0) return
      const text = String.fromCodePoint(point)
      if (this.#matching?.test(text) === false) return
      const bytes = Buffer.from(text)
      utf8.push(bytes)
      entries.push({ text, hash: point, count, from: at, to: at + bytes.length })
      at += bytes.length
      pairs += count
    })
    if (pairs === 0) return { pairs, runs: [] }
    return { pairs, runs: [this.#sorted(entries, Buffer.concat(utf8), `${this.#task.path}-0.run`, this.#task.inMemory)] }
  }
}

function countWords(table: WordTable, bytes: Buffer, of: 'space' | 'ascii' | 'letters', lower: boolean): void {
  if (of === 'space') table.spaces(bytes)
  // Two characters outside ASCII have small letters in it: the kelvin sign and the I with a dot.
  else if (isAscii(bytes) || (of === 'ascii' && !(lower && (bytes.includes('\u212a') || bytes.includes('\u0130')))))
    table.letters(bytes, lower)
  else {
    const text = bytes.toString('utf8', 0, bytes.length)
    const small = lower ? text.toLowerCase() : text
    // What is no letter becomes white space; the rest is the same work.
    table.spaces(Buffer.from(of === 'ascii' ? small.replace(/[^A-Za-z]+/g, ' ') : small.replace(/[^\p{L}\p{M}]+/gu, ' ')))
  }
}

/** Pairs of places (from, to). */
class RangeList {
  places = new Uint32Array(1 << 16)
  count = 0

  add(from: number, to: number): void {
    const at = this.count * 2
    if (at === this.places.length) {
      const larger = new Uint32Array(at * 2)
      larger.set(this.places)
      this.places = larger
    }
    this.places[at] = from
    this.places[at + 1] = to
    this.count++
  }
}

function findFields(bytes: Buffer, delimiter: number, at: number | undefined, list: RangeList): void {
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newLine, from)
    const next = found === -1 ? bytes.length : found + 1
    const end = found === -1 ? bytes.length : found > from && bytes[found - 1] === carriageReturn ? found - 1 : found
    let number = 0
    for (let start = from, p = from; p <= end; p++)
      if (p === end || bytes[p] === delimiter) {
        if (at === undefined || at === number) list.add(start, p)
        if (at === number) break
        number++
        start = p + 1
      }
    from = next
  }
}

/** Lines through the user's function; the keys it found are counted when the block is through. */
function rangesOf(find: ByteMap, task: MapArgument, context: TaskContext): CountBlock {
  const list = new RangeList()
  let [lineFrom, lineTo] = [0, 0]
  const emit = (start: number, end: number): void => {
    if (!(start >= lineFrom && start <= end && end <= lineTo))
      throw new RangeError(`emit wants places of the line, ${lineFrom} to ${lineTo}, not ${whatIs(start)} and ${whatIs(end)}`)
    list.add(start, end)
  }
  return (table, bytes, firstItem) => {
    list.count = 0
    let item = firstItem
    for (let from = 0; from < bytes.length; item++) {
      const found = bytes.indexOf(newLine, from)
      lineFrom = from
      lineTo = found === -1 ? bytes.length : found > from && bytes[found - 1] === carriageReturn ? found - 1 : found
      from = found === -1 ? bytes.length : found + 1
      if (!context.begin(item)) continue
      const before = list.count
      try {
        find(bytes, lineFrom, lineTo, emit)
      } catch (error) {
        list.count = before
        context.failure('map', item, task.values ? bytes.toString('utf8', lineFrom, lineTo) : undefined, error)
      }
    }
    // A key a byte and one more a line is what there is room for; a function may find more.
    for (let done = 0; done < list.count; done += bytes.length) {
      const some = Math.min(bytes.length, list.count - done)
      table.ranges(bytes, list.places.subarray(done * 2, (done + some) * 2), some)
    }
  }
}
