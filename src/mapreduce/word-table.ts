/** Counts of keys in WebAssembly: `wasm/words`, and its memory. */
import { wordsModule } from './words.wasm.ts'

// As in wasm/words/words.ts.
const [maskAt, inputAt] = [1024, 2048]
const pageBytes = 65_536
const entryBytes = 32

interface Exports {
  reset(base: number): void
  spaces(from: number, end: number): void
  letters(from: number, end: number, lower: number): void
  ranges(list: number, count: number, base: number): void
  readonly table: { readonly value: number }
  readonly mask: { readonly value: number }
  readonly used: { readonly value: number }
  readonly top: { readonly value: number }
}
/** What is used of the global `WebAssembly`, for which the types of Node have no name. */
interface Api {
  readonly Memory: new (size: {
    readonly initial: number
    readonly maximum: number
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}
/** One key of the table. */
export interface Counted {
  readonly text: string
  readonly hash: number
  readonly count: number
  readonly from: number
  readonly to: number
}

/** A table of counts by key. */
export class WordTable {
  readonly #memory: InstanceType<Api['Memory']>
  readonly #exports: Exports
  #room = 0
  #base = 0

  constructor() {
    const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Api }).WebAssembly
    this.#memory = new Memory({ initial: 64, maximum: 65_536 })
    this.#exports = new Instance(new Module(Buffer.from(wordsModule, 'base64')), { env: { memory: this.#memory } }).exports as Exports
    this.bytes().fill(0xff, maskAt, maskAt + 16)
  }

  /** Bytes in use beside the input. */
  get size(): number {
    return this.#exports.top.value - this.#base
  }

  /** All of its memory; another view after every call. */
  bytes(): Buffer {
    return Buffer.from(this.#memory.buffer)
  }

  /** Makes room for input of so many bytes. Whoever makes it larger loses the counts. */
  room(bytes: number): boolean {
    if (bytes <= this.#room) return true
    if (this.#room > 0 && this.#exports.used.value > 0) return false
    this.#room = bytes
    this.clear()
    return true
  }

  clear(): void {
    this.#base = inputAt + this.#room + 64
    const missing = this.#base + 64 - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes))
    this.#exports.reset(this.#base)
  }

  spaces(input: Uint8Array): void {
    this.#load(input)
    this.#exports.spaces(inputAt, inputAt + input.length)
  }

  letters(input: Uint8Array, lower: boolean): void {
    this.#load(input)
    this.#exports.letters(inputAt, inputAt + input.length, lower ? 1 : 0)
  }

  /** Counts keys that lie in the input at `count` pairs of places (from, to). */
  ranges(input: Uint8Array, list: Uint32Array, count: number): void {
    this.#load(input)
    const at = (inputAt + input.length + 64 + 3) & ~3
    const bytes = this.bytes()
    bytes.set(new Uint8Array(list.buffer, list.byteOffset, count * 8), at)
    this.#exports.ranges(at, count, inputAt)
  }

  /** The keys, in no order. Places are those of `bytes()`. */
  entries(): Counted[] {
    const { table, mask } = this.#exports
    const bytes = this.bytes()
    const made: Counted[] = []
    for (let entry = table.value, left = mask.value + 1; left > 0; entry += entryBytes, left--) {
      const count = bytes.readUInt32LE(entry + 24)
      if (count === 0) continue
      const length = bytes.readUInt32LE(entry + 16)
      const from = length <= 16 ? entry : bytes.readUInt32LE(entry + 28)
      made.push({ text: bytes.toString('utf8', from, from + length), hash: bytes.readUInt32LE(entry + 20), count, from, to: from + length })
    }
    return made
  }

  /** Behind the input there are zeros, which are no part of a key. */
  #load(input: Uint8Array): void {
    const bytes = this.bytes()
    bytes.set(input, inputAt)
    bytes.fill(0, inputAt + input.length, inputAt + input.length + 32)
  }
}
