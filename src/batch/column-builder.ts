import { TidemillError } from '../errors/index.ts'
import { type DataType, itemType, printType, type Schema, storageOf } from '../schema/index.ts'
import { allocate, unknownColumn } from './allocate.ts'
import type { Column, ColumnData } from './batch.ts'
import { physicalOf } from './physical-of.ts'
import { allValid, setValid } from './validity.ts'

/** Builds one column value by value; it grows as needed. */
export interface ColumnBuilder {
  readonly type: DataType
  readonly length: number
  /** Adds a user's value (see `physicalOf`). @throws schema.misfit */
  push(value: unknown): void
  /** Adds a physical value (what `rawAt` gives), unchecked; null or undefined is NULL. */
  pushRaw(value: unknown): void
  /** The column so far; the builder begins anew. */
  finish(): Column
}

/**
 * A builder for a column of this type, with room for `capacity` values at first.
 *
 * @example
 * const builder = columnBuilder('int64')
 * builder.push(1)
 * builder.push(null)
 * const column = builder.finish()
 */
export function columnBuilder(type: DataType, capacity = 64): ColumnBuilder {
  return new Builder(type, capacity)
}

type Write = (builder: Parts, i: number, value: unknown) => void

/** What a builder has in the making; the functions below fill it. */
interface Parts {
  data: ColumnData
  offsets: Int32Array | undefined
  children: readonly ColumnBuilder[]
  /** Bytes in use, of texts and bytes. */
  used: number
}

class Builder implements ColumnBuilder {
  readonly type: DataType
  readonly #layout: Layout
  readonly #parts: Parts
  #capacity: number
  #length = 0
  #validity: Uint8Array | undefined

  constructor(type: DataType, capacity: number) {
    this.type = type
    this.#layout = layoutOf(type)
    this.#capacity = Math.max(8, capacity)
    this.#parts = { data: new Uint8Array(0), offsets: undefined, children: [], used: 0 }
    this.#begin()
  }

  get length(): number {
    return this.#length
  }

  push(value: unknown): void {
    const physical = physicalOf(this.type, value)
    if (physical === undefined)
      throw new TidemillError('schema.misfit', `value does not fit: ${printValue(value)} is no ${printType(this.type)}`)
    this.pushRaw(physical)
  }

  pushRaw(value: unknown): void {
    const i = this.#length
    if (i === this.#capacity) this.#grow()
    this.#length = i + 1
    if (value === null || value === undefined) {
      if (this.type === 'null') return
      this.#validity ??= allValid(this.#capacity)
      setValid(this.#validity, i, false)
      this.#layout.skip?.(this.#parts, i, undefined)
      return
    }
    this.#layout.write(this.#parts, i, value)
  }

  finish(): Column {
    const length = this.#length
    const { data, offsets, children, used } = this.#parts
    const words = this.#layout.words
    const end = offsets === undefined ? length * words : used
    const column: Column = {
      type: this.type,
      length,
      // A copy where much is unused: columns live longer than builders.
      data: end === data.length ? data : data.slice(0, end),
      ...(this.#validity === undefined ? {} : { validity: this.#validity.slice(0, (length + 7) >> 3) }),
      ...(offsets === undefined ? {} : { offsets: offsets.length === length + 1 ? offsets : offsets.slice(0, length + 1) }),
      ...(children.length === 0 ? {} : { children: children.map(child => child.finish()) }),
    }
    this.#begin()
    return column
  }

  #begin(): void {
    this.#length = 0
    this.#validity = undefined
    const { parts } = { parts: this.#parts }
    parts.data = allocate(this.type, this.#layout.offsets ? this.#capacity * 8 : this.#capacity)
    parts.offsets = this.#layout.offsets ? new Int32Array(this.#capacity + 1) : undefined
    parts.children = this.#layout.children.map(type => columnBuilder(type, this.#capacity))
    parts.used = 0
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    const parts = this.#parts
    if (!this.#layout.offsets) {
      const data = allocate(this.type, capacity)
      data.set(parts.data as never)
      parts.data = data
    }
    if (parts.offsets !== undefined) {
      const offsets = new Int32Array(capacity + 1)
      offsets.set(parts.offsets)
      parts.offsets = offsets
    }
    if (this.#validity !== undefined) {
      const validity = allValid(capacity)
      validity.set(this.#validity)
      this.#validity = validity
    }
    this.#capacity = capacity
  }
}

interface Layout {
  readonly write: Write
  /** What a NULL writes besides its bit. */
  readonly skip?: Write
  readonly offsets: boolean
  readonly words: number
  readonly children: readonly DataType[]
}

const plain: Omit<Layout, 'write'> = { offsets: false, words: 1, children: [] }
const closeText: Write = (parts, i) => {
  const offsets = parts.offsets as Int32Array
  offsets[i + 1] = parts.used
}
const closeList: Write = (parts, i) => {
  const offsets = parts.offsets as Int32Array
  offsets[i + 1] = offsets[i] as number
}

function layoutOf(type: DataType): Layout {
  switch (storageOf(type)) {
    case 'boolean':
      return { ...plain, write: (parts, i, value) => (parts.data[i] = value === true || value === 1 ? 1 : 0) }
    case 'int32':
    case 'float64':
      return { ...plain, write: (parts, i, value) => (parts.data[i] = value as number) }
    case 'int64':
      return { ...plain, write: (parts, i, value) => (parts.data[i] = value as bigint) }
    case 'int128':
      return { ...plain, write: writeWords, words: 2 }
    case 'text':
      return { write: writeText, skip: closeText, offsets: true, words: 1, children: [] }
    case 'bytes':
      return { write: writeBytes, skip: closeText, offsets: true, words: 1, children: [] }
    case 'list':
      return { write: writeList, skip: closeList, offsets: true, words: 0, children: [itemType(type) ?? 'null'] }
    case 'struct':
      return structLayout(typeof type === 'object' && 'struct' in type ? type.struct : [])
    case 'null':
      return { ...plain, write: () => undefined, words: 0 }
    case 'unknown':
      throw unknownColumn(type)
  }
}

function structLayout(fields: Schema): Layout {
  const names = fields.map(field => field.name)
  return {
    write: (parts, _, value) =>
      parts.children.forEach((child, index) => child.pushRaw((value as Record<string, unknown>)[names[index] as string])),
    skip: parts => parts.children.forEach(child => child.pushRaw(null)),
    offsets: false,
    words: 0,
    children: fields.map(field => field.type),
  }
}

const encoder = new TextEncoder()

function writeText(parts: Parts, i: number, value: unknown): void {
  const text = value as string
  const room = text.length * 3
  if (parts.used + room > parts.data.length) growBytes(parts, room)
  const data = parts.data as Uint8Array
  let end = parts.used
  // Short texts are mostly ASCII: a loop beats a call into the encoder.
  if (text.length <= 24) {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit > 0x7f) {
        end = -1
        break
      }
      data[end++] = unit
    }
  } else end = -1
  parts.used = end >= 0 ? end : parts.used + encoder.encodeInto(text, data.subarray(parts.used)).written
  closeText(parts, i, undefined)
}

function writeBytes(parts: Parts, i: number, value: unknown): void {
  const bytes = value as Uint8Array
  if (parts.used + bytes.length > parts.data.length) growBytes(parts, bytes.length)
  ;(parts.data as Uint8Array).set(bytes, parts.used)
  parts.used += bytes.length
  closeText(parts, i, undefined)
}

function growBytes(parts: Parts, room: number): void {
  const size = Math.max(parts.data.length * 2, parts.used + room)
  if (parts.used + room > 2_147_483_647)
    throw new TidemillError('batch.shape', 'column too long: more than 2 GiB of text in one batch', { hint: 'use smaller batches' })
  const data = new Uint8Array(Math.min(size, 2_147_483_647))
  data.set((parts.data as Uint8Array).subarray(0, parts.used))
  parts.data = data
}

function writeList(parts: Parts, i: number, value: unknown): void {
  const items = value as readonly unknown[]
  const child = parts.children[0] as ColumnBuilder
  for (const item of items) child.pushRaw(item)
  const offsets = parts.offsets as Int32Array
  offsets[i + 1] = child.length
}

function writeWords(parts: Parts, i: number, value: unknown): void {
  const data = parts.data as BigInt64Array
  data[2 * i] = BigInt.asIntN(64, value as bigint)
  data[2 * i + 1] = (value as bigint) >> 64n
}

/** A value in a message, short. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (typeof value !== 'object' || value === null) return String(value)
  const text = jsonText(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function jsonText(value: object): string {
  try {
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))
  } catch {
    return 'an object'
  }
}
