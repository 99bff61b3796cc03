/** The messages of an Arrow IPC stream or file, one after the other as their bytes come. */
import { TidemillError } from '../errors/index.ts'

/** One message with its body, in memory of its own. */
export interface ArrowFrame {
  /** `footer`: of a file, at its end: the flatbuffer alone. */
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'footer'
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of a dictionary. */
  readonly id?: bigint
  readonly isDelta?: boolean
}

const magic = Buffer.from('ARROW1')
/** A message is metadata of some kilobytes and buffers of at most 2 GiB each; what says more is no Arrow. */
const [largestHead, largestBody] = [256 * 1024 * 1024, 16 * 1024 ** 3]
const firstRoom = 64 * 1024 * 1024

/**
 * The messages in order. A file is read as the stream inside it: its footer is not needed for that, but must be there.
 *
 * @throws batch.corrupt when the bytes are no Arrow, or end in the middle
 */
export async function* arrowFrames(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<ArrowFrame> {
  const reader = byteReader(source)
  try {
    const start = await reader.take(8)
    if (start === undefined) throw corrupt('no bytes')
    const isFile = magic.equals(start.subarray(0, 6))
    let prefix: Uint8Array<ArrayBuffer> | undefined = isFile ? await reader.take(8) : start
    for (;;) {
      // A stream may end without its end mark, where its bytes end; a file must not.
      if (prefix === undefined) {
        if (isFile) throw corrupt('a file without an end')
        return
      }
      const view = new DataView(prefix.buffer)
      // Streams of before 2019 lack the mark of continuation.
      const isOld = view.getInt32(0, true) !== -1
      const length = view.getInt32(isOld ? 0 : 4, true)
      if (length === 0) break
      if (length < 0 || length > largestHead) throw corrupt('no Arrow message')
      const rest = await reader.need(length - (isOld ? 4 : 0))
      const head = new Uint8Array(length)
      if (isOld) head.set(prefix.subarray(4))
      head.set(rest, isOld ? 4 : 0)
      const told = readHead(head)
      const bytes = await withBody(reader, head, told.bodyLength)
      yield { kind: told.kind, bytes, ...(told.id === undefined ? {} : { id: told.id, isDelta: told.isDelta }) }
      prefix = await reader.take(8)
    }
    if (isFile) yield { kind: 'footer', bytes: footerIn(await reader.rest()) }
  } finally {
    await reader.close()
  }
}

/** The whole message. Room is made as bytes come: a few bytes that promise gigabytes do not get them. */
async function withBody(reader: ByteReader, head: Uint8Array, bodyLength: number): Promise<Uint8Array<ArrayBuffer>> {
  const start = 8 + head.length
  const end = start + bodyLength
  let bytes = new Uint8Array(Math.min(end, start + firstRoom))
  const view = new DataView(bytes.buffer)
  view.setInt32(0, -1, true)
  view.setInt32(4, head.length, true)
  bytes.set(head, 8)
  await reader.into(bytes.subarray(start))
  while (bytes.length < end) {
    const larger = new Uint8Array(Math.min(end, bytes.length * 2))
    larger.set(bytes)
    await reader.into(larger.subarray(bytes.length))
    bytes = larger
  }
  return bytes
}

interface Head {
  readonly kind: ArrowFrame['kind']
  readonly bodyLength: number
  readonly id: bigint | undefined
  readonly isDelta: boolean
}

/** Reads of the flatbuffer `Message` what framing needs; the rest is the library's. */
function readHead(head: Uint8Array<ArrayBuffer>): Head {
  const view = new DataView(head.buffer)
  try {
    const root = view.getUint32(0, true)
    const slot = slotsOf(view, root)
    const kindAt = slot(1)
    const lengthAt = slot(3)
    const kind = kindAt === 0 ? undefined : kinds[view.getUint8(kindAt)]
    const bodyLength = lengthAt === 0 ? 0 : Number(view.getBigInt64(lengthAt, true))
    if (kind === undefined) throw corrupt('a message that is neither schema, dictionary nor batch')
    if (bodyLength < 0 || bodyLength > largestBody) throw corrupt(`a body of ${bodyLength} bytes`)
    if (kind !== 'dictionary') return { kind, bodyLength, id: undefined, isDelta: false }
    const headerAt = slot(2)
    const inner = slotsOf(view, headerAt + view.getUint32(headerAt, true))
    const [idAt, deltaAt] = [inner(0), inner(2)]
    return {
      kind,
      bodyLength,
      id: idAt === 0 ? 0n : view.getBigInt64(idAt, true),
      isDelta: deltaAt !== 0 && view.getUint8(deltaAt) === 1,
    }
  } catch (error) {
    if (error instanceof RangeError) throw corrupt('a damaged message', error)
    throw error
  }
}

const kinds: readonly (ArrowFrame['kind'] | undefined)[] = [undefined, 'schema', 'dictionary', 'batch']

/** Where the field of each slot of a flatbuffer table lies; 0 where it is left out. */
function slotsOf(view: DataView, table: number): (slot: number) => number {
  const vtable = table - view.getInt32(table, true)
  const size = view.getUint16(vtable, true)
  return slot => {
    const at = 4 + 2 * slot
    const offset = at + 2 > size ? 0 : view.getUint16(vtable + at, true)
    return offset === 0 ? 0 : table + offset
  }
}

/**
 * The footer at the end of a file, or of its last bytes.
 *
 * @throws batch.corrupt when they do not end as a file does
 */
export function footerIn(tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const end = tail.length - 10
  if (end < 0 || !magic.equals(tail.subarray(end + 4))) throw corrupt('a file whose last bytes are not ARROW1')
  const length = new DataView(tail.buffer, tail.byteOffset).getInt32(end, true)
  if (length <= 0 || length > end) throw corrupt('a file without its footer')
  return tail.slice(end - length, end) as Uint8Array<ArrayBuffer>
}

/** The schema that stands in a footer, as the message that a stream begins with: some writers of files leave that out. */
export function schemaInFooter(footer: Uint8Array): ArrowFrame {
  try {
    const view = new DataView(footer.buffer, footer.byteOffset, footer.length)
    const field = slotsOf(view, view.getUint32(0, true))(1)
    if (field === 0) throw corrupt('a footer without a schema')
    const schemaAt = field + view.getUint32(field, true)
    // 0 prefix, 8 root offset, 12 vtable of three slots (10 bytes), 24 table (12 bytes), 40 the footer, whose offsets are relative and stay right
    const bytes = new Uint8Array(40 + ((footer.length + 7) & ~7))
    const write = new DataView(bytes.buffer)
    write.setInt32(0, -1, true)
    write.setInt32(4, bytes.length - 8, true)
    write.setUint32(8, 16, true)
    for (const [index, word] of [10, 12, 4, 6, 8].entries()) write.setUint16(12 + 2 * index, word, true)
    write.setInt32(24, 12, true)
    write.setInt16(28, 4, true)
    write.setUint8(30, 1)
    write.setUint32(32, 40 + schemaAt - 32, true)
    bytes.set(footer, 40)
    return { kind: 'schema', bytes }
  } catch (error) {
    if (error instanceof RangeError) throw corrupt('a damaged footer', error)
    throw error
  }
}

interface ByteReader {
  /** So many bytes; undefined when there are none left. */
  take(length: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  need(length: number): Promise<Uint8Array<ArrayBuffer>>
  into(target: Uint8Array): Promise<void>
  /** Reads to the end. */
  rest(): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

function byteReader(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): ByteReader {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let piece: Uint8Array = new Uint8Array(0)
  let done = false
  const next = async (): Promise<boolean> => {
    while (piece.length === 0 && !done) {
      const got = await pieces.next()
      if (got.done === true) done = true
      else {
        if (!(got.value instanceof Uint8Array)) throw corrupt('a piece that is no Uint8Array')
        piece = got.value
      }
    }
    return piece.length > 0
  }
  const fill = async (target: Uint8Array): Promise<number> => {
    let filled = 0
    while (filled < target.length && (await next())) {
      const part = piece.subarray(0, target.length - filled)
      target.set(part, filled)
      filled += part.length
      piece = piece.subarray(part.length)
    }
    return filled
  }
  const into = async (target: Uint8Array): Promise<void> => {
    const filled = await fill(target)
    if (filled < target.length) throw corrupt(`they end after ${filled} of ${target.length} bytes of a message`)
  }
  return {
    into,
    async take(length) {
      const bytes = new Uint8Array(length)
      const filled = await fill(bytes)
      if (filled === 0) return undefined
      // A length of 0 alone ends a stream of before 2019.
      if (filled < length && !(filled === 4 && bytes.every(byte => byte === 0))) throw corrupt('they end in the middle of a message')
      return bytes
    },
    async need(length) {
      if (length < 0) throw corrupt('no Arrow message')
      const bytes = new Uint8Array(length)
      await into(bytes)
      return bytes
    },
    async rest() {
      const parts: Uint8Array[] = []
      let length = 0
      while (await next()) {
        parts.push(piece)
        length += piece.length
        if (length > largestHead) throw corrupt('a footer that is too long')
        piece = piece.subarray(piece.length)
      }
      return new Uint8Array(Buffer.concat(parts))
    },
    async close() {
      await pieces.return?.()
    },
  }
}

function corrupt(problem: string, cause?: unknown): TidemillError {
  return new TidemillError('batch.corrupt', `bytes are no Arrow stream, or end too early: ${problem}`, {
    hint: 'get the bytes again',
    cause,
  })
}
