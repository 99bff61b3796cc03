/** Copies of files in the form that the engine reads. */
import { createWriteStream } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TidemillError } from '../errors/index.ts'
import type { PrepareContext } from './find-files.ts'
import { checkWhole, isCompressed, openBytes } from './open-bytes.ts'

/** Writes pieces into a new file of the staging folder; folders such as `year=2026` in the path of the original are kept, as they are columns. */
export async function stagedFile(
  original: string,
  ending: string,
  pieces: AsyncIterable<Uint8Array | string>,
  { staging, signal }: PrepareContext,
): Promise<string> {
  const below = dirname(original)
    .split(sep)
    .filter(part => part.includes('='))
    .join(sep)
  const name = `${relative(dirname(original), original).replace(/\.(gz|zst)$/i, '')}${ending}`
  const file = await staging.path(name, below)
  await pipeline(Readable.from(pieces, { objectMode: true }), createWriteStream(file), signal === undefined ? {} : { signal })
  return file
}

/** The encoding a file is in: as declared, else UTF-16 where its mark says so, else UTF-8 (which is checked when it is read). */
export async function encodingOf(file: string, declared: string | undefined): Promise<string> {
  if (declared !== undefined) return new TextDecoder(declared).encoding
  for await (const piece of openBytes(file, undefined, 4096)) {
    if (piece.length < 2) break
    if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le'
    return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : 'utf-8'
  }
  return 'utf-8'
}

/**
 * A file as one that holds UTF-8: itself, or a copy. A compressed one is read to its end, as the engine says nothing of one that was cut short.
 *
 * @throws connectors.encoding when bytes are not of the encoding, connectors.format when compressed data is damaged
 */
export async function inUtf8(file: string, name: string, declared: string | undefined, context: PrepareContext): Promise<string> {
  const encoding = await encodingOf(file, declared)
  if (encoding !== 'utf-8') return stagedFile(file, '', decoded(file, name, encoding, context.signal), context)
  if (isCompressed(file)) await checkWhole(file, context.signal)
  return file
}

/** The text of a file as UTF-8, without a byte order mark. @throws connectors.encoding */
export async function* decoded(file: string, name: string, encoding: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let line = 1
  const decode = (piece?: Buffer): Buffer => {
    try {
      const text = piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
      const bytes = Buffer.from(text)
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) line++
      return bytes
    } catch (error) {
      throw new TidemillError('connectors.encoding', `not ${encoding}: line ${line} of ${name} or a later one`, {
        details: { file: name, line, encoding },
        hint: 'give the encoding that the file is in: { encoding }',
        cause: error,
      })
    }
  }
  for await (const piece of openBytes(file, signal)) yield decode(piece)
  yield decode()
}
