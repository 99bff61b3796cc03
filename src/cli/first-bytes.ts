import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, zstdDecompress } from 'node:zlib'

/** The first bytes of a file, unpacked where its name says `.gz` or `.zst`; none where it cannot be read, which its reader tells. */
export async function firstBytes(path: string, most: number): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0)
      return await unpacked(path, buffer.subarray(0, bytesRead), most)
    } finally {
      await file.close()
    }
  } catch {
    return Buffer.alloc(0)
  }
}

/** The beginning of a packed file is packed text that stops in the middle. */
async function unpacked(path: string, bytes: Buffer, most: number): Promise<Buffer> {
  // 1,032 to 1 is the most that gzip can pack.
  const maxOutputLength = most * 1_100
  if (/\.gz$/i.test(path)) return promisify(gunzip)(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength })
  if (/\.zst$/i.test(path)) return promisify(zstdDecompress)(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength })
  return bytes
}
