import { createHash } from 'node:crypto'

/** One hash over the bits of all numbers, in order. */
export function digest(values: readonly number[]): string {
  return createHash('sha256')
    .update(new Uint8Array(Float64Array.from(values).buffer))
    .digest('hex')
}
