/** Text in the making, as UTF-8 bytes: what comes out of columns as bytes goes in as bytes. */
export class ByteText {
  bytes: Uint8Array
  /** Bytes in use. */
  at = 0

  constructor(capacity: number = 1 << 14) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Makes room for so many bytes more. */
  room(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + more))
    larger.set(this.bytes.subarray(0, this.at))
    this.bytes = larger
  }

  /** The text so far; this one begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at)
    this.at = 0
    return taken
  }

  byte(byte: number): void {
    this.room(1)
    this.bytes[this.at++] = byte
  }

  raw(from: Uint8Array): void {
    const { length } = from
    this.room(length)
    const { bytes, at } = this
    if (length > 64) bytes.set(from, at)
    else for (let i = 0; i < length; i++) bytes[at + i] = from[i] as number
    this.at = at + length
  }

  /** What is in another one. */
  part({ bytes: from, at: length }: ByteText): void {
    this.room(length)
    const { bytes, at } = this
    for (let i = 0; i < length; i++) bytes[at + i] = from[i] as number
    this.at = at + length
  }

  /** Text of ASCII characters only. */
  ascii(text: string): void {
    const { length } = text
    this.room(length)
    const { bytes, at } = this
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i)
    this.at = at + length
  }

  text(text: string): void {
    this.raw(new TextEncoder().encode(text))
  }

  /** A whole number of at most 2^53, either side of 0. */
  integer(value: number): void {
    this.room(20)
    let rest = value
    if (rest < 0) {
      this.bytes[this.at++] = minus
      rest = -rest
    }
    if (rest < 1e9) {
      this.#digits(rest, digitsOf(rest))
      return
    }
    // Integers of 32 bits are divided faster.
    const high = Math.floor(rest / 1e9)
    this.#digits(high, digitsOf(high))
    this.#digits(rest - high * 1e9, 9)
  }

  /** The last `width` digits of a whole number below 2^31, with leading zeros. */
  padded(value: number, width: number): void {
    this.room(width)
    this.#digits(value, width)
  }

  #digits(value: number, width: number): void {
    const { bytes, at } = this
    let rest = value | 0
    for (let i = at + width - 1; i >= at; i--) {
      const next = (rest / 10) | 0
      bytes[i] = zero + rest - 10 * next
      rest = next
    }
    this.at = at + width
  }
}

const minus = 0x2d
const zero = 0x30

function digitsOf(value: number): number {
  if (value < 100) return value < 10 ? 1 : 2
  let count = 3
  for (let limit = 1000; value >= limit; limit *= 10) count++
  return count
}
