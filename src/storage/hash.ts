import { createHash } from 'node:crypto'

/** sha256 of the bytes, in hexadecimal. */
export function hashBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
