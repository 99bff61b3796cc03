/** Lines that look like those before, taken by WebAssembly into the columns of a decoder. The tables that it reads are written here. */
import { lineKernel, type LineKernel, tablesAt } from './line-kernel.ts'
import type { Edge, Node, Shape } from './shape.ts'
import { kinds, type Target } from './target.ts'

/** So many bytes are looked at at once: they are copied, and shall still be near when they are read. */
const pieceBytes = 64 * 1024
const mostRows = 2048
/** Bytes that may be read and written behind an end. */
const slack = 64

// As in wasm/ndjson/tables.ts. Records of edges and of columns are of one size.
const recordBytes = 64
const edge = { word: 0, mask: 16, length: 32, rest: 36, column: 40, next: 44, other: 48 } as const
const column = { kind: 0, nullable: 4, nulls: 12, nullRows: 16, values: 20, text: 24, day: 32 } as const
const firstDay = Buffer.from('"1970-01-01')

// Lines of more kinds, and rows of more columns, are left to JavaScript.
const mostEdges = 256
const mostEdgeBytes = 32 * 1024
const mostColumns = 64
const edgeBytesAt = tablesAt + mostEdges * recordBytes
const columnsAt = edgeBytesAt + mostEdgeBytes
const inputAt = columnsAt + mostColumns * recordBytes
const valuesAt = inputAt + pieceBytes + slack

/** Where the values of a column lie until they are copied. */
interface Place {
  readonly values: number
  readonly nullRows: number
  readonly text: number
}

/** Undefined where a column is of a type that only JavaScript reads. */
export function fastLines(targets: readonly Target[], shape: Shape): FastLines | undefined {
  if (targets.length > mostColumns || targets.some(target => target.kind === kinds.other)) return undefined
  return new FastLines(targets, shape)
}

export class FastLines {
  /** Behind the last line taken. */
  next = 0
  /** True when the last run ended at a line that is not one for it. */
  stopped = false
  readonly #targets: readonly Target[]
  readonly #shape: Shape
  readonly #places: readonly Place[]
  readonly #room: number
  /** Edges in the tables, and where those lie that begin a line. */
  #changes = -1
  #first = 0
  // Bytes `#heldFrom` up to `#heldTo` of what is read now are in the memory.
  #heldFrom = 0
  #heldTo = 0

  constructor(targets: readonly Target[], shape: Shape) {
    this.#targets = targets
    this.#shape = shape
    let top = valuesAt
    const take = (bytes: number): number => {
      const at = (top + 63) & ~63
      top = at + bytes
      return at
    }
    this.#places = targets.map(({ kind }) => ({
      values: take(mostRows * 8 + 8),
      nullRows: take(mostRows * 4),
      text: kind === kinds.string ? take(pieceBytes + slack) : 0,
    }))
    this.#room = top
  }

  /** Other bytes are read from now on. */
  begin(): void {
    this.#heldFrom = 0
    this.#heldTo = 0
  }

  /**
   * Takes lines from `from` on into rows from `row` on, at most `most`; gives how many. Stops before a line that looks like none before, or whose values are
   * written in a rare way, or are broken.
   *
   * @param end behind a line end
   */
  run(bytes: Uint8Array, from: number, end: number, row: number, most: number): number {
    this.next = from
    this.stopped = true
    const kernel = lineKernel()
    if (kernel === undefined) return 0
    if (kernel.owner !== this) this.#own(kernel)
    if (this.#changes !== this.#shape.changes) this.#writeEdges(kernel)
    if (this.#first === 0 || !this.#hold(kernel, bytes, from, end)) return 0
    this.#beginTexts(kernel, row)

    const base = inputAt - this.#heldFrom
    const asked = Math.min(most, mostRows)
    const rows = kernel.run(base + from, base + this.#heldTo, asked, columnsAt, this.#targets.length, this.#first)
    this.next = kernel.stopped - base
    this.stopped = rows < asked && this.next < this.#heldTo
    if (rows > 0) for (const [i, target] of this.#targets.entries()) this.#copy(kernel, target, i, row, rows)
    return rows
  }

  /** Bytes from `from` on into the memory, whole lines; false when not even one line fits. */
  #hold({ bytes: into }: LineKernel, bytes: Uint8Array, from: number, end: number): boolean {
    if (from >= this.#heldFrom && from < this.#heldTo) return true
    const to = end - from > pieceBytes ? bytes.lastIndexOf(10, from + pieceBytes - 1) + 1 : end
    if (to <= from) return false
    into.set(bytes.subarray(from, to), inputAt)
    this.#heldFrom = from
    this.#heldTo = to
    return true
  }

  /** Offsets go on where those of the row before ended. */
  #beginTexts({ view }: LineKernel, row: number): void {
    for (const [i, target] of this.#targets.entries()) {
      if (target.kind !== kinds.string) continue
      const { values, text } = this.#places[i] as Place
      const at = target.offsets[row] as number
      view.setInt32(values, at, true)
      view.setInt32(columnsAt + i * recordBytes + column.text, text - at, true)
    }
  }

  #copy({ bytes: { buffer }, view }: LineKernel, target: Target, index: number, row: number, rows: number): void {
    const { values, nullRows, text } = this.#places[index] as Place
    switch (target.kind) {
      case kinds.int32:
      case kinds.date:
        target.ints.set(new Int32Array(buffer, values, rows), row)
        break
      case kinds.int64:
      case kinds.timestamp:
      case kinds.datetime:
        target.words.set(new Int32Array(buffer, values, 2 * rows), 2 * row)
        break
      case kinds.float64:
        target.floats.set(new Float64Array(buffer, values, rows), row)
        break
      case kinds.boolean:
        target.flags.set(new Uint8Array(buffer, values, rows), row)
        break
      case kinds.string: {
        const offsets = new Int32Array(buffer, values, rows + 1)
        const at = offsets[0] as number
        const length = (offsets[rows] as number) - at
        target.room(at, length)
        target.bytes.set(new Uint8Array(buffer, text, length), at)
        target.offsets.set(offsets, row)
        break
      }
      case kinds.other:
        throw new Error(`kind of column that WebAssembly does not take: ${target.field.name}`)
    }
    const nulls = view.getInt32(columnsAt + index * recordBytes + column.nulls, true)
    for (let i = 0; i < nulls; i++) {
      const one = view.getInt32(nullRows + 4 * i, true)
      // That of the line at which it stopped is among them.
      if (one < rows) target.setNull(row + one)
    }
  }

  /** Another decoder was here: all tables are written anew. */
  #own(kernel: LineKernel): void {
    kernel.owner = this
    kernel.room(this.#room)
    this.#changes = -1
    this.begin()
    for (const [i, { kind, field }] of this.#targets.entries()) {
      const at = columnsAt + i * recordBytes
      const { values, nullRows } = this.#places[i] as Place
      kernel.view.setInt32(at + column.kind, kind, true)
      kernel.view.setInt32(at + column.nullable, field.nullable ? 1 : 0, true)
      kernel.view.setInt32(at + column.nullRows, nullRows, true)
      kernel.view.setInt32(at + column.values, values, true)
      kernel.bytes.fill(0, at + column.day, at + recordBytes)
      kernel.bytes.set(firstDay, at + column.day)
    }
  }

  /** The keys that the shape knows now, or none where they are too many. */
  #writeEdges({ bytes, view }: LineKernel): void {
    this.#changes = this.#shape.changes
    this.#first = 0
    const firsts = new Map<Node, number>([[this.#shape.first, 0]])
    const found: { readonly one: Edge; readonly other: boolean }[] = []
    for (const node of firsts.keys()) {
      if (node.likely === undefined) continue
      const ones = [node.likely, ...node.others]
      firsts.set(node, tablesAt + found.length * recordBytes)
      for (const [i, one] of ones.entries()) {
        found.push({ one, other: i < ones.length - 1 })
        if (!firsts.has(one.next)) firsts.set(one.next, 0)
      }
      if (found.length > mostEdges) return
    }
    let rest = edgeBytesAt
    for (const [i, { one, other }] of found.entries()) {
      const at = tablesAt + i * recordBytes
      const { glue, target } = one
      if (rest + glue.length > columnsAt) return
      bytes.fill(0, at, at + recordBytes)
      bytes.set(glue.subarray(0, 16), at + edge.word)
      bytes.fill(255, at + edge.mask, at + edge.mask + Math.min(16, glue.length))
      bytes.set(glue, rest)
      view.setInt32(at + edge.length, glue.length, true)
      view.setInt32(at + edge.rest, rest, true)
      view.setInt32(at + edge.column, target === undefined ? 0 : columnsAt + this.#targets.indexOf(target) * recordBytes, true)
      view.setInt32(at + edge.next, firsts.get(one.next) as number, true)
      view.setInt32(at + edge.other, other ? at + recordBytes : 0, true)
      rest += glue.length
    }
    this.#first = firsts.get(this.#shape.first) as number
  }
}
