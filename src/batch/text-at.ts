import type { Column } from './batch.ts'

/** A Buffer over the same memory: its slices decode natively. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The text between two bytes. */
export function textBetween(data: Uint8Array, from: number, to: number): string {
  if (to - from > 12) return bufferOf(data).toString('utf8', from, to)
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = data[at] as number
    if (byte > 0x7f) return bufferOf(data).toString('utf8', from, to)
    text += String.fromCharCode(byte)
  }
  return text
}

/** The text of row i of a string or enum column; row i must not be NULL. */
export function textAt(column: Column, i: number): string {
  const { dictionary } = column
  if (dictionary !== undefined) return textAt(dictionary, column.data[i] as number)
  const offsets = column.offsets as Int32Array
  return textBetween(column.data as Uint8Array, offsets[i] as number, offsets[i + 1] as number)
}
