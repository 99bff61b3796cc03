import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream'
import { readError } from './file-error.ts'
import { zstdFrames } from './zstd.ts'

const pieceBytes = 256 * 1024

/**
 * The bytes of a file in pieces of at most 256 KiB, decompressed where its name ends in `.gz` or `.zst`.
 *
 * @throws connectors.format when compressed data is damaged or cut short, connectors.unreadable when the file cannot be read
 */
export async function* openBytes(file: string, signal?: AbortSignal, piece: number = pieceBytes): AsyncGenerator<Buffer> {
  signal?.throwIfAborted()
  const raw = createReadStream(file, { highWaterMark: piece, ...(signal === undefined ? {} : { signal }) })
  const stream = /\.gz$/i.test(file)
    ? pipeline(raw, createGunzip({ chunkSize: piece }), () => undefined)
    : /\.zst$/i.test(file)
      ? zstdFrames(raw, file, piece)
      : raw
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    signal?.throwIfAborted()
    throw readError(file, error)
  } finally {
    if ('destroy' in stream) stream.destroy()
    raw.destroy()
  }
}

/** Whether a file is compressed, by its name. */
export function isCompressed(file: string): boolean {
  return /\.(gz|zst)$/i.test(file)
}

/**
 * Reads a compressed file to its end. The engine takes what it can of one that was cut short, and says nothing where the cut is between two lines.
 *
 * @throws connectors.format
 */
export async function checkWhole(file: string, signal?: AbortSignal): Promise<void> {
  for await (const _ of openBytes(file, signal)) signal?.throwIfAborted()
}
