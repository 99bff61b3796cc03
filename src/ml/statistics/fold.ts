import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'

/** Rows of a block. Statistics are taken over blocks of exactly this many rows (the last has the rest), whatever the size of the batches they came in. */
export const blockRows = 4096

/**
 * Drives a statistic: each block for itself, merged in the order of the blocks. So the bits of the answer depend on the rows and their order alone.
 */
export async function fold<S, R>(statistic: Statistic<S, R>, blocks: AsyncIterable<Batch>): Promise<R> {
  let all = statistic.init()
  for await (const block of blocks) all = statistic.merge(all, statistic.update(statistic.init(), block))
  return statistic.finish(all)
}

/** Numbers as little-endian bytes, to send a state elsewhere. */
export function encodeNumbers(parts: readonly ArrayLike<number>[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const view = new DataView(new ArrayBuffer(length * 8))
  let at = 0
  for (const part of parts) for (let i = 0; i < part.length; i++, at += 8) view.setFloat64(at, part[i] as number, true)
  return new Uint8Array(view.buffer)
}

/** The numbers again. @throws RangeError when their count is not the expected one */
export function decodeNumbers(bytes: Uint8Array, lengths: readonly number[]): Float64Array[] {
  const length = lengths.reduce((sum, part) => sum + part, 0)
  if (bytes.byteLength !== length * 8) throw new RangeError(`a state of ${bytes.byteLength} bytes, not ${length * 8}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  return lengths.map(count => {
    const out = new Float64Array(count)
    for (let i = 0; i < count; i++, at += 8) out[i] = view.getFloat64(at, true)
    return out
  })
}

/** Whole numbers of 32 bits as little-endian bytes. */
export function encodeIntegers(values: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (let i = 0; i < values.length; i++) view.setInt32(i * 4, values[i] as number, true)
  return new Uint8Array(view.buffer)
}

/** The whole numbers again. */
export function decodeIntegers(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getInt32(i * 4, true))
}

/** The float64 values of a block's column. */
export function numbersAt(block: Batch, index: number): Float64Array {
  const column = block.columns[index]
  if (!(column?.data instanceof Float64Array)) throw new TypeError(`column ${index} of the block is not float64`)
  return column.data.subarray(0, column.length)
}
