/**
 * Plain values as bytes and back: how states are kept. What is read must be asked for in the order it was written.
 *
 * `value` takes null, undefined, booleans, numbers (NaN, -0 and the infinities too), bigints, texts, bytes, arrays, plain objects, maps of rows, dates, and the instants,
 * days, times, wall clocks, intervals and decimals of rows. Each is a tag byte and its content, little-endian.
 */
import { TidemillError } from '../errors/index.ts'
import {
  calendarDate,
  decimal,
  interval,
  isCalendarDate,
  isDecimal,
  isInterval,
  isLocalDateTime,
  isTimeOfDay,
  localOfMicros,
  mapOf,
  microsOfLocal,
  microsOfTime,
  packInterval,
  timeOfMicros,
  timestampOf,
  unpackInterval,
  setOwn,
} from '../schema/index.ts'

const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  float: 4,
  int: 5,
  bigint: 6,
  text: 7,
  bytes: 8,
  array: 9,
  object: 10,
  date: 11,
  timestamp: 12,
  day: 13,
  decimal: 14,
  /** Text with halves of a pair, which UTF-8 cannot hold. */
  units: 15,
  clock: 16,
  local: 17,
  interval: 18,
  map: 19,
} as const

const deepest = 100

/** Puts values one behind the other into bytes. */
export class StateWriter {
  #bytes: Buffer = Buffer.alloc(256)
  #used = 0

  byte(value: number): void {
    this.#room(1)
    this.#used = this.#bytes.writeUInt8(value, this.#used)
  }

  /** 0 to 2^32 - 1. */
  size(value: number): void {
    this.#room(4)
    this.#used = this.#bytes.writeUInt32LE(value, this.#used)
  }

  float(value: number): void {
    this.#room(8)
    this.#used = this.#bytes.writeDoubleLE(value, this.#used)
  }

  /** Of any size. */
  bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    const bytes = Buffer.from(digits.padStart(digits.length + (digits.length & 1), '0'), 'hex')
    this.byte(value < 0n ? 1 : 0)
    this.bytes(bytes)
  }

  bytes(value: Uint8Array): void {
    this.size(value.length)
    this.#room(value.length)
    this.#bytes.set(value, this.#used)
    this.#used += value.length
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.size(length)
    this.#room(length)
    this.#used += this.#bytes.write(value, this.#used, length)
  }

  /** @throws stream.state-value naming where in the value something is that cannot be kept; `path` is what the value is called */
  value(value: unknown, path = 'value', depth = 0): void {
    switch (typeof value) {
      case 'undefined':
        return this.byte(tags.undefined)
      case 'boolean':
        return this.byte(value ? tags.true : tags.false)
      case 'number':
        return this.#number(value)
      case 'bigint':
        this.byte(tags.bigint)
        return this.bigint(value)
      case 'string':
        return this.#string(value)
      case 'object':
        if (value === null) return this.byte(tags.null)
        if (depth > deepest) throw notPlain(path, `nested deeper than ${deepest} times`)
        return this.#object(value, path, depth)
      case 'function':
        throw notPlain(path, 'a function')
      case 'symbol':
        throw notPlain(path, 'a symbol')
    }
  }

  /** What was written so far, as bytes of their own; the writer begins anew. */
  finish(): Uint8Array {
    const made = new Uint8Array(this.#used)
    made.set(this.#bytes.subarray(0, this.#used))
    this.#used = 0
    return made
  }

  #number(value: number): void {
    if (value === (value | 0) && !Object.is(value, -0)) {
      this.byte(tags.int)
      this.#room(4)
      this.#used = this.#bytes.writeInt32LE(value, this.#used)
    } else {
      this.byte(tags.float)
      this.float(value)
    }
  }

  #string(value: string): void {
    if (value.isWellFormed()) {
      this.byte(tags.text)
      return this.text(value)
    }
    this.byte(tags.units)
    this.bytes(Buffer.from(value, 'utf16le'))
  }

  #object(value: object, path: string, depth: number): void {
    if (Array.isArray(value)) {
      this.byte(tags.array)
      this.size(value.length)
      for (let i = 0; i < value.length; i++) this.value(value[i], `${path}[${i}]`, depth + 1)
    } else if (isPlain(value)) {
      this.byte(tags.object)
      const names = Object.keys(value)
      this.size(names.length)
      for (const name of names) {
        this.text(name)
        this.value((value as Record<string, unknown>)[name], `${path}.${name}`, depth + 1)
      }
    } else if (value instanceof Date) {
      const exact = 'epochMicros' in value
      this.byte(exact ? tags.timestamp : tags.date)
      if (exact) this.bigint(value.epochMicros as bigint)
      else this.float(value.getTime())
    } else if (value instanceof Uint8Array) {
      this.byte(tags.bytes)
      this.bytes(value)
    } else if (isCalendarDate(value)) {
      this.byte(tags.day)
      for (const part of [value.year, value.month, value.day]) this.float(part)
    } else if (isDecimal(value)) {
      this.byte(tags.decimal)
      this.size(value.scale)
      this.bigint(value.unscaled)
    } else if (isLocalDateTime(value)) {
      this.byte(tags.local)
      this.bigint(microsOfLocal(value))
    } else if (isTimeOfDay(value)) {
      this.byte(tags.clock)
      this.bigint(microsOfTime(value))
    } else if (isInterval(value)) {
      this.byte(tags.interval)
      this.bigint(packInterval(value))
    } else if (value instanceof Map && 'toJSON' in value) {
      this.byte(tags.map)
      this.size(value.size)
      for (const [key, item] of value) {
        this.value(key, `${path}.key`, depth + 1)
        this.value(item, `${path}.value`, depth + 1)
      }
    } else throw notPlain(path, `an instance of ${value.constructor?.name ?? 'a class'}`)
  }

  #room(more: number): void {
    if (this.#used + more <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#used + more))
    larger.set(this.#bytes.subarray(0, this.#used))
    this.#bytes = larger
  }
}

/** Takes values out of bytes in the order they were put in. */
export class StateReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#step(1))
  }

  size(): number {
    return this.#bytes.readUInt32LE(this.#step(4))
  }

  float(): number {
    return this.#bytes.readDoubleLE(this.#step(8))
  }

  bigint(): bigint {
    const negative = this.byte() === 1
    const digits = BigInt(`0x${Buffer.from(this.bytes()).toString('hex')}`)
    return negative ? -digits : digits
  }

  /** A copy. */
  bytes(): Uint8Array {
    const length = this.size()
    const from = this.#step(length)
    return new Uint8Array(this.#bytes.subarray(from, from + length))
  }

  text(): string {
    const length = this.size()
    const from = this.#step(length)
    return this.#bytes.toString('utf8', from, from + length)
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
      case tags.float:
        return this.float()
      case tags.int:
        return this.#bytes.readInt32LE(this.#step(4))
      case tags.bigint:
        return this.bigint()
      case tags.text:
        return this.text()
      case tags.units:
        return Buffer.from(this.bytes()).toString('utf16le')
      case tags.bytes:
        return this.bytes()
      case tags.array:
        return this.#array()
      case tags.object:
        return this.#object()
      case tags.date:
        return new Date(this.float())
      case tags.timestamp:
        return timestampOf(this.bigint())
      case tags.day:
        return calendarDate(this.float(), this.float(), this.float())
      case tags.decimal: {
        const scale = this.size()
        return decimal(this.bigint(), scale)
      }
      case tags.local:
        return localOfMicros(this.bigint())
      case tags.clock:
        return timeOfMicros(this.bigint())
      case tags.interval:
        return interval(unpackInterval(this.bigint()))
      case tags.map:
        return mapOf(Array.from({ length: this.size() }, () => [this.value(), this.value()] as const))
      default:
        throw damaged(`tag ${tag}`)
    }
  }

  #array(): unknown[] {
    const items: unknown[] = []
    for (let left = this.size(); left > 0; left--) items.push(this.value())
    return items
  }

  #object(): object {
    const made: Record<string, unknown> = {}
    for (let left = this.size(); left > 0; left--) {
      const name = this.text()
      const value = this.value()
      setOwn(made, name, value)
    }
    return made
  }

  #step(bytes: number): number {
    const from = this.#at
    if (from + bytes > this.#bytes.length) throw damaged(`${this.#bytes.length} bytes, wanted ${from + bytes}`)
    this.#at = from + bytes
    return from
  }
}

/** Also true for the plain objects of another realm, as test runners make them. */
function isPlain(value: object): boolean {
  const made: unknown = Object.getPrototypeOf(value)
  return (
    made === null || made === Object.prototype || (Object.getPrototypeOf(made) === null && Object.hasOwn(made as object, 'hasOwnProperty'))
  )
}

function notPlain(path: string, what: string): TidemillError {
  return new TidemillError('stream.state-value', `state that cannot be kept: ${path} is ${what}`, {
    hint: 'keep plain data: numbers, texts, booleans, null, bigints, dates, arrays and plain objects',
    details: { path },
  })
}

function damaged(what: string): TidemillError {
  return new TidemillError('stream.state-damaged', `state record that cannot be read: ${what}`)
}
