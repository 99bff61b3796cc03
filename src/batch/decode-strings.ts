import { isAscii, isUtf8 } from 'node:buffer'
import type { Column } from './batch.ts'
import { sizedArray } from './sized-array.ts'
import { bufferOf, textBetween } from './text-at.ts'
import { validBit } from './validity.ts'

/**
 * Texts are cut out of larger texts that are decoded by one native call each. V8 keeps the larger text alive as long as a cut of 13 or more letters is, so it is
 * kept small: who keeps one text of a batch keeps at most so many bytes.
 */
const blockBytes = 8192

/** All texts of a string or enum column, null for NULL. */
export function decodeStrings(column: Column): (string | null)[] {
  const { dictionary, length, validity } = column
  if (dictionary !== undefined) {
    const words = decodeStrings(dictionary)
    const texts = sizedArray<string | null>(length)
    for (let i = 0; i < length; i++) texts[i] = validBit(validity, i) ? (words[column.data[i] as number] ?? null) : null
    return texts
  }
  const texts = sizedArray<string | null>(length)
  const offsets = column.offsets as Int32Array
  const bytes = bufferOf(column.data as Uint8Array)
  const used = bytes.subarray(offsets[0], offsets[length])
  if (isAscii(used)) cutAscii(texts, bytes, offsets, length)
  else if (isUtf8(used)) cutUtf8(texts, bytes, offsets, length)
  else for (let i = 0; i < length; i++) texts[i] = textBetween(bytes, offsets[i] as number, offsets[i + 1] as number)
  if (validity !== undefined) for (let i = 0; i < length; i++) if (!validBit(validity, i)) texts[i] = null
  return texts
}

function cutAscii(texts: (string | null)[], bytes: Buffer, offsets: Int32Array, length: number): void {
  for (let row = 0; row < length; ) {
    const start = offsets[row] as number
    const last = blockEnd(offsets, row, length)
    const text = bytes.toString('latin1', start, offsets[last])
    let from = 0
    for (; row < last; row++) {
      const to = (offsets[row + 1] as number) - start
      texts[row] = text.substring(from, to)
      from = to
    }
  }
}

/** Well-formed UTF-8: a byte that goes on with a letter adds no unit to the text, one that begins a letter beyond the first plane adds two. */
function cutUtf8(texts: (string | null)[], bytes: Buffer, offsets: Int32Array, length: number): void {
  for (let row = 0; row < length; ) {
    const start = offsets[row] as number
    const last = blockEnd(offsets, row, length)
    const text = bytes.toString('utf8', start, offsets[last])
    let from = 0
    let at = start
    for (; row < last; row++) {
      const end = offsets[row + 1] as number
      let to = from
      for (; at < end; at++) {
        const byte = bytes[at] as number
        if ((byte & 0xc0) !== 0x80) to += byte >= 0xf0 ? 2 : 1
      }
      texts[row] = text.substring(from, to)
      from = to
    }
  }
}

/** The row behind the last whole one within a block; at least one row. */
function blockEnd(offsets: Int32Array, row: number, length: number): number {
  const limit = (offsets[row] as number) + blockBytes
  let last = row + 1
  while (last < length && (offsets[last + 1] as number) <= limit) last++
  return last
}
