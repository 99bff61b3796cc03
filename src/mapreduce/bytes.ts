/** Values of any kind as bytes and back: small where they are numbers and texts, a structured clone where they are not. */
import { deserialize, serialize } from 'node:v8'
import { TidemillError } from '../errors/index.ts'
import { setOwn } from '../schema/index.ts'
import { fromWire, messageOf, toWire } from '../workers/index.ts'

const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  integer: 4,
  double: 5,
  text: 6,
  clone: 7,
  list: 8,
  object: 9,
  units: 10,
  wired: 11,
} as const

/** Bytes that grow. */
export class ByteWriter {
  bytes: Buffer
  length = 0

  constructor(size = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(1)
    this.bytes[this.length++] = value
  }

  /** A whole number from 0, 7 bits a byte. */
  count(value: number): void {
    this.#grow(8)
    let left = value
    while (left > 127) {
      this.bytes[this.length++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    this.bytes[this.length++] = left
  }

  double(value: number): void {
    this.#grow(8)
    this.length = this.bytes.writeDoubleLE(value, this.length)
  }

  /** A text; one that is no well-formed Unicode keeps its units. */
  text(value: string): void {
    if (!value.isWellFormed()) {
      const units = Buffer.from(value, 'utf16le')
      this.byte(tags.units)
      this.raw(units)
      return
    }
    this.byte(tags.text)
    // At most three bytes a unit.
    if (value.length < 43) {
      this.#grow(130)
      const written = this.bytes.write(value, this.length + 1)
      this.bytes[this.length] = written
      this.length += written + 1
    } else {
      const size = Buffer.byteLength(value)
      this.count(size)
      this.#grow(size)
      this.length += this.bytes.write(value, this.length)
    }
  }

  raw(bytes: Uint8Array): void {
    this.count(bytes.length)
    this.#grow(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Bytes as they are. */
  append(bytes: Uint8Array, from: number, to: number): void {
    this.#grow(to - from)
    this.bytes.set(bytes.subarray(from, to), this.length)
    this.length += to - from
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'number':
        if (Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0)) {
          this.byte(tags.integer)
          this.count(value)
        } else {
          this.byte(tags.double)
          this.double(value)
        }
        return
      case 'string':
        this.text(value)
        return
      case 'boolean':
        this.byte(value ? tags.true : tags.false)
        return
      case 'undefined':
        this.byte(tags.undefined)
        return
      default:
        this.#object(value)
    }
  }

  #object(value: unknown): void {
    if (value === null) {
      this.byte(tags.null)
      return
    }
    if (Array.isArray(value) && Object.keys(value).length === value.length) {
      this.byte(tags.list)
      this.count(value.length)
      for (const item of value) this.value(item)
      return
    }
    if (typeof value === 'object' && isPlain(value)) {
      const names = Object.keys(value)
      this.byte(tags.object)
      this.count(names.length)
      for (const name of names) {
        this.text(name)
        this.value((value as Readonly<Record<string, unknown>>)[name])
      }
      return
    }
    const wire = toWire(value)
    if (wire === value) {
      this.byte(tags.clone)
      this.raw(cloned(value))
    } else {
      // Instants, days, decimals.
      this.byte(tags.wired)
      this.value(wire)
    }
  }

  #grow(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}

/** Reads what `ByteWriter` wrote. */
export class ByteReader {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.bytes[this.at++] as number
  }

  count(): number {
    let value = this.byte()
    if (value < 128) return value
    value -= 128
    for (let scale = 128; ; scale *= 128) {
      const next = this.byte()
      if (next < 128) return value + next * scale
      value += (next - 128) * scale
    }
  }

  raw(): Buffer {
    const size = this.count()
    this.at += size
    return this.bytes.subarray(this.at - size, this.at)
  }

  value(): unknown {
    const tag = this.byte()
    switch (tag) {
      case tags.undefined:
        return undefined
      case tags.null:
        return null
      case tags.false:
        return false
      case tags.true:
        return true
      case tags.integer:
        return this.count()
      case tags.double:
        this.at += 8
        return this.bytes.readDoubleLE(this.at - 8)
      case tags.text: {
        const size = this.count()
        this.at += size
        return this.bytes.toString('utf8', this.at - size, this.at)
      }
      case tags.units:
        return this.raw().toString('utf16le')
      case tags.list:
        return Array.from({ length: this.count() }, () => this.value())
      case tags.object: {
        const made: Record<string, unknown> = {}
        for (let left = this.count(); left > 0; left--) {
          const name = this.value() as string
          setOwn(made, name, this.value())
        }
        return made
      }
      case tags.clone:
        return deserialize(this.raw())
      case tags.wired:
        return fromWire(this.value())
      default:
        throw new RangeError(`no tag of a value: ${tag}`)
    }
  }
}

function isPlain(value: object): boolean {
  const made: unknown = Object.getPrototypeOf(value)
  return (made === Object.prototype || made === null) && Object.getOwnPropertySymbols(value).length === 0
}

function cloned(value: unknown): Buffer {
  try {
    return serialize(value)
  } catch (error) {
    throw new TidemillError('workers.not-cloneable', `value of a pair cannot be kept: ${messageOf(error)}`, {
      hint: 'yield plain values: numbers, texts, dates, arrays, plain objects, Map, Set, typed arrays',
      cause: error,
    })
  }
}
