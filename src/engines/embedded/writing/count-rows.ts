/** Rows of a text file that we wrote. */
import { createReadStream } from 'node:fs'
import * as zlib from 'node:zlib'

const newline = 0x0a
const quote = 0x22

/**
 * Counts lines, those inside quotes of CSV apart. Undefined where this Node cannot unpack the file.
 *
 * @param header the first line is none
 */
export async function countRows(
  path: string,
  how: { readonly quoted: boolean; readonly header: boolean; readonly compression: string },
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const bytes = createReadStream(path, { highWaterMark: 1 << 20 })
  const unpack = how.compression === 'gzip' ? zlib.createGunzip() : how.compression === 'zstd' ? unzstd() : 'none'
  if (unpack === undefined) {
    bytes.destroy()
    return undefined
  }
  let lines = 0
  let inside = false
  for await (const piece of unpack === 'none' ? bytes : bytes.pipe(unpack)) {
    signal?.throwIfAborted()
    const chunk = piece as Uint8Array
    if (!how.quoted || (!inside && !chunk.includes(quote))) {
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines++
      continue
    }
    for (const byte of chunk)
      if (byte === quote) inside = !inside
      else if (byte === newline && !inside) lines++
  }
  return lines - (how.header ? 1 : 0)
}

/** Node has it from 22.15 on. */
function unzstd(): NodeJS.ReadWriteStream | undefined {
  const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: () => NodeJS.ReadWriteStream }
  return createZstdDecompress?.()
}
