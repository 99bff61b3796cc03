/** The WebAssembly that takes lines, one of each thread: `wasm/ndjson`, and its memory. */
import { linesModule } from './lines.wasm.ts'
import { powers } from './long-decimal.ts'

// As in wasm/ndjson/tables.ts.
const powersAt = 1024
/** From here on the memory belongs to who uses it. */
export const tablesAt = 2048
const pageBytes = 65_536

interface Exports {
  run(from: number, end: number, most: number, columns: number, count: number, first: number): number
  readonly stopped: { readonly value: number }
}

/** What is used of the global `WebAssembly`, for which the types of Node have no name. */
interface Api {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly CompileError: new () => Error
}

export class LineKernel {
  /** Whose tables lie in the memory. */
  owner: object | undefined
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  readonly #memory: InstanceType<Api['Memory']>
  readonly #exports: Exports

  constructor({ Memory, Module, Instance }: Api) {
    this.#memory = new Memory({ initial: 1 })
    const module = new Module(Buffer.from(linesModule, 'base64'))
    this.#exports = new Instance(module, { env: { memory: this.#memory } }).exports as Exports
    this.bytes = new Uint8Array(this.#memory.buffer)
    this.view = new DataView(this.bytes.buffer)
    this.bytes.set(new Uint8Array(powers.buffer), powersAt)
  }

  /** Makes the memory so large at least. */
  room(bytes: number): void {
    const missing = bytes - this.bytes.length
    if (missing <= 0) return
    this.#memory.grow(Math.ceil(missing / pageBytes))
    this.bytes = new Uint8Array(this.#memory.buffer)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Rows of lines from `from` on, at most `most`, into `count` columns; `first` are the edges that begin a line. Gives how many. */
  run(from: number, end: number, most: number, columns: number, count: number, first: number): number {
    return this.#exports.run(from, end, most, columns, count, first)
  }

  /** Behind the last line that the last run took. */
  get stopped(): number {
    return this.#exports.stopped.value
  }
}

let made: LineKernel | 'none' | undefined

/** The kernel of this thread; undefined where there is none to be had (`node --jitless`, a processor without vectors, no address space): all lines are read by JavaScript then. */
export function lineKernel(): LineKernel | undefined {
  made ??= make()
  return made === 'none' ? undefined : made
}

function make(): LineKernel | 'none' {
  const { WebAssembly: api } = globalThis as { readonly WebAssembly?: Api }
  if (api === undefined) return 'none'
  try {
    return new LineKernel(api)
  } catch (error) {
    if (error instanceof api.CompileError || error instanceof RangeError) return 'none'
    throw error
  }
}
