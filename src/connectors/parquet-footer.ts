/** The footer of a Parquet file: where the pages of each column lie, and the same footer for some of its row groups. Thrift's compact protocol, as far as needed. */
import { TidemillError } from '../errors/index.ts'

/** The pages of one column in one row group; a column of a list or struct has one for each leaf. */
export interface ColumnChunk {
  readonly path: readonly string[]
  readonly from: number
  readonly to: number
  /** Its bloom filter; `to` is undefined where the writer did not tell. */
  readonly bloom: { readonly from: number; readonly to: number | undefined } | undefined
}
export interface RowGroup {
  readonly rows: number
  readonly chunks: readonly ColumnChunk[]
}
export interface ParquetFooter {
  readonly groups: readonly RowGroup[]
  /** The bytes of a footer that names these row groups only; the places of their pages are the same. */
  of(groups: readonly number[]): Uint8Array
}

const type = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const
const deepest = 32

/**
 * Reads the footer, without the length and the mark behind it.
 *
 * @throws connectors.format
 */
export function parquetFooter(bytes: Uint8Array, label: string): ParquetFooter {
  const reader = new Reader(bytes, label)
  const groups: RowGroup[] = []
  const parts: { readonly from: number; readonly to: number }[] = []
  let rows: Span | undefined
  let list: Span | undefined
  reader.struct((field, kind) => {
    const from = reader.at
    if (field === 3 && kind === type.i64) {
      reader.integer()
      rows = { from, to: reader.at }
      return true
    }
    if (field !== 4 || kind !== type.list) return false
    const { count, of } = reader.listHeader()
    if (of !== type.struct && count > 0) throw reader.wrong('row groups of a wrong kind')
    for (let index = 0; index < count; index++) {
      const begin = reader.at
      groups.push(rowGroup(reader))
      parts.push({ from: begin, to: reader.at })
    }
    list = { from, to: reader.at }
    return true
  })
  if (rows === undefined || list === undefined) throw reader.wrong('no row groups')
  const cuts = [
    { ...rows, put: (some: readonly number[]) => varint(zigzag(some.reduce((sum, index) => sum + (groups[index]?.rows ?? 0), 0))) },
    {
      ...list,
      put: (some: readonly number[]) =>
        Buffer.concat([listHeader(some.length), ...some.map(index => bytes.subarray(parts[index]?.from, parts[index]?.to))]),
    },
  ].toSorted((a, b) => a.from - b.from)
  return {
    groups,
    of(some) {
      const pieces: Uint8Array[] = []
      let at = 0
      for (const { from, to, put } of cuts) {
        pieces.push(bytes.subarray(at, from), put(some))
        at = to
      }
      return Buffer.concat([...pieces, bytes.subarray(at, reader.at)])
    },
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

function rowGroup(reader: Reader): RowGroup {
  const chunks: ColumnChunk[] = []
  let rows: number | undefined
  reader.struct((field, kind) => {
    if (field === 1 && kind === type.list) {
      const { count } = reader.listHeader()
      for (let index = 0; index < count; index++) chunks.push(columnChunk(reader))
      return true
    }
    if (field !== 3 || kind !== type.i64) return false
    rows = reader.integer()
    return true
  })
  if (rows === undefined || rows < 0) throw reader.wrong('a row group without a number of rows')
  return { rows, chunks }
}

function columnChunk(reader: Reader): ColumnChunk {
  const path: string[] = []
  const said: Partial<Record<number, number>> = {}
  reader.struct((field, kind) => {
    // The meta data of the column; without them the column is encrypted, or lies in another file.
    if (field !== 3 || kind !== type.struct) return false
    reader.struct((inner, innerKind) => {
      if (inner === 3 && innerKind === type.list) {
        const { count } = reader.listHeader()
        for (let index = 0; index < count; index++) path.push(reader.text())
        return true
      }
      // Size of the pages, place of the data, of the dictionary, of the bloom filter, and its size.
      if (![7, 9, 11, 14, 15].includes(inner) || (innerKind !== type.i64 && innerKind !== type.i32)) return false
      said[inner] = reader.integer()
      return true
    })
    return true
  })
  const { 7: size, 9: data, 11: dictionary, 14: bloom, 15: bloomSize } = said
  if (path.length === 0 || size === undefined || data === undefined || size < 0 || data < 0) throw reader.wrong('a column without a place')
  // Some writers say 0 where there is no dictionary.
  const from = dictionary !== undefined && dictionary > 0 ? Math.min(dictionary, data) : data
  return {
    path,
    from,
    to: from + size,
    bloom: bloom === undefined || bloom <= 0 ? undefined : { from: bloom, to: bloomSize === undefined ? undefined : bloom + bloomSize },
  }
}

/** Reads values one after the other; never past the end. */
class Reader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #label: string

  constructor(bytes: Uint8Array, label: string) {
    this.#bytes = bytes
    this.#label = label
  }

  wrong(why: string): TidemillError {
    return new TidemillError('connectors.format', `damaged footer of a Parquet file: ${this.#label} (${why})`, {
      details: { file: this.#label },
    })
  }

  /** Calls `take` at the value of each field; what it does not take is passed over. */
  struct(take: (field: number, kind: number) => boolean, depth = 0): void {
    let field = 0
    for (;;) {
      const head = this.#byte()
      if (head === 0) return
      const delta = head >> 4
      field = delta === 0 ? this.integer() : field + delta
      const kind = head & 15
      if (!take(field, kind)) this.#skip(kind, depth)
    }
  }

  listHeader(): { readonly count: number; readonly of: number } {
    const head = this.#byte()
    const count = head >> 4 === 15 ? this.#unsigned() : head >> 4
    // Every value takes a byte at least.
    if (count > this.#bytes.length - this.at) throw this.wrong('a list that is longer than the footer')
    return { count, of: head & 15 }
  }

  /** A whole number of any width, zigzag. */
  integer(): number {
    const value = this.#varint()
    const signed = (value >> 1n) ^ -(value & 1n)
    if (signed > BigInt(Number.MAX_SAFE_INTEGER) || signed < BigInt(Number.MIN_SAFE_INTEGER)) throw this.wrong('a number too large')
    return Number(signed)
  }

  text(): string {
    const { from, to } = this.#span()
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, to - from).toString('utf8')
  }

  #skip(kind: number, depth: number): void {
    if (depth > deepest) throw this.wrong('too deep')
    switch (kind) {
      case type.true:
      case type.false:
        return
      case type.byte:
        this.at += 1
        break
      case type.i16:
      case type.i32:
      case type.i64:
        this.#varint()
        break
      case type.double:
        this.at += 8
        break
      case type.binary:
        this.#span()
        break
      case type.list:
      case type.set: {
        const { count, of } = this.listHeader()
        for (let index = 0; index < count; index++) this.#skipElement(of, depth + 1)
        break
      }
      case type.map: {
        const count = this.#unsigned()
        if (count > this.#bytes.length - this.at) throw this.wrong('a map that is longer than the footer')
        const kinds = count === 0 ? 0 : this.#byte()
        for (let index = 0; index < count; index++) {
          this.#skipElement(kinds >> 4, depth + 1)
          this.#skipElement(kinds & 15, depth + 1)
        }
        break
      }
      case type.struct:
        this.struct(() => false, depth + 1)
        break
      default:
        throw this.wrong(`a value of kind ${kind}`)
    }
    if (this.at > this.#bytes.length) throw this.wrong('it ends too early')
  }

  /** Truth values of a list take a byte each. */
  #skipElement(kind: number, depth: number): void {
    if (kind === type.true || kind === type.false) this.#byte()
    else this.#skip(kind, depth)
  }

  #span(): Span {
    const length = this.#unsigned()
    const from = this.at
    if (length > this.#bytes.length - from) throw this.wrong('a text that is longer than the footer')
    this.at += length
    return { from, to: this.at }
  }

  #unsigned(): number {
    const value = this.#varint()
    if (value > BigInt(0x7fffffff)) throw this.wrong('a length too large')
    return Number(value)
  }

  #varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw this.wrong('a number too long')
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw this.wrong('it ends too early')
    return byte
  }
}

function zigzag(value: number): bigint {
  return BigInt(value) * 2n
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Uint8Array.from([...bytes, Number(rest)])
}

function listHeader(count: number): Uint8Array {
  return count < 15 ? Uint8Array.of((count << 4) | type.struct) : Buffer.concat([Uint8Array.of(0xf0 | type.struct), varint(BigInt(count))])
}
