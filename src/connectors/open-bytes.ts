import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream'
import { readError } from './file-error.ts'

const pieceBytes = 256 * 1024

/**
 * The bytes of a file in pieces of at most 256 KiB, decompressed where its name ends in `.gz`.
 *
 * @throws connectors.format when gzip data is damaged, connectors.unreadable when the file cannot be read
 */
export async function* openBytes(file: string, signal?: AbortSignal, piece: number = pieceBytes): AsyncGenerator<Buffer> {
  signal?.throwIfAborted()
  const raw = createReadStream(file, { highWaterMark: piece, ...(signal === undefined ? {} : { signal }) })
  const stream = file.endsWith('.gz') ? pipeline(raw, createGunzip({ chunkSize: piece }), () => undefined) : raw
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    signal?.throwIfAborted()
    throw readError(file, error)
  } finally {
    stream.destroy()
    raw.destroy()
  }
}
