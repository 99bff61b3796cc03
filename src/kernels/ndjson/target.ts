/** A column while its rows are read. One class for all types, so that the loop over the values of a line meets one shape of object. */
import { allocate, type Column, columnFromRaw } from '../../batch/index.ts'
import type { DataType, Field } from '../../schema/index.ts'

/** How the values of a column are read: small numbers, for a `switch` in the loop. */
export const kinds = { int32: 0, int64: 1, float64: 2, boolean: 3, string: 4, timestamp: 5, datetime: 6, date: 7, other: 8 } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

const noBytes = new Uint8Array(0)
const noView = new DataView(noBytes.buffer)

/**
 * Values by row; a row may be written again until the next is begun, which is how a broken line leaves no trace. Of an int64 `words` are the same bytes as
 * `bigs`, low word first: writing two numbers spares a bigint for each value.
 */
export class Target {
  readonly field: Field
  readonly kind: Kind
  /** Number of the line that wrote it last. */
  seen = 0
  ints: Int32Array = new Int32Array(0)
  words: Int32Array = new Int32Array(0)
  bigs: BigInt64Array = new BigInt64Array(0)
  floats: Float64Array = new Float64Array(0)
  flags: Uint8Array = noBytes
  bytes: Uint8Array = noBytes
  view: DataView = noView
  offsets: Int32Array = new Int32Array(0)
  values: unknown[] = []
  validity: Uint8Array | undefined = undefined
  #capacity = 0
  /** Bytes of text a row, as seen so far. */
  #rowBytes = 16

  constructor(field: Field) {
    this.field = field
    this.kind = kindOf(field.type)
  }

  begin(capacity: number): void {
    this.#capacity = capacity
    this.validity = undefined
    switch (this.kind) {
      case kinds.int32:
      case kinds.date:
        this.ints = new Int32Array(capacity)
        return
      case kinds.int64:
      case kinds.timestamp:
      case kinds.datetime:
        this.bigs = new BigInt64Array(capacity)
        this.words = new Int32Array(this.bigs.buffer)
        return
      case kinds.float64:
        this.floats = new Float64Array(capacity)
        return
      case kinds.boolean:
        this.flags = new Uint8Array(capacity)
        return
      case kinds.string:
        this.offsets = new Int32Array(capacity + 1)
        this.#take(new Uint8Array(Math.ceil(capacity * this.#rowBytes * 1.1) + 256))
        return
      case kinds.other:
        this.values = []
    }
  }

  /** Makes room for so many bytes from `at` on, and for a word written over their end. */
  room(at: number, bytes: number): void {
    if (at + bytes + 4 <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, at + bytes + 256))
    larger.set(this.bytes.subarray(0, at))
    this.#take(larger)
  }

  setNull(row: number): void {
    this.validity ??= new Uint8Array((this.#capacity + 7) >> 3).fill(255)
    this.validity[row >> 3] = (this.validity[row >> 3] as number) & ~(1 << (row & 7))
    switch (this.kind) {
      case kinds.int32:
      case kinds.date:
        this.ints[row] = 0
        return
      case kinds.int64:
      case kinds.timestamp:
      case kinds.datetime:
        this.bigs[row] = 0n
        return
      case kinds.float64:
        this.floats[row] = 0
        return
      case kinds.boolean:
        this.flags[row] = 0
        return
      case kinds.string:
        this.offsets[row + 1] = this.offsets[row] as number
        return
      case kinds.other:
        this.values[row] = null
    }
  }

  /** Takes a NULL of this row back: its line was broken. */
  undo(row: number): void {
    if (this.validity !== undefined) this.validity[row >> 3] = (this.validity[row >> 3] as number) | (1 << (row & 7))
  }

  /** A physical value, as `rawAt` gives it. */
  set(row: number, value: unknown): void {
    switch (this.kind) {
      case kinds.int32:
      case kinds.date:
        this.ints[row] = value as number
        return
      case kinds.int64:
      case kinds.timestamp:
      case kinds.datetime:
        this.bigs[row] = value as bigint
        return
      case kinds.float64:
        this.floats[row] = value as number
        return
      case kinds.boolean:
        this.flags[row] = value === true ? 1 : 0
        return
      case kinds.string: {
        const at = this.offsets[row] as number
        const text = value as string
        this.room(at, text.length * 3)
        this.offsets[row + 1] = at + encoder.encodeInto(text, this.bytes.subarray(at)).written
        return
      }
      case kinds.other:
        this.values[row] = value
    }
  }

  /** The column of the first `rows` rows. */
  finish(rows: number): Column {
    const { type } = this.field
    const common = { type, length: rows, ...(this.validity === undefined ? {} : { validity: trimmed(this.validity, (rows + 7) >> 3) }) }
    switch (this.kind) {
      case kinds.int32:
      case kinds.date:
        return { ...common, data: trimmed(this.ints, rows) }
      case kinds.int64:
      case kinds.timestamp:
      case kinds.datetime:
        return { ...common, data: trimmed(this.bigs, rows) }
      case kinds.float64:
        return { ...common, data: trimmed(this.floats, rows) }
      case kinds.boolean:
        return { ...common, data: trimmed(this.flags, rows) }
      case kinds.string: {
        const used = this.offsets[rows] as number
        if (rows > 0) this.#rowBytes = Math.max(4, used / rows)
        return { ...common, data: trimmed(this.bytes, used), offsets: trimmed(this.offsets, rows + 1) }
      }
      case kinds.other:
        return rows === 0 ? columnFromRaw(type, []) : columnFromRaw(type, this.values.slice(0, rows))
    }
  }

  #take(bytes: Uint8Array): void {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }
}

const encoder = new TextEncoder()

/** The array itself unless much of it is unused: a batch may wait in a queue, or be copied to another thread. */
function trimmed<T extends Uint8Array | Int32Array | BigInt64Array | Float64Array>(data: T, length: number): T {
  return length * 4 >= data.length * 3 ? data : (data.slice(0, length) as T)
}

function kindOf(type: DataType): Kind {
  if (typeof type === 'object') return kinds.other
  switch (type) {
    case 'int32':
      return kinds.int32
    case 'int64':
    case 'bigint':
      return kinds.int64
    case 'float64':
      return kinds.float64
    case 'boolean':
      return kinds.boolean
    case 'string':
      return kinds.string
    case 'timestamp':
      return kinds.timestamp
    case 'datetime':
      return kinds.datetime
    case 'date':
      return kinds.date
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
    case 'float32':
    case 'json':
    case 'uuid':
    case 'time':
    case 'interval':
    case 'bytes':
    case 'null':
      return kinds.other
    case 'unknown':
      // Says that nobody knows the type.
      allocate(type, 0)
      return kinds.other
  }
}
