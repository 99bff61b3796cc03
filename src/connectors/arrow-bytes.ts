import { hash, randomUUID } from 'node:crypto'
import { showingText, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { shown } from './check-options.ts'
import { driverCode } from './driver-code.ts'

/** Arrow IPC bytes: all of them, or the pieces as they come (a file, the body of a response). */
export type ArrowBytes = Uint8Array | ArrayBuffer | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>
/** What `fromArrow` gives to its driver. */
export interface ArrowBytesOptions {
  readonly held: ArrowHeld
  /** Tells the bytes apart in fingerprints: their sha256; of pieces, which nobody has seen yet, a name of their own. */
  readonly digest: string
}
/** The bytes, out of sight of fingerprints. */
export class ArrowHeld {
  readonly #bytes: ArrowBytes
  #used = false
  constructor(bytes: ArrowBytes) {
    this.#bytes = bytes
  }
  /** True when they can be read again and again. */
  get isWhole(): boolean {
    return this.#bytes instanceof Uint8Array || this.#bytes instanceof ArrayBuffer
  }
  /** @throws connectors.unreadable when pieces that come once were read */
  pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
    const bytes = this.#bytes
    if (bytes instanceof Uint8Array) return [bytes]
    if (bytes instanceof ArrayBuffer) return [new Uint8Array(bytes)]
    if (this.#used)
      throw new TidemillError('connectors.unreadable', 'Arrow bytes that come in pieces can be read once', {
        hint: 'keep the table: await using kept = await (await tm.read(fromArrow(pieces))).cache(), or pass the whole bytes',
      })
    this.#used = true
    return bytes as AsyncIterable<Uint8Array>
  }
}

/**
 * Arrow IPC bytes (of a stream or a file) as a source, as pandas, Polars, DuckDB and apache-arrow give them. Dictionaries, LZ4 and zstd are read.
 *
 * Whole bytes may be read many times and are not copied where Arrow keeps values as we do: do not change them until the plan has run. Pieces come once: their columns
 * are learnt by reading them all, and they are held in memory.
 *
 * @example
 * const table = await tm.read(fromArrow(new Uint8Array(await (await fetch(url)).arrayBuffer())))
 * @throws connectors.option; batch.corrupt when the bytes are no Arrow or end too early
 */
export function fromArrow(bytes: ArrowBytes): Source<OpenRow> {
  const isPieces = typeof bytes === 'object' && bytes !== null && Symbol.asyncIterator in bytes
  if (!(bytes instanceof Uint8Array) && !(bytes instanceof ArrayBuffer) && !isPieces)
    throw new TidemillError('connectors.option', `fromArrow wants bytes or pieces of bytes, not ${shown(bytes)}`, {
      hint: 'such as await readFile(path), or response.body',
    })
  return Object.freeze({
    kind: 'arrowBytes',
    options: Object.freeze({ held: new ArrowHeld(bytes), digest: digestOf(bytes) }),
    code: driverCode('arrow-bytes-driver'),
    ...showingText(() => 'Arrow bytes'),
  })
}

function digestOf(bytes: ArrowBytes): string {
  if (bytes instanceof Uint8Array) return hash('sha256', bytes)
  return bytes instanceof ArrayBuffer ? hash('sha256', new Uint8Array(bytes)) : randomUUID()
}
