/** A Parquet file behind an address, of which only what is needed is brought: the footer first, then the pages of some columns of some row groups. */
import { type FileHandle, open } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import { answered, broken, type FetchContext, lowerCase, nameOf, plain, refused, tooLarge, triedAgain } from './fetch-file.ts'
import type { HttpSettings } from './http-options.ts'
import { parquetFooter, type ParquetFooter, type RowGroup } from './parquet-footer.ts'

/**
 * Local files stand for it, each with some of its row groups and a footer of its own. They are as large as the whole, with holes where nothing was brought: an engine that reads a
 * hole finds no page there, and fails.
 */
export interface RemoteParquet {
  /** Without a password and without what stands behind the question mark. */
  readonly address: string
  /** Of the whole file. */
  readonly bytes: number
  /** In the order of the rows. */
  readonly parts: readonly { readonly file: string; readonly rows: number }[]
  /** The column that each leaf of the schema is; undefined for leaves of lists and structs. */
  readonly plainColumns: readonly (string | undefined)[]
  /** Bytes that came so far. */
  fetched(): number
  /**
   * Brings the pages of these columns of a part, and of no other.
   *
   * @throws connectors.changed, connectors.http
   */
  bring(file: string, columns: ReadonlySet<string>, signal?: AbortSignal): Promise<void>
}

/** Asked for first: the footers of most files are smaller. */
const tailBytes = 64 * 1024
/** Smaller files are brought whole: one request is less than several. */
export const smallFile: number = 2 ** 20
const longestFooter = 256 * 2 ** 20
/** Row groups are put together to so many parts, as each costs the engine a file. */
const mostParts = 256
/** Columns so close to each other are brought at once. */
const closeBytes = 32 * 1024
/** A connection that breaks loses no more. */
const longestRequest = 32 * 2 ** 20
const atOnce = 4
/** Some old writers tell the size of a column without the head of its dictionary. */
const spareBytes = 128

/**
 * Opens it by its footer; undefined where it is small, `no ranges` where the server has none: then it is to be fetched whole.
 *
 * @throws connectors.http, connectors.not-found, connectors.too-large, connectors.format
 */
export async function remoteParquet(
  address: string,
  settings: HttpSettings,
  context: FetchContext,
): Promise<RemoteParquet | 'no ranges' | undefined> {
  // Files with holes take their whole size there.
  if (process.platform === 'win32') return undefined
  const whole = await triedAgain(address, settings, context, () => readTail(address, settings, context))
  if (whole === undefined || whole === 'no ranges') return whole
  const { staging } = context
  const known = staging.remote.get(address)
  if (known instanceof Remote && known.isSame(whole)) return known
  const footer = await readFooter(whole, settings, context)
  const remote = await Remote.make(whole, footer, settings, context)
  staging.remote.set(address, remote)
  return remote
}

interface Whole {
  readonly address: string
  readonly bytes: number
  /** A strong ETag or Last-Modified: what proves that the file is still the same. */
  readonly proof: string | undefined
  readonly tail: Uint8Array
}

async function readTail(address: string, settings: HttpSettings, context: FetchContext): Promise<Whole | 'no ranges' | undefined> {
  const headers = { 'accept-encoding': 'identity', ...lowerCase(settings.headers), range: `bytes=-${tailBytes}` }
  return answered(address, headers, settings, context, async (response, idle) => {
    const { status } = response
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
    if (status === 206 && range !== null && (response.headers.get('content-encoding') ?? 'identity') === 'identity') {
      const [from, to, bytes] = [Number(range[1]), Number(range[2]), Number(range[3])]
      if (bytes > settings.maxBytes) {
        await response.body?.cancel()
        throw tooLarge(address, bytes, settings.maxBytes)
      }
      if (bytes > smallFile && to === bytes - 1 && bytes - from === tailBytes) {
        const pieces: Uint8Array[] = []
        let length = 0
        for await (const piece of response.body ?? []) {
          idle.touch()
          pieces.push(piece as Uint8Array)
          length += (piece as Uint8Array).length
          if (length > tailBytes) throw broken(address, 'more came than was asked for')
        }
        if (length !== tailBytes) throw broken(address, `${length} of ${tailBytes} bytes came`)
        return { address, bytes, proof: proofOf(response), tail: Buffer.concat(pieces) }
      }
    }
    await response.body?.cancel()
    if (status === 416 || status === 206) return undefined
    if (status !== 200) throw refused(address, response)
    return 'no ranges'
  })
}

function proofOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag') ?? undefined
  return etag !== undefined && !etag.startsWith('W/') ? etag : (headers.get('last-modified') ?? undefined)
}

async function readFooter(
  whole: Whole,
  settings: HttpSettings,
  context: FetchContext,
): Promise<{ readonly footer: ParquetFooter; readonly from: number }> {
  const { address, bytes, tail } = whole
  const label = plain(address)
  const end = Buffer.from(tail.buffer, tail.byteOffset + tail.length - 8, 8)
  if (end.toString('latin1', 4) !== 'PAR1')
    throw new TidemillError('connectors.format', `no whole Parquet file: ${label} (it does not end as one)`, { details: { file: label } })
  const length = end.readUInt32LE(0)
  const from = bytes - 8 - length
  if (from < 4 || length > longestFooter)
    throw new TidemillError('connectors.format', `damaged footer of a Parquet file: ${label} (${length} bytes)`, {
      details: { file: label },
    })
  const missing = Math.max(0, length + 8 - tail.length)
  const pieces: Uint8Array[] = [tail.subarray(Math.max(0, tail.length - 8 - length), tail.length - 8)]
  if (missing > 0) {
    const before = Buffer.alloc(missing)
    await fetchRange(whole, { from, to: from + missing }, settings, context, (piece, at) => before.set(piece, at - from))
    pieces.unshift(before)
  }
  const footer = parquetFooter(Buffer.concat(pieces), label)
  for (const { chunks } of footer.groups)
    for (const chunk of chunks)
      if (chunk.from < 4 || chunk.to > from)
        throw new TidemillError('connectors.format', `damaged footer of a Parquet file: ${label} (a column outside of it)`, {
          details: { file: label },
        })
  return { footer, from }
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Brings a range, tried again from its beginning. @throws connectors.changed when the file is no longer what it was */
async function fetchRange(
  { address, bytes, proof }: Whole,
  { from, to }: Range,
  settings: HttpSettings,
  context: FetchContext,
  take: (piece: Uint8Array, at: number) => void | Promise<void>,
): Promise<void> {
  const headers = {
    'accept-encoding': 'identity',
    ...lowerCase(settings.headers),
    range: `bytes=${from}-${to - 1}`,
    ...(proof === undefined ? {} : { 'if-range': proof }),
  }
  await triedAgain(address, settings, context, () =>
    answered(address, headers, settings, context, async (response, idle) => {
      const range = response.headers.get('content-range')
      const now = proofOf(response)
      const isOther =
        response.status === 200 ||
        response.status === 412 ||
        response.status === 416 ||
        (now !== undefined && proof !== undefined && now !== proof)
      if (isOther || (response.status === 206 && range?.endsWith(`/${bytes}`) !== true)) {
        await response.body?.cancel()
        context.staging.remote.delete(address)
        throw new TidemillError('connectors.changed', `file changed while it was read: ${plain(address)}`, {
          details: { address: plain(address) },
          hint: 'read it again with tm.read: the rows that came belong to the file before',
        })
      }
      if (response.status !== 206) {
        await response.body?.cancel()
        throw refused(address, response)
      }
      if (range?.startsWith(`bytes ${from}-${to - 1}/`) !== true) {
        await response.body?.cancel()
        throw broken(address, 'the server sent another range than was asked for')
      }
      let at = from
      for await (const piece of response.body ?? []) {
        idle.touch()
        const got = piece as Uint8Array
        if (at + got.length > to) throw broken(address, 'more came than was asked for')
        await take(got, at)
        at += got.length
      }
      if (at !== to) throw broken(address, `${at - from} of ${to - from} bytes came`)
    }),
  )
}

interface Part {
  readonly file: string
  readonly rows: number
  readonly groups: readonly RowGroup[]
  /** What was brought, or is on its way, by the place it begins at. */
  readonly held: Map<number, Promise<void>>
}

class Remote implements RemoteParquet {
  readonly parts: readonly Part[]
  readonly #whole: Whole
  readonly #settings: HttpSettings
  readonly #context: FetchContext
  /** Where the footer begins: no page lies behind. */
  readonly #end: number
  #fetched: number

  private constructor(whole: Whole, end: number, parts: readonly Part[], settings: HttpSettings, context: FetchContext) {
    this.#whole = whole
    this.#end = end
    this.parts = parts
    this.#settings = settings
    this.#context = context
    this.#fetched = whole.bytes - Math.min(end, whole.bytes - tailBytes)
  }

  static async make(
    whole: Whole,
    { footer, from }: { readonly footer: ParquetFooter; readonly from: number },
    settings: HttpSettings,
    context: FetchContext,
  ): Promise<Remote> {
    const { groups } = footer
    const each = Math.max(1, Math.ceil(groups.length / mostParts))
    const parts: Part[] = []
    for (let first = 0; first < Math.max(1, groups.length); first += each) {
      const numbers = groups.slice(first, first + each).map((_, index) => first + index)
      const some = numbers.flatMap(number => groups[number] ?? [])
      const file = await context.staging.path(nameOf(whole.address))
      await writeEnds(file, from, footer.of(numbers))
      parts.push({ file, rows: some.reduce((sum, group) => sum + group.rows, 0), groups: some, held: new Map() })
    }
    return new Remote({ ...whole, tail: new Uint8Array() }, from, parts, settings, context)
  }

  get address(): string {
    return plain(this.#whole.address)
  }
  get bytes(): number {
    return this.#whole.bytes
  }
  get plainColumns(): readonly (string | undefined)[] {
    const { chunks = [] } = this.parts[0]?.groups[0] ?? {}
    return chunks.map(({ path }) => (path.length === 1 ? path[0] : undefined))
  }
  fetched(): number {
    return this.#fetched
  }
  /** What a kept plan says of it. */
  toJSON(): object {
    return { address: this.address, bytes: this.bytes }
  }

  /** Without something that proves it nothing is taken for the same. */
  isSame({ bytes, proof }: Whole): boolean {
    return proof !== undefined && proof === this.#whole.proof && bytes === this.#whole.bytes
  }

  async bring(file: string, columns: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
    const part = this.parts.find(one => one.file === file)
    if (part === undefined) throw new TidemillError('engine.internal', `no part of ${this.address}: ${file}`)
    for (;;) {
      signal?.throwIfAborted()
      const ranges = part.groups.flatMap(group =>
        group.chunks.filter(({ path }) => columns.has(path[0] ?? '')).flatMap(chunk => this.#rangesOf(chunk)),
      )
      const asked = this.#ask(
        part,
        ranges.filter(range => !part.held.has(range.from)),
        signal,
      )
      try {
        await Promise.all([asked, ...ranges.map(range => part.held.get(range.from))])
        return
      } catch (error) {
        // It may be another run that was cancelled while it brought what this one waits for.
        if (signal?.aborted === true || !(error instanceof Error) || error.name !== 'AbortError') throw error
      }
    }
  }

  #rangesOf({ from, to, bloom }: RowGroup['chunks'][number]): Range[] {
    const pages = { from, to: Math.min(to + spareBytes, this.#end) }
    return bloom === undefined ? [pages] : [pages, { from: bloom.from, to: Math.min(bloom.to ?? this.#end, this.#end) }]
  }

  async #ask(part: Part, missing: readonly Range[], signal: AbortSignal | undefined): Promise<void> {
    const waiting = requestsOf(missing)
    // Held before the first wait, so that a run beside this one does not ask for the same.
    const settled = waiting.map(({ of }) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      promise.catch(() => undefined)
      for (const { from } of of) part.held.set(from, promise)
      return { resolve, reject }
    })
    if (waiting.length === 0) return
    let next = 0
    const handle = await open(part.file, 'r+').catch((error: unknown) => {
      for (const [index, { of }] of waiting.entries()) {
        for (const { from } of of) part.held.delete(from)
        settled[index]?.reject(error)
      }
      throw error
    })
    const work = async (): Promise<void> => {
      for (let index = next++; index < waiting.length; index = next++) {
        const request = waiting[index] as Request
        try {
          await this.#fetch(handle, request, signal)
          settled[index]?.resolve()
        } catch (error) {
          for (const { from } of request.of) part.held.delete(from)
          settled[index]?.reject(error)
          throw error
        }
      }
    }
    const done = await Promise.allSettled(Array.from({ length: Math.min(atOnce, waiting.length) }, work))
    await handle.close()
    const failed = done.find(one => one.status === 'rejected')
    if (failed === undefined) return
    // Those that nobody began any more.
    for (const [index, { of }] of waiting.entries())
      if (index >= next) {
        for (const { from } of of) part.held.delete(from)
        settled[index]?.reject(failed.reason)
      }
    throw failed.reason
  }

  async #fetch(handle: FileHandle, { from, to }: Range, signal: AbortSignal | undefined): Promise<void> {
    const context = { ...this.#context, signal }
    for (let at = from; at < to; at += longestRequest) {
      const range = { from: at, to: Math.min(to, at + longestRequest) }
      await fetchRange(this.#whole, range, this.#settings, context, async (piece, place) => {
        this.#fetched += piece.length
        for (let done = 0; done < piece.length; ) {
          const { bytesWritten } = await handle.write(piece, done, piece.length - done, place + done)
          done += bytesWritten
        }
      })
    }
  }
}

interface Request extends Range {
  readonly of: readonly Range[]
}

/** Ranges that lie close to each other as one request. */
function requestsOf(ranges: readonly Range[]): Request[] {
  const requests: { from: number; to: number; of: Range[] }[] = []
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = requests.at(-1)
    if (last !== undefined && range.from - last.to <= closeBytes && range.to - last.from <= longestRequest) {
      last.to = Math.max(last.to, range.to)
      last.of.push(range)
    } else requests.push({ ...range, of: [range] })
  }
  return requests
}

/** The mark at both ends, and the footer where it was. */
async function writeEnds(file: string, at: number, footer: Uint8Array): Promise<void> {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(footer.length, 0)
  end.write('PAR1', 4, 'latin1')
  const handle = await open(file, 'wx')
  try {
    await handle.write(Buffer.from('PAR1', 'latin1'), 0, 4, 0)
    const all = Buffer.concat([footer, end])
    for (let done = 0; done < all.length; ) {
      const { bytesWritten } = await handle.write(all, done, all.length - done, at + done)
      done += bytesWritten
    }
  } finally {
    await handle.close()
  }
}
