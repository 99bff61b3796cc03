/** Zstandard as Node's streams do not read it: they stop after the first frame, and a file made by appending has several. */
import { createZstdDecompress } from 'node:zlib'
import { TidemillError } from '../errors/index.ts'

const magic = 0xfd2fb528
const skippable = 0x184d2a50

/**
 * Decompresses frames that follow one another. Every frame must be whole: one that is cut short is an error, also where the cut is between two blocks.
 *
 * Source: RFC 8878, 3.1.
 *
 * @throws connectors.format
 */
export async function* zstdFrames(pieces: AsyncIterable<Buffer>, file: string, chunkSize: number): AsyncGenerator<Buffer> {
  const input = byteReader(pieces)
  for (let frame = 1; ; frame++) {
    const start = await input.take(4)
    if (start.length === 0 && frame > 1) return
    if (start.length < 4) throw damaged(file, start.length === 0 ? 'the file is empty' : 'cut short')
    const mark = start.readUInt32LE()
    if ((mark & 0xfffffff0) >>> 0 === skippable) {
      const size = (await whole(input, 4, file)).readUInt32LE()
      for (let left = size; left > 0; ) left -= (await whole(input, Math.min(left, 65_536), file)).length
    } else if (mark === magic) yield* oneFrame(start, input, file, chunkSize)
    else throw damaged(file, frame === 1 ? 'it is not zstd' : `something else follows frame ${frame - 1}`)
  }
}

async function* oneFrame(start: Buffer, input: ByteReader, file: string, chunkSize: number): AsyncGenerator<Buffer> {
  const stream = createZstdDecompress({ chunkSize })
  let failed: Error | undefined
  const feed = async (): Promise<void> => {
    for await (const piece of frameBytes(start, input, file)) {
      // Who reads has left, or the data is damaged: the stream takes nothing more.
      if (stream.destroyed) return
      if (!stream.write(piece) && !stream.destroyed) await drained(stream)
    }
    stream.end()
  }
  // An error of the feeding ends the stream, and is what is told.
  const fed = feed().catch((error: Error) => {
    failed = error
    stream.destroy(error)
  })
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    throw failed ?? error
  } finally {
    stream.destroy()
    await fed
  }
  if (failed !== undefined) throw failed
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}

/** The bytes of one frame: header, blocks up to the last, checksum. */
async function* frameBytes(start: Buffer, input: ByteReader, file: string): AsyncGenerator<Buffer> {
  yield start
  const descriptor = await whole(input, 1, file)
  yield descriptor
  const flags = descriptor[0] ?? 0
  const single = (flags >> 5) & 1
  const sizes = [single, 2, 4, 8]
  const header = (single === 1 ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + (sizes[flags >> 6] ?? 0)
  if (header > 0) yield await whole(input, header, file)
  for (let last = false; !last; ) {
    const head = await whole(input, 3, file)
    yield head
    const value = head.readUIntLE(0, 3)
    last = (value & 1) === 1
    // A block of type 1 holds one byte that is repeated.
    const size = ((value >> 1) & 3) === 1 ? 1 : value >> 3
    if (size > 0) yield await whole(input, size, file)
  }
  if ((flags & 4) !== 0) yield await whole(input, 4, file)
}

interface ByteReader {
  /** So many bytes, less at the end. */
  take(count: number): Promise<Buffer>
}

function byteReader(pieces: AsyncIterable<Buffer>): ByteReader {
  const source = pieces[Symbol.asyncIterator]()
  let kept: Buffer = Buffer.alloc(0)
  return {
    async take(count) {
      while (kept.length < count) {
        const { value, done } = await source.next()
        if (done === true) break
        kept = kept.length === 0 ? value : Buffer.concat([kept, value])
      }
      const taken = kept.subarray(0, count)
      kept = kept.subarray(taken.length)
      return taken
    },
  }
}

async function whole(input: ByteReader, count: number, file: string): Promise<Buffer> {
  const bytes = await input.take(count)
  if (bytes.length < count) throw damaged(file, 'cut short')
  return bytes
}

function damaged(file: string, why: string): TidemillError {
  return new TidemillError('connectors.format', `damaged zstd file: ${file}: ${why}`, {
    details: { file },
    hint: 'copy or write it again',
  })
}
