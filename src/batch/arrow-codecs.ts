/** How the buffers of Arrow are compressed. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type * as Flechette from '@uwdata/flechette'
import { TidemillError } from '../errors/index.ts'
import { decodeLz4Frame } from './lz4-frame.ts'

/** No buffer of a batch is larger: its offsets are 32 bits. */
const largest = 2_147_483_647

/** Tells the library how to read (LZ4, zstd) and to write (zstd) compressed buffers. */
export function registerCodecs(arrow: typeof Flechette): void {
  arrow.setCompressionCodec(arrow.CompressionType.ZSTD, {
    decode: (bytes: Uint8Array, size: number) => zstd(bytes, checked(size)),
    encode: (bytes: Uint8Array) => zstdCompressSync(bytes),
  })
  arrow.setCompressionCodec(arrow.CompressionType.LZ4_FRAME, {
    decode: (bytes: Uint8Array, size: number) => decodeLz4Frame(bytes, checked(size)),
    encode: () => {
      throw new TidemillError('batch.corrupt', 'LZ4 is only read', { hint: "write with compression: 'zstd'" })
    },
  })
}

/** The size that a buffer says it has, before room for it is made. */
function checked(size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= largest) return size
  throw new TidemillError('batch.corrupt', `a compressed buffer says that it has ${size} bytes`)
}

function zstd(bytes: Uint8Array, size: number): Uint8Array {
  let made: Buffer
  try {
    made = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) })
  } catch (cause) {
    throw new TidemillError('batch.corrupt', `a buffer is no zstd, or longer than it says (${size} bytes)`, { cause })
  }
  if (made.length !== size) throw new TidemillError('batch.corrupt', `a compressed buffer holds ${made.length} of ${size} bytes`)
  // Small results lie in Node's shared pool, at any address; typed arrays want theirs aligned.
  return made.byteOffset % 8 === 0 ? made : Uint8Array.from(made)
}
